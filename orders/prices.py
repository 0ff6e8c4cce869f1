"""What an offer costs at an instant. Beside the price that always holds there may be others, each for a time.

    price: 1380.00
    prices:
      - {price: 1280.00, from: 2026-12-01, until: 2026-12-31}     # both days whole, by the clock on the wall here
      - {price: 999.00, from: 2026-12-12T00:00:00+08:00}

Where several hold at once, the one that began last is in force: a day's sale within a month's. In CSV the same is
written `1280.00@2026-12-01..2026-12-31|999.00@2026-12-12..`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from orders.rows import BadRow, fen


@dataclass(frozen=True, slots=True)
class Price:
    """In fen, from an instant on (None: always) until another, which it does not include (None: for ever)."""

    fen: int
    since: float | None = None
    until: float | None = None

    def holds(self, now: float) -> bool:
        return (self.since is None or self.since <= now) and (self.until is None or now < self.until)


def in_force(standing: int, others: Iterable[Price], now: float) -> int:
    """The price now; `standing`: the one that always holds."""
    holding = [price for price in others if price.holds(now)]
    return max(holding, key=lambda price: (price.since is not None, price.since or 0.0)).fen if holding else standing


def prices_from(value: Any, zone: tzinfo) -> tuple[Price, ...]:
    """As a catalogue writes them; raises BadRow."""
    if value in (None, "", []):
        return ()
    entries = [_of_text(part) for part in value.split("|")] if isinstance(value, str) else value
    if not isinstance(entries, list) or not all(isinstance(entry, Mapping) for entry in entries):
        raise BadRow("prices: expected a list, as [{price: 1280.00, from: 2026-12-01, until: 2026-12-31}]")
    return tuple(_price(entry, zone) for entry in entries)


def _of_text(part: str) -> dict[str, str]:
    amount, _, times = part.strip().partition("@")
    since, dots, until = times.partition("..")
    if not dots:
        raise BadRow(f"prices: {part!r} must be written as 1280.00@2026-12-01..2026-12-31")
    return {"price": amount, "from": since, "until": until}


def _price(entry: Mapping[str, Any], zone: tzinfo) -> Price:
    unknown = [str(name) for name in entry if name not in ("price", "from", "until")]
    if unknown:
        raise BadRow(f"prices: unknown field {', '.join(unknown)}; known are price, from, until")
    since, until = _instant(entry.get("from"), zone), _instant(entry.get("until"), zone, whole_day=True)
    if since is None and until is None:
        raise BadRow("prices: a price that always holds is written as `price`; these need from, until or both")
    if since is not None and until is not None and until <= since:
        raise BadRow("prices: until lies before from")
    return Price(fen(entry.get("price"), "prices"), since, until)


def _instant(value: Any, zone: tzinfo, whole_day: bool = False) -> float | None:
    """A day is meant whole: `from` begins with it, `until` ends with it."""
    if value in (None, ""):
        return None
    try:
        at = value if isinstance(value, date) else _read(str(value).strip())
    except ValueError:
        raise BadRow(f"prices: {value!r} is no day; write 2026-12-01, or 2026-12-01T08:00:00+08:00") from None
    if not isinstance(at, datetime):
        at = datetime(at.year, at.month, at.day, tzinfo=zone) + timedelta(days=1 if whole_day else 0)
    return (at if at.tzinfo else at.replace(tzinfo=zone)).timestamp()


def _read(text: str) -> date:
    return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)


def prices_to_rows(prices: Iterable[Price]) -> list[list[float | None]]:
    return [[price.fen, price.since, price.until] for price in prices]


def prices_of_rows(rows: Iterable[Any]) -> tuple[Price, ...]:
    return tuple(Price(int(amount), since, until) for amount, since, until in rows)
