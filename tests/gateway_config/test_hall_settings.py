"""What the configuration says of other halls, and what it must not say."""

import pytest

from gateway_config.halls import clients_of
from gateway_config.settings import parse
from orders.rows import Refused

DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
OTHER = DIGEST[::-1]


def client(name: str, digest: str = DIGEST, more: str = "") -> str:
    return f'[[web.client]]\nname = "{name}"\ntoken_sha256 = "{digest}"\n{more}\n'


def test_clients_and_where_they_may_be_told() -> None:
    text = (
        '[web]\npublic = "https://hall.example.com"\ncallbacks = ["crm.example.com", "*.example.net", "10.1.2.3:80"]\n'
    )
    web = parse(
        text + client("web", more='channel = "wap"\norders = "all"\nrate = 5') + client("b", OTHER), "x.toml"
    ).web
    assert [(each.name, each.channel, each.orders, each.rate) for each in web.client] == [
        ("web", "wap", "all", 5.0),
        ("b", "web", "own", 0.0),
    ]
    assert clients_of(web).who(b"Bearer test", None).sees_all


FAULTS = [
    ('[web]\nlisten = "tcp:8086"\nauthentication = "none"\n', "loopback only"),
    ('[web]\nlisten = ["tcp:1:interface=127.0.0.1", "tcp:2:interface=0.0.0.0"]\nauthentication = "none"\n', "loopback"),
    ('[web]\nauthentication = "maybe"\n', "web.authentication"),
    ('[web]\ncallbacks = ["https://crm.example.com"]\n', "web.callbacks"),
    ('[web]\npublic = "hall.example.com/"\n', "web.public"),
    (client("web") + client("web", OTHER), "same name"),
    (client("web") + client("wap"), "same token"),
    (client("web", "secret"), "web.client[0].token_sha256"),
    (client("a b"), "web.client[0].name"),
    (client("web", more='orders = "some"'), "web.client[0].orders"),
    (client("web", more="rate = -1"), "web.client[0].rate"),
    (client("web", more='role = "x"'), "web.client[0].role"),
]


@pytest.mark.parametrize(("text", "told"), FAULTS)
def test_what_is_refused_with_its_line(text: str, told: str) -> None:
    with pytest.raises(Refused, match=r"x\.toml:\d+:") as refused:
        parse(text, "x.toml")
    assert told in str(refused.value)
    assert DIGEST not in str(refused.value)
