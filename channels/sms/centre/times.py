"""When a message is to be delivered, and how long it is worth that: two fields of the submit_sm, written alike.

    000001120000000R    relative: years, months, days, hours, minutes, seconds, a tenth nobody uses
    260701120000000+    absolute: the same fields, quarters of an hour and the sign of the offset from UTC
    (empty)             at once; as long as the centre likes

What cannot be read is refused when the message is submitted (ESME_RINVSCHED, ESME_RINVEXPIRY), not guessed at.
"""

from datetime import UTC, datetime, timedelta

_FIELDS = 6
_MONTH = 30
_YEAR = 365


class Unreadable(ValueError):
    pass


def instant(period: str, now: float) -> float | None:
    """Raises Unreadable."""
    if not period:
        return None
    if len(period) != 16 or not period[:15].isdigit() or period[15] not in "R+-":
        raise Unreadable(f"{period!r} is no time")
    fields = [int(period[at : at + 2]) for at in range(0, 2 * _FIELDS, 2)]
    return now + _seconds(fields) if period[15] == "R" else _instant(fields, int(period[13:15]), period[15])


def _seconds(fields: list[int]) -> float:
    years, months, days, hours, minutes, seconds = fields
    return (((years * _YEAR + months * _MONTH + days) * 24 + hours) * 60 + minutes) * 60.0 + seconds


def _instant(fields: list[int], quarters: int, sign: str) -> float:
    years, months, days, hours, minutes, seconds = fields
    offset = timedelta(minutes=15 * quarters) * (1 if sign == "+" else -1)
    try:
        local = datetime(2000 + years, months, days, hours, minutes, seconds, tzinfo=UTC)
    except ValueError:
        raise Unreadable("there is no such day or hour") from None
    return (local - offset).timestamp()
