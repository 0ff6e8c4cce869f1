"""Subscribers who text: so many, so many messages a second, each in his turn, and the texts in theirs.

The rate is kept over time and not from one message to the next: whoever was held up texts at once when he can.
"""

from collections.abc import Sequence

from channels.clock import Clock, Delayed
from channels.sms.centre.centre import MessageCentre, NotSent

TICK = 0.05  # seconds
FIRST = 8613900000000


class Crowd:
    """limit: messages in all; 0: until it is told to stop."""

    def __init__(
        self,
        clock: Clock,
        centre: MessageCentre,
        rate: float,
        subscribers: int,
        texts: Sequence[str],
        to: str,
        limit: int = 0,
    ) -> None:
        self._clock = clock
        self._centre = centre
        self._rate = rate
        self._subscribers = subscribers
        self._texts = texts
        self._to = to
        self._limit = limit
        self._began = 0.0
        self._alarm: Delayed | None = None
        self.sent = 0

    def begin(self) -> None:
        self._began = self._clock.seconds()
        self._tick()

    def end(self) -> None:
        if self._alarm is not None and self._alarm.active():
            self._alarm.cancel()

    def _tick(self) -> None:
        due = 1 + int((self._clock.seconds() - self._began) * self._rate)
        while self.sent < (min(due, self._limit) if self._limit else due):
            self._text(self.sent)
            self.sent += 1
        if not self._limit or self.sent < self._limit:
            self._alarm = self._clock.callLater(TICK, self._tick)

    def _text(self, number: int) -> None:
        round_, subscriber = divmod(number, self._subscribers)
        text = self._texts[(round_ + subscriber) % len(self._texts)].replace("{n}", str(number + 1))
        try:
            self._centre.submit_mo(str(FIRST + subscriber), text, self._to)
            self._centre.manners.counts["messages texted"] += 1
        except NotSent:
            self._centre.manners.counts["messages that could not be texted"] += 1
