"""What the log says of subscribers: enough to tell two apart, too little to ring them."""

import io
import json

import pytest
from twisted.logger import Logger

from gateway_config.logs import JsonLines, masked


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("from 8613800138000 to 10086", "from 86138****8000 to 10086"),
        ("13800138000", "138****8000"),
        ("order 1000000008", "order 1000000008"),
        ("row 381028374650192837", "row 381028374650192837"),
        ("at 1800000000.123", "at 1800000000.123"),
    ],
)
def test_telephone_numbers_lose_their_middle_and_nothing_else_does(text: str, shown: str) -> None:
    assert masked(text) == shown


def test_a_line_is_json_with_its_fields_masked_and_low_levels_dropped() -> None:
    out = io.StringIO()
    log = Logger("channels.sms", observer=JsonLines(out, "info"))  # type: ignore[arg-type]
    log.debug("nobody reads this")
    log.info("{link}: from {who}", link="smsc-a", who="8613800138000", count=3, thing=object())
    (line,) = out.getvalue().splitlines()
    said = json.loads(line)
    assert said["event"] == "smsc-a: from 86138****8000"
    assert (said["level"], said["from"], said["link"], said["who"], said["count"]) == (
        "info",
        "channels.sms",
        "smsc-a",
        "86138****8000",
        3,
    )
    assert "thing" not in said and said["time"].endswith("Z")


def test_a_failure_brings_its_trace_masked() -> None:
    out = io.StringIO()
    log = Logger("x", observer=JsonLines(out, "info"))  # type: ignore[arg-type]
    try:
        raise RuntimeError("for 8613800138000")  # noqa: TRY301
    except RuntimeError:
        log.failure("that went wrong")
    said = json.loads(out.getvalue())
    assert "RuntimeError" in said["trace"] and "13800138000" not in said["trace"]
