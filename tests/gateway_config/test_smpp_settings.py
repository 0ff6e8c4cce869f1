"""What docs/smpp.md shows is what may be written, and what holds when nothing is."""

import re
import tomllib
from pathlib import Path

import pytest

from channels.smpp.settings import LinkSettings
from gateway_config.settings import parse
from orders.rows import Refused

DOCUMENT = (Path(__file__).parents[2] / "docs" / "smpp.md").read_text("utf-8")
(SHOWN,) = (block for block in re.findall(r"```toml\n(.*?)```", DOCUMENT, re.DOTALL) if "interface_version" in block)
PLAIN = '[[sms.link]]\nname = "a"\nconnect = "tcp:h:1"\nsystem_id = "hall"\n'
SECOND = PLAIN.replace('"a"', '"b"') + 'account = "m"\naccount_throughput = 5\n'


def test_what_is_shown_may_be_written_and_every_value_shown_is_what_holds_without_it() -> None:
    (link,) = parse(SHOWN, "hall.toml").sms.link
    (shown,) = tomllib.loads(SHOWN)["sms"]["link"]
    for name, value in shown.items():
        if name not in ("name", "connect", "system_id", "parameter", "status"):
            said = tuple(value) if isinstance(value, list) else value
            assert LinkSettings.model_fields[name].default == said, name
    assert link.parameter[0].octets == b"\x0a\xff"
    assert link.status[0].delays == (30, 60, 300)


def test_every_setting_of_the_wire_is_shown() -> None:
    (shown,) = tomllib.loads(SHOWN)["sms"]["link"]
    elsewhere = {"bind", "password", "short_codes", "account", "rank", "weight", "required"}
    elsewhere |= {"outbind", "outbind_system_id", "outbind_password"}
    assert set(LinkSettings.model_fields) - set(shown) == elsewhere


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (PLAIN.replace('connect = "tcp:h:1"', ""), "sms.link[0]: say where the message centre is (connect), or"),
        (PLAIN + 'outbind = "tcp:1"\n', "sms.link[0]: say where the message centre is (connect), or"),
        (PLAIN.replace('connect = "tcp:h:1"', 'outbind = "tpc:1"'), "sms.link[0]: outbind: 'tpc:1' is no endpoint"),
        (PLAIN + "[[sms.link.status]]\ncode = 69\ntreet = 1\n", "sms.link[0].status[0].treet: unknown key"),
        (PLAIN + "[[sms.link.parameter]]\ntag = 0x1400\n", "a parameter has either hex or text"),
        (PLAIN + 'schedule = "centre"\nsubmit = "data_sm"\n', "sms.link[0]: data_sm cannot say when"),
        (PLAIN + 'account = "m"\n' + SECOND, "the links of account 'm' have different account_throughput"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(text: str, problem: str) -> None:
    with pytest.raises(Refused) as refused:
        parse(text, "hall.toml")
    assert any(problem in str(each) for each in refused.value.problems), refused.value.problems


def test_a_message_centre_that_calls_is_enough() -> None:
    (link,) = parse(PLAIN.replace("connect", "outbind").replace("h:1", "2776"), "hall.toml").sms.link
    assert link.outbind == "tcp:2776"
