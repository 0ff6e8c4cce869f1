"""What to do when the message centre says "too fast": pause, then try one, and only when that passes go on as before.

A burst of refusals is one refusal: those for messages that were sent before the pause began do not lengthen it. One for
the message that was tried after it doubles it, up to a limit.
"""

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 60.0


class Throttle:
    __slots__ = ("_began", "_pause", "_probe_out", "_probing", "_until")

    def __init__(self) -> None:
        self._began = self._until = float("-inf")
        self._pause = 0.0
        self._probing = self._probe_out = False

    @property
    def probing(self) -> bool:
        return self._probing

    def tries(self, sent_at: float) -> bool:
        """Whether a message sent then was the one to see if it helps."""
        return self._probing and sent_at > self._began

    def allowance(self, now: float) -> int | None:
        """Messages that may go now; None: as many as there are."""
        if not self._probing:
            return None
        return 0 if self._probe_out or now < self._until else 1

    def opens_at(self, now: float) -> float | None:
        return self._until if self._probing and now < self._until else None

    def sent(self) -> None:
        self._probe_out = self._probing

    def refused(self, sent_at: float, now: float) -> None:
        if self._probing and sent_at <= self._began:
            return
        self._pause = min(LONGEST_PAUSE, self._pause * 2) if self._probing else FIRST_PAUSE
        self._began, self._until = now, now + self._pause
        self._probing, self._probe_out = True, False

    def passed(self, sent_at: float) -> None:
        if sent_at > self._began:
            self._probing = self._probe_out = False

    def unanswered(self, sent_at: float) -> None:
        """The one that was tried says nothing either way: try another."""
        if sent_at > self._began:
            self._probe_out = False
