"""What somebody has confided to us: kept in memory, under a name that tells nothing, until it is asked for once.

    channel ── keep("123456") ──► token ── the ledger, the dialog, a request ──► ask(token) ──► "123456", and it is gone

So passwords are in no row, no conversation and no log. A node that dies has forgotten them, and whoever waits for the
answer is asked again.
"""

from collections.abc import Callable
from secrets import token_hex
from typing import Final

MOST: Final = 2_000
KEPT: Final = 120.0  # seconds


class Confided:
    def __init__(self, now: Callable[[], float], new_token: Callable[[], str] = lambda: token_hex(8)) -> None:
        self._now = now
        self._new_token = new_token
        self._kept: dict[str, tuple[float, str]] = {}

    def keep(self, words: str) -> str:
        self._forget_old()
        token = self._new_token()
        self._kept[token] = self._now(), words
        return token

    def ask(self, token: str) -> str | None:
        """None when it was asked for before, or too long ago, or confided to an earlier life."""
        self._forget_old()
        kept = self._kept.pop(token, None)
        return None if kept is None else kept[1]

    def _forget_old(self) -> None:
        limit = self._now() - KEPT
        while self._kept:
            token, (at, _) = next(iter(self._kept.items()))
            if at >= limit and len(self._kept) < MOST:
                return
            del self._kept[token]
