"""Why one may pause, and how long one should be in a state, as supervisors write it; read and checked.

    - pause: meal            # its code; small letters, digits and _
      zh: 用餐
      en: meal
      minutes: 45            # for how long; without it there is no limit

    - state: wrap_up         # previewing, dialling, talking or wrap_up
      minutes: 2

The order of the reasons is the order in which they are offered. A state that is not named has no limit.
"""

import re
from typing import Any

from orders.agent_states import Limits, PauseReason, State
from orders.rows import BadRow, Problem, Refused, Row, known_fields, made, read

LANGUAGES = ("zh", "en")
LIMITED = (State.PREVIEWING, State.DIALLING, State.TALKING, State.WRAP_UP)
LONGEST_NAME = 24
MOST_MINUTES = 24 * 60
_CODE = re.compile(r"[a-z][a-z0-9_]{0,29}")


def parse(text: str, filename: str) -> Limits:
    """The reasons and limits of a text, or `Refused` with every problem by line."""
    rows = read(text, filename)
    pauses, states = [row for row in rows if "pause" in row.values], [row for row in rows if "pause" not in row.values]
    reasons = made(pauses, filename, _reason)
    limits = made(states, filename, _limit)
    if not reasons:
        raise Refused([Problem(filename, 1, "there is no pause: write at least one `- pause:`")])
    _once(pauses, [reason.code for reason in reasons], "pause", filename)
    _once(states, [state.value for state, _ in limits], "state", filename)
    return Limits(dict(limits), tuple(reasons))


def written(limits: Limits) -> str:
    """The text of what counts now."""
    reasons = [_reason_written(each) for each in limits.reasons]
    states = [
        f"- state: {state.value}\n  minutes: {_minutes_written(limits.seconds[state])}\n"
        for state in LIMITED
        if state in limits.seconds
    ]
    return "\n".join([*reasons, *states])


def _reason_written(of: PauseReason) -> str:
    lines = [f"- pause: {of.code}", *(f"  {name}: {_quoted(of.names.get(name) or of.code)}" for name in LANGUAGES)]
    if of.seconds is not None:
        lines.append(f"  minutes: {_minutes_written(of.seconds)}")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _minutes_written(seconds: float) -> str:
    return f"{seconds / 60:g}"


def _reason(row: Row) -> PauseReason:
    known_fields(row, ("pause", *LANGUAGES, "minutes"))
    code = row.values["pause"]
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        raise BadRow(f"pause: {code!r} is no code: small letters, digits and _, a letter first")
    names = {name: str(row.values.get(name) or "").strip() for name in LANGUAGES}
    if missing := [name for name, text in names.items() if not text]:
        raise BadRow(f"{code}: what it is called is missing in {', '.join(missing)}")
    if long := [name for name, text in names.items() if len(text) > LONGEST_NAME]:
        raise BadRow(f"{code}: a name has {LONGEST_NAME} characters at most; too long in {', '.join(long)}")
    return PauseReason(code, names, _seconds(row.values["minutes"], code) if "minutes" in row.values else None)


def _limit(row: Row) -> tuple[State, float]:
    known_fields(row, ("state", "minutes"))
    state = row.values.get("state")
    if state not in [each.value for each in LIMITED]:
        raise BadRow(f"state is one of {', '.join(each.value for each in LIMITED)}, not {state!r}")
    return State(str(state)), _seconds(row.values.get("minutes"), str(state))


def _seconds(value: Any, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= MOST_MINUTES:
        raise BadRow(f"{name}: minutes is a number above 0 and up to {MOST_MINUTES}, not {value!r}")
    return float(value) * 60


def _once(rows: list[Row], names: list[str], field: str, filename: str) -> None:
    twice = [row for place, row in enumerate(rows) if names[place] in names[:place]]
    if twice:
        raise Refused(Problem(filename, row.line, f"{field} {row.values[field]} stands above already") for row in twice)
