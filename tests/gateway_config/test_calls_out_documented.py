"""docs/calls-out.md is carried out: what it shows as files is read, and says what it says."""

import re
from pathlib import Path
from zoneinfo import ZoneInfo

from gateway_config.settings import Settings, parse
from orders import calling_hours, flag_rules, retry_rules

DOCUMENT = (Path(__file__).parents[2] / "docs" / "calls-out.md").read_text("utf-8")


def shown(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", DOCUMENT, re.DOTALL)


def test_the_configuration_is_known_and_shows_what_comes_with_hall() -> None:
    [text] = shown("toml")
    calls = parse(text, "hall.toml", {}).calls
    own = {"hours", "retries", "recordings", "by_keys"}
    assert calls.model_dump(exclude=own) == Settings().calls.model_dump(exclude=own)
    assert set(re.findall(r"^(\w+) =", text, re.MULTILINE)) == set(type(calls).model_fields)


def test_hours_and_retries_are_read() -> None:
    hours, retries, flags = shown("yaml")
    read = calling_hours.parse(hours, "hours.yaml", ZoneInfo("Asia/Shanghai"))
    assert read.region_of("8613999123456").name == "Xinjiang"
    assert retry_rules.parse(retries, "retries.yaml") == retry_rules.standard()
    first, costly = flag_rules.parse(flags, "flags.yaml").rules
    assert (first.by_keys, costly.by_keys) == (True, False)
