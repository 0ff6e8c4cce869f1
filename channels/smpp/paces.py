"""All that a link keeps to: the pace it was told, the one that was found, and its share of what its account is allowed.

They belong to the link, not to a connection: a message centre that cut the line still counts. Every message asks, and
mostly there is no pace at all.
"""

from channels.smpp.account_pace import Share
from channels.smpp.found_pace import FoundPace
from channels.smpp.pace import Pace


class Paces:
    __slots__ = ("_account", "_limits", "_told", "found")

    def __init__(self, throughput: float = 0.0, account: Share | None = None) -> None:
        self.found = FoundPace()
        self._told = Pace(throughput) if throughput else None
        self._account = account
        self._limits = [limit for limit in (self._told, account) if limit is not None]

    def allowance(self, now: float) -> int | None:
        """Segments that may go now; None: as many as there are."""
        least = self.found.allowance(now)
        for limit in self._limits:
            allowed = limit.allowance(now)
            if allowed is not None and (least is None or allowed < least):
                least = allowed
        return least

    def opens_at(self, now: float) -> float | None:
        """When there will be a token of each again; None when there is one."""
        latest = self.found.opens_at(now)
        for limit in self._limits:
            opens = limit.opens_at(now)
            if opens is not None and (latest is None or opens > latest):
                latest = opens
        return latest

    def sent(self, segments: int, pressed: bool, now: float) -> None:
        """pressed: others wait behind it."""
        for limit in self._limits:
            limit.spend(segments)
        self.found.sent(segments, pressed, now)

    def waits(self, now: float) -> None:
        """There is something to say. A link that keeps to a pace of its own meanwhile holds up no other."""
        if self._account is None or self.found.allowance(now) == 0 or (self._told and self._told.allowance(now) == 0):
            return
        self._account.waits(now)
