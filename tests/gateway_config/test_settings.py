"""A configuration is taken as a whole, or every fault in it is named with its line."""

from pathlib import Path

import pytest

from gateway_config.settings import load, on_loopback, parse
from orders.rows import Refused

LINK = "[[sms.link]]\nname='a'\nconnect='tcp:h:1'\nsystem_id='x'\n"
WHOLE = """
[node]
name = "hall-1"
data = "var"

[database]
url = "sqlite:///var/hall.db"

[service]
language = "en"

[web]
listen = "tcp:8086:interface=127.0.0.1"

[[sms.link]]
name = "smsc-a"
connect = "tcp:127.0.0.1:2775"
system_id = "hall"
password = "secret"
short_codes = ["10086"]

[[sms.link]]
name = "smsc-b"
connect = "tls:smsc.example:3550"
bind = "receiver"
system_id = "hall"
password_env = "SMSC_B"

[billing]
kind = "tmf654"
url = "https://billing.example"
"""


def test_a_whole_configuration() -> None:
    settings = parse(WHOLE, "hall.toml", {"SMSC_B": "hush"})
    assert [(link.name, link.password, link.window) for link in settings.sms.link] == [
        ("smsc-a", "secret", 50),
        ("smsc-b", "hush", 50),
    ]
    assert settings.web.listen == ("tcp:8086:interface=127.0.0.1",)
    assert settings.text_service == "10086"


OIDC = "[desk.oidc]\nissuer='https://id.example'\nclient_id='hall'\n"


def test_an_identity_provider_with_its_secret_elsewhere() -> None:
    text = f"[web]\npublic='https://hall.example'\nproxies=['10.0.0.0/24', 'unix']\n{OIDC}client_secret_env='S'\n"
    settings = parse(text, "hall.toml", {"S": "hush"})
    assert settings.desk.oidc is not None and settings.desk.oidc.client_secret == "hush"
    assert (settings.desk.sessions.idle, settings.desk.sessions.shift) == (3600.0, 43_200.0)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (OIDC, "say in web.public how the outside calls this site"),
        (
            "[web]\npublic='https://h.example'\n" + OIDC.replace("https", "http"),
            "hall.toml:4: desk.oidc.issuer: is an https",
        ),
        ("[web]\nproxies=['proxy.example']\n", "hall.toml:2: web.proxies: 'proxy.example' is no address"),
        ("[node]\nnmae = 'x'\n", "hall.toml:2: node.nmae: unknown key. Did you mean name?"),
        (
            "[[sms.link]]\nname='a'\nconnect='tcp:h:1'\nsystem_id='x'\nthrouhgput = 5\n",
            "hall.toml:5: sms.link[0].throuhgput: unknown key. Did you mean throughput?",
        ),
        ("[[sms.link]]\nname='a'\nconnect='tcp:h:1'\n", "hall.toml:1: sms.link[0].system_id: is missing: add it"),
        (
            LINK + "\n" + LINK.replace("'a'", "'b'") + "window = 0\n",
            "hall.toml:10: sms.link[1].window: input should be greater",
        ),
        ("\n[database]\nurl = 'mysql://x'\n", "hall.toml:3: database.url: begins with"),
        (
            "[service]\ntime_zone = 'Mars/Olympus'\n",
            'hall.toml:2: service.time_zone: is a name such as "Asia/Shanghai"',
        ),
        (
            "[web]\nlisten='tcp:80'\nauthentication='none'\n",
            'hall.toml:1: web: authentication = "none" is for loopback only',
        ),
        ("[billing]\nkind='tmf654'\n", "billing.url must say where it is"),
        ("[node\n", "hall.toml:1: is not TOML"),
        (
            "[[sms.link]]\nname='a'\nconnect='tcp:h:1'\nsystem_id='x'\npassword_env='NOT_SET'\n",
            "hall.toml:5: sms.link[0].password_env: NOT_SET is not set in the environment",
        ),
        ("[weather]\n", "hall.toml:1: weather: unknown key"),
    ],
)
def test_each_fault_is_named_with_its_line_and_what_to_do(text: str, said: str) -> None:
    with pytest.raises(Refused) as refused:
        parse(text, "hall.toml", {})
    assert said in str(refused.value)


def test_all_faults_at_once() -> None:
    with pytest.raises(Refused) as refused:
        parse("[node]\nnmae='x'\n[service]\nlanguage='fr'\n", "hall.toml", {})
    assert len(refused.value.problems) == 2


def test_a_secret_in_a_file_of_its_own(tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.write_text("hush\n")
    configuration = tmp_path / "hall.toml"
    link = f"[[sms.link]]\nname='a'\nconnect='tcp:h:1'\nsystem_id='x'\npassword_file='{secret}'\n"
    configuration.write_text(link)
    assert load(configuration).sms.link[0].password == "hush"
    assert "hush" not in repr(load(configuration))


def test_a_file_that_is_not_there_says_which_option_names_it(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="--config"):
        load(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("endpoint", "loopback"),
    [
        ("tcp:8086:interface=127.0.0.1", True),
        ("tcp6:8086:interface=\\:\\:1", True),
        ("unix:/run/hall", True),
        ("tcp:8086", False),
        ("tcp:8086:interface=0.0.0.0", False),
        ("ssl:443:privateKey=k:certKey=c:interface=10.0.0.1", False),
    ],
)
def test_who_can_reach_an_endpoint(endpoint: str, loopback: bool) -> None:
    assert on_loopback(endpoint) is loopback
