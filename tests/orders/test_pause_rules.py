"""Why one may pause, as supervisors write it."""

import pytest

from orders.agent_states import Limits, PauseReason, State
from orders.pause_rules import parse, written
from orders.rows import Refused

TEXT = """
- pause: meal
  zh: 用餐
  en: meal
  minutes: 45
- pause: other
  zh: 其他
  en: other
- state: wrap_up
  minutes: 1.5
"""


def test_reasons_and_limits_are_read_in_their_order() -> None:
    limits = parse(TEXT, "pauses")
    assert limits.reasons == (
        PauseReason("meal", {"zh": "用餐", "en": "meal"}, 2_700.0),
        PauseReason("other", {"zh": "其他", "en": "other"}, None),
    )
    assert limits.seconds == {State.WRAP_UP: 90.0}


def test_what_counts_is_written_as_it_is_read() -> None:
    for limits in (Limits(), parse(TEXT, "pauses"), Limits({}, (PauseReason("a", {"zh": '"\\', "en": "#: x"}, 30.0),))):
        assert parse(written(limits), "pauses") == limits


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "pauses:1: there is no pause"),
        ("- pause: Lunch\n  zh: 午\n  en: l\n", "pauses:1: pause: 'Lunch' is no code"),
        ("- pause: a\n  zh: 一\n", "pauses:1: a: what it is called is missing in en"),
        ("- pause: a\n  zh: 一\n  en: one\n  hours: 2\n", "pauses:1: unknown field hours"),
        ("- pause: a\n  zh: 一\n  en: one\n  minutes: many\n", "pauses:1: a: minutes is a number above 0"),
        ("- pause: a\n  zh: 一\n  en: one\n- pause: a\n  zh: 一\n  en: one\n", "pauses:4: pause a stands above"),
        ("- pause: a\n  zh: 一\n  en: one\n- state: ready\n  minutes: 2\n", "pauses:4: state is one of previewing"),
        ("- pause: a\n  zh: 一\n  en: " + "o" * 25, "pauses:1: a: a name has 24 characters at most"),
    ],
)
def test_what_is_wrong_is_told_by_line(text: str, what: str) -> None:
    with pytest.raises(Refused, match=what.replace("(", r"\(")):
        parse(text, "pauses")
