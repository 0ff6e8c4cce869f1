"""One link of the configuration, kept bound for as long as Hall runs.

Connect, bind, talk until the connection is gone for whatever reason, wait, again. The endpoint is the caller's, so a
`tls:` or `unix:` link differs from a `tcp:` one in the configuration only.
"""

from collections.abc import Callable
from typing import Any, Final, Protocol

from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.interfaces import IProtocol
from twisted.internet.protocol import Factory
from twisted.logger import Logger

from channels.clock import Clock, pause
from channels.smpp.account_pace import Share
from channels.smpp.backoff import Backoff
from channels.smpp.conversation import Conversation
from channels.smpp.gate import Gate
from channels.smpp.paces import Paces
from channels.smpp.pdus import DataSm, QuerySm, SubmitSm
from channels.smpp.settings import LinkSettings
from channels.smpp.status import ESME_RINVBNDSTS, Class, Patience
from channels.smpp.trouble import why

STEADY: Final = 5.0  # seconds bound, after which a loss is a new matter, however many there were before
DRAIN_WITHIN: Final = 10.0
UNBIND_WITHIN: Final = 5.0

_log = Logger()


class Endpoint(Protocol):
    """A client endpoint of Twisted's, in types."""

    def connect(self, factory: Any, /) -> "Deferred[IProtocol]": ...


class SmppClient:
    """`jitter` gives numbers from 0 to 1; `account` is its share of what its account is allowed."""

    def __init__(
        self,
        settings: LinkSettings,
        endpoint: Endpoint,
        clock: Clock,
        gate: Gate,
        jitter: Callable[[], float],
        account: Share | None = None,
    ) -> None:
        self.settings = settings
        self._endpoint = endpoint
        self._clock = clock
        self._gate = gate
        self._backoff = Backoff(settings, jitter)
        self._paces = Paces(settings.throughput, account)
        self._conversation: Conversation | None = None
        self._interruptible: Deferred[Any] | None = None
        self._stopping = False
        self._stopped: Deferred[None] | None = None
        self._trouble = ""

    # ── keeping bound ──

    async def run(self) -> None:
        """Until `stop`."""
        self._stopped = Deferred()
        try:
            while not self._stopping:
                patience = await self._one_connection()
                if not self._stopping:
                    await self._interrupted_by_stop(pause(self._clock, self._backoff.wait(patience)))
        except CancelledError:
            if not self._stopping:
                raise
        finally:
            self._stopped.callback(None)

    async def _one_connection(self) -> Patience:
        conversation = Conversation(self.settings, self._clock, self._gate, self._paces)
        factory = Factory.forProtocol(lambda: conversation)
        factory.noisy = False
        try:
            await self._interrupted_by_stop(self._endpoint.connect(factory))
        except CancelledError:
            raise
        except Exception as error:  # noqa: BLE001 - endpoints fail with whatever their transport has; all mean: not now
            if not self._stopping:  # else it was we who broke it off
                self._trouble = f"cannot connect: {why(error)}"
                _log.error("{link}: {trouble}", link=self.settings.name, trouble=self._trouble, error=str(error))
            return Patience.ORDINARY
        self._conversation = conversation
        if self._stopping:
            conversation.leave(0)
        patience = await conversation.ended
        self._conversation, self._trouble = None, conversation.trouble
        if conversation.bound_at is not None and self._clock.seconds() - conversation.bound_at >= STEADY:
            self._backoff.worked()
        return patience

    async def _interrupted_by_stop(self, waiting: "Deferred[Any]") -> None:
        self._interruptible = waiting
        try:
            await waiting
        finally:
            self._interruptible = None

    async def stop(self) -> None:
        """Take nothing new, finish what is in flight, unbind, close; or cut it short when that takes too long."""
        self._stopping = True
        if self._interruptible is not None:
            self._interruptible.cancel()
        if self._conversation is not None:
            self._conversation.leave(DRAIN_WITHIN)
        if self._stopped is None or self._stopped.called:
            return
        limit = pause(self._clock, DRAIN_WITHIN + UNBIND_WITHIN)
        limit.addCallbacks(lambda _: self._cut(), lambda cancelled: cancelled.trap(CancelledError))
        await self._stopped
        limit.cancel()

    def _cut(self) -> None:
        if self._conversation is not None:
            self._conversation.cut()

    # ── Hall ──

    @property
    def bound(self) -> bool:
        return self._conversation is not None and self._conversation.bound

    @property
    def trouble(self) -> str:
        """Why it is not bound, as far as the last try has shown; empty while it is."""
        return "" if self.bound else self._trouble

    @property
    def room(self) -> int:
        """How many segments would leave at once. None too many: 0 while not bound, paused, or a receiver."""
        return 0 if self._conversation is None else self._conversation.room

    @property
    def in_flight(self) -> int:
        return 0 if self._conversation is None else self._conversation.in_flight

    @property
    def waiting(self) -> int:
        """What was given to it and has not been submitted."""
        return 0 if self._conversation is None else self._conversation.waiting

    @property
    def throttled(self) -> bool:
        return self._conversation is not None and self._conversation.throttled

    @property
    def pace(self) -> float:
        """Segments a second, as it was found by being throttled; 0: none."""
        return self._paces.found.rate

    def submit(self, token: object, pdu: SubmitSm | DataSm) -> None:
        """The gate is told what became of it, perhaps before this returns."""
        if self._conversation is None:
            self._gate.refused(token, ESME_RINVBNDSTS, Class.SESSION)
        else:
            self._conversation.submit(token, pdu)

    def query(self, token: object, pdu: QuerySm) -> None:
        """The gate is told the answer, or that there was none."""
        if self._conversation is None:
            self._gate.queried(token, None)
        else:
            self._conversation.query(token, pdu)

    def pause_reading(self) -> None:
        if self._conversation is not None:
            self._conversation.pause_reading()

    def resume_reading(self) -> None:
        if self._conversation is not None:
            self._conversation.resume_reading()
