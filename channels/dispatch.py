"""Committed messages, to the channel that sends them: at once if it can, or as rows that are claimed when it can again.

    commit ── direct ──────────────► sender           the channel was open when the batch was gathered
       └───── queued row ── sweep ─► sender           it was not, or rows were waiting already: those go first

A channel is direct again when a sweep has found its queue empty, so that what was said earlier also arrives earlier.
The sweep runs every second, and as soon as a channel that had no room has some. It also finds what another node, or an
earlier life of this one, had taken and not done.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

from twisted.internet.defer import Deferred
from twisted.logger import Logger
from twisted.python.failure import Failure

from orders.arrival import LedgerAway
from orders.outbound import Outbound

MOST = 500

log = Logger()


class Sender(Protocol):
    @property
    def open(self) -> bool: ...
    @property
    def room(self) -> int: ...
    def send(self, message: Outbound) -> None: ...
    def aging(self, by: float) -> list[Outbound]: ...
    def renewed(self, messages: Iterable[Outbound], until: float) -> None: ...


class Dispatch:
    """claim: takes the oldest due messages of a channel for this node, as many as are asked for at most.
    renew: makes the leases of messages last until then, for what a channel has had in hand for long.
    """

    def __init__(
        self,
        senders: Mapping[str, Sender],
        claim: Callable[[str, int], "Deferred[list[Outbound]]"],
        renew: Callable[[list[Outbound], float], "Deferred[None]"],
    ) -> None:
        self._senders = senders
        self._claim = claim
        self._renew = renew
        self._behind = set(senders)
        self._sweeping: set[str] = set()

    def direct(self) -> frozenset[str]:
        """The channels whose messages need not wait as rows. Asked as a batch is gathered."""
        self._behind.update(name for name, sender in self._senders.items() if not sender.open)
        return frozenset(name for name in self._senders if name not in self._behind)

    def deliver(self, messages: Iterable[Outbound]) -> None:
        for message in messages:
            try:
                self._senders[message.channel].send(message)
            except Exception:  # noqa: BLE001 - it is found again when its lease ends; the others need not wait for that
                log.failure(
                    "message {id} could not be handed to {channel}", id=str(message.id), channel=message.channel
                )

    def sweep(self) -> None:
        for name in self._senders:
            self._sweep(name)

    def renew_leases(self, by: float, until: float) -> None:
        """What was handed to a channel and is not done yet stays this node's."""
        for sender in self._senders.values():
            if aging := sender.aging(by):
                self._renew(aging, until).addCallbacks(
                    lambda _, sender=sender, aging=aging: sender.renewed(aging, until),
                    lambda failure: log.warn("leases could not be renewed: {why}", why=str(failure.value)),
                )

    def ready(self, name: str) -> None:
        """The channel has room again."""
        if name in self._behind:
            self._sweep(name)

    def _sweep(self, name: str) -> None:
        most = min(MOST, self._senders[name].room)
        if name in self._sweeping or not most:
            return
        self._sweeping.add(name)
        self._claim(name, most).addCallbacks(self._claimed, self._not_claimed, (name, most), errbackArgs=(name,))

    def _claimed(self, messages: list[Outbound], name: str, most: int) -> None:
        self._sweeping.discard(name)
        if len(messages) < most:
            self._behind.discard(name)
        self.deliver(messages)
        if len(messages) == most:
            self._sweep(name)

    def _not_claimed(self, failure: Failure, name: str) -> None:
        self._sweeping.discard(name)
        if not failure.check(LedgerAway):
            log.failure("messages of {channel} could not be claimed", failure, channel=name)
