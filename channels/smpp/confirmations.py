"""Which of our acknowledgements have surely arrived.

An acknowledgement is itself not acknowledged. But the peer reads in order: when it answers a request that we sent
*after* an acknowledgement, it has read the acknowledgement too. Messages are numbered from 1 as they are heard;
acknowledgements may be given in any order, and what is counted is through which number all of them have been.

    written     through this number all acknowledgements have been written
    asked       ... before a request that has been sent
    confirmed   ... before a request that has been answered

Whatever was acknowledged and not confirmed when a connection is lost may come again, and then it is no new message.
"""

PATIENCE = 1.0  # seconds; then it is worth a request of its own


class Confirmations:
    __slots__ = ("_early", "_since", "asked", "confirmed", "heard", "written")

    def __init__(self) -> None:
        self.heard = self.written = self.asked = self.confirmed = 0
        self._early: set[int] = set()
        self._since = 0.0

    def hear(self) -> int:
        self.heard += 1
        return self.heard

    def acknowledge(self, number: int, now: float) -> None:
        nothing_was_due = self.written == self.confirmed
        self._early.add(number)
        while self.written + 1 in self._early:
            self.written += 1
            self._early.remove(self.written)
        if nothing_was_due:
            self._since = now

    def ask(self) -> int:
        """To be remembered with each request that is sent."""
        self.asked = self.written
        return self.asked

    def answer(self, through: int, now: float) -> bool:
        """True if that confirmed anything."""
        if through <= self.confirmed:
            return False
        self.confirmed = through
        self._since = now
        return True

    def due(self, nothing_in_flight: bool) -> float | None:
        """When to ask on purpose. None when nothing is open, or when a request is under way that will tell."""
        if self.written == self.confirmed or (self.asked == self.written and not nothing_in_flight):
            return None
        return self._since + PATIENCE
