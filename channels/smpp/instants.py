"""Instants as SMPP writes them: sixteen characters, YYMMDDhhmmss, then a tenth, quarters of an hour and a sign.

relative   000001120000000R    a day and twelve hours from now
absolute   260701120000000+    the first of July 2026, noon, UTC
"""

from datetime import UTC, datetime
from typing import Final

LONGEST: Final = 63 * 86_400  # what GSM's validity period can say


def relative(seconds: float) -> str:
    """At least a second: none at all would mean "as long as you like"."""
    whole = max(1, min(int(seconds), LONGEST))
    days, rest = divmod(whole, 86_400)
    months, days = divmod(days, 30)
    return f"00{months:02}{days:02}{rest // 3600:02}{rest % 3600 // 60:02}{rest % 60:02}000R"


def absolute(instant: float) -> str:
    return datetime.fromtimestamp(instant, UTC).strftime("%y%m%d%H%M%S") + "000+"
