"""One connection: a link with a transport under it and a gate behind it.

    octets ──> link ──> events ──> gate        as they come; nothing here is awaited
    gate ──> acknowledge, submit ──> link      whenever the database is done
    link ──> octets                            once for each turn of the reactor, however many events it had

The gate is other people's code. Whatever it raises is logged, and the reading goes on: a message that it could not take
is answered with ESME_RX_T_APPN, so that the message centre keeps it.
"""

from collections.abc import Callable
from typing import Any, Final, cast
from typing import Protocol as Shape

from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectionLost
from twisted.internet.protocol import Protocol, connectionDone
from twisted.logger import Logger
from twisted.python.failure import Failure

from channels.clock import Clock, Delayed
from channels.smpp import events as e
from channels.smpp.fingerprint import fingerprint
from channels.smpp.gate import Gate
from channels.smpp.link import Link, State
from channels.smpp.paces import Paces
from channels.smpp.pdus import DataSm, QuerySm, SubmitSm
from channels.smpp.reasons import in_words
from channels.smpp.settings import LinkSettings
from channels.smpp.status import ESME_RX_T_APPN, Patience
from channels.smpp.trouble import why

CLOSE_WITHIN: Final = 3.0  # seconds for the last octets; a peer that does not read them would keep us for ever
REST_FOR: Final = 1.0

_log = Logger()


class _Wire(Shape):
    """A transport, in types."""

    def write(self, data: bytes, /) -> None: ...
    def loseConnection(self) -> None: ...
    def abortConnection(self) -> None: ...
    def pauseProducing(self) -> None: ...
    def resumeProducing(self) -> None: ...


