"""`[[ussd.link]]` and `[[ussd.gateway]]`, as the configuration has them and as `hall check` refuses them."""

import pytest
from twisted.internet.task import Clock
from twisted.logger import capturedLogs

from gateway_config.server import Server
from gateway_config.settings import parse
from orders.rows import Refused

LINK = '[[ussd.link]]\nname = "a"\nconnect = "tcp:h:1"\nsystem_id = "hall"\n'
GATEWAY = '[[ussd.gateway]]\nname = "g"\npath = "/ussd/g"\n'
OPEN = '[web]\nlisten = "tcp:8086"\n'


def test_links_and_gateways() -> None:
    text = LINK + '[ussd.link.dialect]\nends = 0x20\ncodings = { 17 = "ucs2" }\n' + GATEWAY + 'secret_env = "S"\n'
    settings = parse(OPEN + text, "hall.toml", {"S": "hush"})
    (link,), (gateway,) = settings.ussd.link, settings.ussd.gateway
    assert (link.dialect.ends, link.dialect.asks, link.codes, link.budget) == (0x20, 0x02, ("*100#",), 8.0)
    assert (gateway.secret, gateway.style.goes_on, gateway.codes) == ("hush", "CON ", ("*100#",))
    assert "hush" not in repr(gateway)
    assert [each.name for each in settings.links] == ["a"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (LINK + 'dialect = "tatta"\n', "ussd.link[0].dialect: 'tatta' is none of standard, tata, sixdee, mica"),
        (GATEWAY + 'style = "xml"\n', "ussd.gateway[0].style: 'xml' is none of africastalking, json"),
        (LINK + 'codes = ["100"]\n', 'write it as it is dialled, such as "*100#"'),
        (LINK + 'short_codes = ["10086"]\n', "has codes"),
        (LINK + "[ussd.link.dialect]\nends = 0x02\nend_bit = 0\n", "nothing says that a session ends"),
        (LINK + LINK, "two links are called 'a'"),
        (LINK + LINK.replace("ussd", "sms"), "there is an sms.link called 'a' too"),
        (LINK + GATEWAY.replace('"g"', '"a"'), "a link and a gateway are both called 'a'"),
        (GATEWAY.replace("/ussd/g", "/desk"), "ussd.gateway[0].path"),
        (GATEWAY + GATEWAY.replace('"g"', '"h"'), "two gateways ask at /ussd/g"),
        (GATEWAY + 'addresses = ["localhost"]\n', "is no address or network"),
        (OPEN + GATEWAY, "anybody could ask as 'g'"),
        (GATEWAY + "[ussd.gateway.style]\nmethd = 'get'\n", "methd"),
    ],
)
def test_what_is_refused_says_what_to_do(text: str, why: str) -> None:
    with pytest.raises(Refused) as refused:
        parse(text, "hall.toml")
    assert why in str(refused.value)


def test_a_gateway_that_has_changed_is_followed_unless_anybody_could_ask_there() -> None:
    """What is read anew may listen on loopback only; the server that runs still listens where it did."""
    before, fresh = (parse(GATEWAY + f"silence = {seconds}\n", "hall.toml", {}) for seconds in (60, 90))
    with capturedLogs() as log:
        assert Server(before, Clock())._followed(fresh).ussd.gateway == fresh.ussd.gateway
    assert not log
    elsewhere = parse(OPEN, "hall.toml", {})
    with pytest.raises(ValueError, match="anybody could ask as 'g'"):
        Server(elsewhere, Clock())._followed(fresh)
