"""The rules of ringing again, as they are written."""

import pytest

from orders import retry_rules
from orders.desk import DAY, CallRules, Outcome
from orders.rows import Refused


def parse(text: str) -> CallRules:
    return retry_rules.parse(text, "retries.yaml")


def test_the_rules_that_come_with_hall_are_those_that_hold_without_any() -> None:
    assert retry_rules.standard() == CallRules()


def test_what_is_not_said_stays_as_it_comes() -> None:
    rules = parse("- {outcome: busy, again: [10m, 2h, 1d]}\n- {tries: 4, latest: 2d}")
    assert rules.delays[Outcome.BUSY] == (600.0, 7_200.0, DAY)
    assert rules.delays[Outcome.NO_ANSWER] == CallRules().delays[Outcome.NO_ANSWER]
    assert (rules.tries, rules.tries_a_day, rules.latest) == (4, 3, 2 * DAY)
    assert parse("") == CallRules()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("- {outcome: confirmed, again: [1h]}", "1: outcome: no_answer, busy, powered_off, no_key, not 'confirmed'"),
        ("- {outcome: busy, again: []}", "1: again: a list"),
        ("- {outcome: busy, again: [soon]}", "1: again: minutes, hours or days, as 30m, 3h or 2d"),
        ("- {outcome: busy, again: [0m]}", "1: again"),
        ("- {outcome: busy, again: [1h], tries: 2}", "1: unknown field tries"),
        ("- {outcome: busy, again: [1h]}\n- {outcome: busy, again: [2h]}", "2: outcome busy is there twice"),
        ("- tries: 0", "1: tries is a whole number from 1 upwards, not 0"),
        ("- {tries: 3}\n- {latest: 2d}", "2: what is not about one outcome stands in one entry"),
        ("- attempts: 3", "1: unknown field attempts; known are tries, tries_a_day, by_keys, callbacks, latest"),
    ],
)
def test_what_is_wrong_with_a_file_is_told_by_line(text: str, problem: str) -> None:
    with pytest.raises(Refused) as refused:
        parse(text)
    assert str(refused.value).startswith(f"retries.yaml:{problem}")
