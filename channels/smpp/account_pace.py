"""A pace that several links share, because the message centre counts what comes over all links of an account.

One bucket (see pace), and turns: a link that finds it empty stands in line, and who stands before it goes first. A link
that does not come for its turn (it was cut off, it has nothing to say any more) loses its place after a moment.
"""

from collections.abc import Callable
from typing import Final

from channels.smpp.pace import Pace
from channels.smpp.settings import LinkSettings

GRACE: Final = 0.5  # seconds, and two turns


class AccountPace:
    def __init__(self, rate: float) -> None:
        self._pace = Pace(rate)
        self._line: dict[Share, float] = {}  # who waits, in their order, and when he was heard of last

    def become(self, rate: float, now: float) -> None:
        self._pace.become(rate, now)

    def share(self) -> "Share":
        return Share(self)

    def allowance(self, share: "Share", now: float) -> int | None:
        tokens = self._pace.allowance(now)
        return 0 if tokens and self._before(share, now) else tokens

    def spend(self, share: "Share", segments: int) -> None:
        self._line.pop(share, None)
        self._pace.spend(segments)

    def opens_at(self, share: "Share", now: float) -> float | None:
        before = self._before(share, now)
        opens = self._pace.opens_at(now)
        return (now if opens is None else opens) + before / self._pace.rate if before else opens

    def waits(self, share: "Share", now: float) -> None:
        if self._pace.rate:
            self._line[share] = now

    def _before(self, share: "Share", now: float) -> int:
        """How many stand before it."""
        if not self._line:
            return 0
        since = now - GRACE - 2 * len(self._line) / self._pace.rate if self._pace.rate else now
        for each in [each for each, heard_at in self._line.items() if heard_at < since]:
            del self._line[each]
        return next((place for place, each in enumerate(self._line) if each is share), len(self._line))


class Share:
    """One link's view of it."""

    __slots__ = ("_account",)

    def __init__(self, account: AccountPace) -> None:
        self._account = account

    def allowance(self, now: float) -> int | None:
        return self._account.allowance(self, now)

    def spend(self, segments: int) -> None:
        self._account.spend(self, segments)

    def opens_at(self, now: float) -> float | None:
        return self._account.opens_at(self, now)

    def waits(self, now: float) -> None:
        """It has something to say and may not."""
        self._account.waits(self, now)


class AccountPaces:
    """Of all accounts, as links say them; what they say last counts."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._known: dict[str, AccountPace] = {}

    def share(self, link: LinkSettings) -> Share:
        pace = self._known.get(link.called)
        if pace is None:
            pace = self._known[link.called] = AccountPace(link.account_throughput)
        pace.become(link.account_throughput, self._now())
        return pace.share()
