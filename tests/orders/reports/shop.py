"""A span of days in which something was counted: three days in Berlin, over the night in which the clock goes back."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from orders.reports.counted import Counted, Scored, Spent, Sum
from orders.reports.hours import span

BERLIN = ZoneInfo("Europe/Berlin")
SPAN = span(date(2026, 10, 24), date(2026, 10, 26), BERLIN)
CLEAR = {"new>good": Sum(60, 6_000_00), "good>done": Sum(50, 5_000_00), "good>lost:cancel": Sum(4, 400_00)}
HELD = {
    "new>waiting": Sum(40, 8_000_00), "new>lost:place_refused": Sum(3, 300_00), "waiting>good": Sum(26),
    "good>waiting": Sum(1), "waiting>lost:reject": Sum(6), "waiting>lost:disown": Sum(4),
    "waiting>lost:give_up": Sum(2), "good>done": Sum(20), "good>lost:fail": Sum(1),
}  # fmt: skip


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


SHOP = Counted(
    span=SPAN,
    zone=BERLIN,
    of={
        "order": {"": CLEAR | HELD | {"good>done": Sum(70, 7_000_00)}},
        "offer": {"F800": CLEAR, "=SUM(A1)": HELD},
        "flag": {"high_value": HELD, "night": {"new>waiting": Sum(2)}},
        "agent": {
            "li": {"confirmed": Sum(8), "changed": Sum(1), "rejected": Sum(1), "busy": Sum(4), "call_later": Sum(2)},
            "ann": {"no_answer": Sum(3)},
        },
        "talk": {"": {"begun": Sum(500), "finished": Sum(400)}},
        "script": {
            "order": {"begun": Sum(140), "finished": Sum(110), "gave_up": Sum(20)},
            "help": {"finished": Sum(5)},
        },
        "heard": {"order": {"": Sum(90)}, "none": {"": Sum(10)}},
    },
    channels={"sms": CLEAR, "web": HELD},
    hours={
        at("2026-10-24T23:00:00+02:00"): {"new>good": 2, "good>done": 1},
        at("2026-10-25T02:00:00+02:00"): {"new>waiting": 3, "waiting>lost:reject": 1},
        at("2026-10-25T02:00:00+01:00"): {"new>good": 4},  # the same hour by the clock, once more
    },
    calls={
        at("2026-10-24T09:00:00+02:00"): {"confirmed": 3, "busy": 1},
        at("2026-10-26T11:00:00+01:00"): {"confirmed": 1, "rejected": 1},
    },
    spent=(Spent("li", "ready", "", 1800), Spent("li", "paused", "lunch", 3600), Spent("ann", "talking", "", 900)),
    scores=(Scored("li", 3, 82.5, 60.0),),
    names={"F800": {"zh": "酷派F800", "en": "Coolpad F800"}},
    pauses={"lunch": {"zh": "午餐", "en": "lunch"}},
)
EMPTY = Counted(SPAN, BERLIN)