class Conversation(Protocol):
    """`ended` fires when the connection is gone, with how patient the next attempt should be."""

    def __init__(self, settings: LinkSettings, clock: Clock, gate: Gate, paces: Paces | None = None) -> None:
        self._settings = settings
        self._clock = clock
        self._gate = gate
        self._link = Link(settings, paces=paces)
        self._connection: int | None = None
        self._patience = Patience.ORDINARY
        self._flush_call: Delayed | None = None
        self._alarm: Delayed | None = None
        self._alarm_for = 0.0
        self._closing: Delayed | None = None
        self._waking: Delayed | None = None
        self._full = True
        self._reading = True
        self._resting = False
        self.bound_at: float | None = None
        self.trouble = ""  # why it is not bound, or not any more; nothing where we wanted it so
        self.ended: Deferred[Patience] = Deferred()

    # ── the transport ──

    @property
    def _wire(self) -> _Wire:
        return cast(_Wire, self.transport)

    def connectionMade(self) -> None:
        no_delay = getattr(self.transport, "setTcpNoDelay", None)
        if no_delay is not None:
            no_delay(True)
        self._link.start(self._clock.seconds())
        self._flush()

    def dataReceived(self, data: bytes) -> None:
        self._deal_with(self._link.receive(data, self._clock.seconds()))
        self._flush()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        for call in (self._flush_call, self._alarm, self._closing, self._waking):
            if call is not None and call.active():
                call.cancel()
        if self._closing is None and not self.trouble:
            self._broken_off(reason)
        self._flush_call = self._alarm = self._closing = self._waking = None
        self._deal_with(self._link.lost(self._clock.seconds()))
        if self._connection is not None:
            connection, self._connection = self._connection, None
            self._safely(self._gate.lost, connection)
        self.ended.callback(self._patience)

    def _broken_off(self, reason: Failure) -> None:
        self.trouble = why(reason.value or ConnectionLost())
        lost = "the connection is lost" if self.bound_at is not None else "the connection was lost before it was bound"
        _log.warn("{link}: {lost}: {why}", link=self._settings.name, lost=lost, why=self.trouble)

    # ── Hall ──

    @property
    def bound(self) -> bool:
        return self._connection is not None and self._link.state is State.BOUND

    @property
    def room(self) -> int:
        return self._link.room(self._clock.seconds())

    @property
    def in_flight(self) -> int:
        return self._link.in_flight

    @property
    def waiting(self) -> int:
        return self._link.queued

    @property
    def throttled(self) -> bool:
        return self._link.throttled

    def submit(self, token: object, pdu: SubmitSm | DataSm) -> None:
        self._deal_with(self._link.submit(token, pdu, self._clock.seconds()))
        self._flush_soon()

    def query(self, token: object, pdu: QuerySm) -> None:
        self._deal_with(self._link.query(token, pdu, self._clock.seconds()))
        self._flush_soon()

    def leave(self, within: float) -> None:
        self.resume_reading()
        self._deal_with(self._link.unbind(self._clock.seconds(), within))
        self._flush()

    def cut(self) -> None:
        self._close()
        self._wire.abortConnection()

    def pause_reading(self) -> None:
        """Leave what comes to TCP. Our own waiting rests too: an answer that we do not read is not missing."""
        if self.transport is not None and self._reading:
            self._reading, self._resting = False, True
            self._wire.pauseProducing()

    def resume_reading(self) -> None:
        """Waiting goes on a little later, when what has come in the meantime is read."""
        if self.transport is not None and not self._reading:
            self._reading = True
            self._wire.resumeProducing()
            self._waking = self._clock.callLater(REST_FOR, self._wake)

    def _wake(self) -> None:
        self._resting = not self._reading
        self._flush()

    # ── between the two ──

    def _deal_with(self, events: list[e.Event]) -> None:
        for event in events:
            _DEALS[type(event)](self, event)

    def _heard(self, event: e.Heard) -> None:
        connection = self._connection
        if connection is None:
            return
        try:
            committed = self._gate.heard(
                connection, event.number, self._settings.name, event.pdu, fingerprint(event.pdu)
            )
        except Exception:  # noqa: BLE001 - whatever it was, the peer must be answered and the rest be read
            self._not_taken(None, event.number)
            return
        committed.addCallbacks(
            self._acknowledge, self._not_taken, callbackArgs=(event.number,), errbackArgs=(event.number,)
        )

    def _acknowledge(self, status: int, number: int) -> None:
        if self._connection is not None:
            self._deal_with(self._link.acknowledge(number, status, self._clock.seconds()))
            self._flush_soon()

    def _not_taken(self, failure: Failure | None, number: int) -> None:
        """Without a failure it is the exception that is being handled."""
        _log.failure("{link}: message {number} could not be taken", failure, link=self._settings.name, number=number)
        self._acknowledge(ESME_RX_T_APPN, number)

    def _bound(self, event: e.Bound) -> None:
        _log.info("{link}: bound to {peer!r}", link=self._settings.name, peer=event.system_id)
        try:
            self._connection = self._gate.opened(self._settings.name)
        except Exception:  # noqa: BLE001 - nobody is there to take messages: not bound, then
            _log.failure("{link}: nobody took the bind", link=self._settings.name)
            self._close()
            return
        self.bound_at = self._clock.seconds()

    def _bind_refused(self, event: e.BindRefused) -> None:
        self._patience = event.patience
        self.trouble = f"the bind was refused: {in_words(event.status)}"
        _log.error(
            "{link}: {trouble}; see to system_id, password and system_type",
            link=self._settings.name,
            trouble=self.trouble,
            status=event.status,
        )
        self._close()

    def _confirmed(self, event: e.Confirmed) -> None:
        if self._connection is not None:
            self._safely(self._gate.confirmed, self._connection, event.number)

    def _submitted(self, event: e.Submitted) -> None:
        self._safely(self._gate.submitted, event.token, event.message_id)

    def _refused(self, event: e.Refused) -> None:
        self._safely(self._gate.refused, event.token, event.status, event.klass)

    def _unanswered(self, event: e.Unanswered) -> None:
        self._safely(self._gate.unanswered, event.token)

    def _late(self, event: e.Late) -> None:
        self._safely(self._gate.late, event.token, event.message_id)

    def _queried(self, event: e.Queried) -> None:
        self._safely(self._gate.queried, event.token, event.state)

    def _alerted(self, event: e.Alerted) -> None:
        self._safely(self._gate.alerted, self._settings.name, event.address, event.availability)

    def _peer_unbound(self, event: e.PeerUnbound) -> None:
        self.trouble = "the message centre unbound"
        _log.info("{link}: the message centre unbinds", link=self._settings.name)

    def _unbound(self, event: e.Unbound) -> None:
        self._close()

    def _dead(self, event: e.Dead) -> None:
        self.trouble = event.reason
        _log.error("{link}: {reason}", link=self._settings.name, reason=event.reason)
        self._close()

    def _complaint(self, event: e.Complaint) -> None:
        _log.warn("{link}: {text}", link=self._settings.name, text=event.text)

    def _safely(self, call: Callable[..., None], *arguments: Any) -> None:
        try:
            call(*arguments)
        except Exception:  # noqa: BLE001 - one event that went wrong must not take the next ones with it
            _log.failure("{link}: {call} failed", link=self._settings.name, call=getattr(call, "__name__", "it"))

    def _close(self) -> None:
        if self._closing is None and self.transport is not None:
            self._write()
            self._closing = self._clock.callLater(CLOSE_WITHIN, self._wire.abortConnection)
            self._wire.loseConnection()

    # ── once for each turn ──

    def _flush_soon(self) -> None:
        if self._flush_call is None:
            self._flush_call = self._clock.callLater(0, self._flush_now)

    def _flush_now(self) -> None:
        self._flush_call = None
        self._flush()

    def _flush(self) -> None:
        self._write()
        if self._connection is not None:
            self._say_ready()
        deadline = self._link.next_deadline()
        if deadline is not None:
            self._alarm_at(deadline)

    def _write(self) -> None:
        data = self._link.data_to_send()
        if data and self.transport is not None:
            self._wire.write(data)

    def _say_ready(self) -> None:
        was_full, self._full = self._full, self.room == 0
        if was_full and not self._full:
            self._safely(self._gate.ready, self._settings.name)

    def _alarm_at(self, deadline: float) -> None:
        """An alarm that is too early does no harm and is left; one that is too late is not."""
        if self._resting:
            return
        if self._alarm is not None:
            if self._alarm_for <= deadline:
                return
            self._alarm.cancel()
        self._alarm_for = deadline
        self._alarm = self._clock.callLater(max(0.0, deadline - self._clock.seconds()), self._ring)

    def _ring(self) -> None:
        self._alarm = None
        if not self._resting:
            self._deal_with(self._link.tick(self._clock.seconds()))
            self._flush()


_DEALS: Final[dict[type, Callable[[Conversation, Any], None]]] = {
    e.Heard: Conversation._heard,
    e.Bound: Conversation._bound,
    e.BindRefused: Conversation._bind_refused,
    e.Confirmed: Conversation._confirmed,
    e.Submitted: Conversation._submitted,
    e.Refused: Conversation._refused,
    e.Unanswered: Conversation._unanswered,
    e.Late: Conversation._late,
    e.Queried: Conversation._queried,
    e.Alerted: Conversation._alerted,
    e.PeerUnbound: Conversation._peer_unbound,
    e.Unbound: Conversation._unbound,
    e.Dead: Conversation._dead,
    e.Complaint: Conversation._complaint,
}
