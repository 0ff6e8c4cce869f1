"""Instants as they are written in JSON: RFC 3339, in UTC, and never without saying so."""

from datetime import UTC, datetime

EARLIEST, LATEST = 0.0, 4_102_444_800.0  # 1970 to 2100


def written(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def read(text: str) -> float:
    """Raises ValueError, which says what to write instead."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise ValueError("a date and time with its offset, as 2026-01-31T18:00:00+08:00")
    seconds = at.timestamp()
    if not EARLIEST <= seconds <= LATEST:
        raise ValueError("a date and time of this century")
    return seconds
