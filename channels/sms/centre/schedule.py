"""Messages that are kept until their time: the schedule_delivery_time of the submit_sm."""

from collections.abc import Callable

from channels.clock import Clock, Delayed
from channels.sms.centre.routes import Destination, Pending


class Schedule:
    """then: what is done with a message whose time has come."""

    def __init__(self, clock: Clock, most: int, then: Callable[[Destination, Pending], None]) -> None:
        self._clock = clock
        self._most = most
        self._then = then
        self._alarms: dict[str, Delayed] = {}

    @property
    def full(self) -> bool:
        return len(self._alarms) >= self._most

    def keep(self, to: Destination, pending: Pending) -> None:
        wait = pending.not_before - self._clock.seconds()
        self._alarms[pending.message_id] = self._clock.callLater(wait, self._rang, to, pending)

    def stop(self) -> None:
        for alarm in self._alarms.values():
            alarm.cancel()
        self._alarms.clear()

    def _rang(self, to: Destination, pending: Pending) -> None:
        del self._alarms[pending.message_id]
        self._then(to, pending)
