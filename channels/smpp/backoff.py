"""How long to wait before binding again: doubling, with jitter so that a hundred nodes do not come back as one.

What doubles it is attempts that come to nothing, or to a bind that does not last. A link that was bound and is cut
comes back at once, however often that happens: there is traffic waiting, and the message centre is there.

A refused bind is a setting that somebody must mend, or an old session that the message centre has yet to notice is
dead; knocking every second helps neither, and some message centres lock the account. It is waited for much longer.
"""

from collections.abc import Callable

from channels.smpp.settings import LinkSettings
from channels.smpp.status import Patience


class Backoff:
    """`jitter` gives numbers from 0 to 1; the wait is between half and the whole of what doubling has come to."""

    def __init__(self, settings: LinkSettings, jitter: Callable[[], float]) -> None:
        self._first = {Patience.ORDINARY: settings.reconnect, Patience.LONG: settings.refused}
        self._limit = {Patience.ORDINARY: settings.reconnect_limit, Patience.LONG: settings.refused_limit}
        self._jitter = jitter
        self._failures = dict.fromkeys(Patience, 0)

    def worked(self) -> None:
        self._failures = dict.fromkeys(Patience, 0)

    def wait(self, patience: Patience) -> float:
        doublings = min(self._failures[patience], 30)
        self._failures[patience] += 1
        whole = min(self._limit[patience], self._first[patience] * 2.0**doublings)
        return whole * (0.5 + self._jitter() / 2)
