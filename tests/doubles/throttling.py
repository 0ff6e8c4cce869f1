"""Message centres that count, as real ones do, and what a link that they throttle gets across."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.doubles import fake_smsc as mc
from tests.doubles.link_wire import Wire

OK, THROTTLED = 0, 0x58

Judge = Callable[[float], bool]


def by_the_second(rate: float) -> Judge:
    """So many in each second of the clock."""
    counted: dict[int, int] = {}

    def judge(now: float) -> bool:
        second = int(now)
        counted[second] = counted.get(second, 0) + 1
        return counted[second] <= rate

    return judge


def by_the_bucket(rate: float, depth: float) -> Judge:
    """A bucket that fills with so many tokens a second; a refusal takes none."""
    at, level = 0.0, depth

    def judge(now: float) -> bool:
        nonlocal at, level
        at, level = now, min(depth, level + (now - at) * rate)
        if level < 1:
            return False
        level -= 1
        return True

    return judge


def over_the_last_second(rate: float) -> Judge:
    taken: deque[float] = deque()

    def judge(now: float) -> bool:
        while taken and taken[0] <= now - 1:
            taken.popleft()
        if len(taken) >= rate:
            return False
        taken.append(now)
        return True

    return judge


@dataclass
class Throttling:
    """A link under pressure, and a message centre that judges each of its messages and answers after `delay`."""

    judge: Judge
    wire: Wire
    delay: float = 0.02
    taken: list[float] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)
    _answers: deque[tuple[float, int, int]] = field(default_factory=deque)
    _given: int = 0

    def goes_on(self, seconds: float, waiting: int = 50) -> None:
        """With so many messages waiting at any time."""
        until = self.wire.now + seconds
        while self.wire.now < until:
            while self.wire.link.queued < waiting:
                self._given += 1
                self.wire.submits(str(self._given))
            self._look()
            self._pass_to(min(until, *self._next()))

    def texts(self, messages: int) -> None:
        for _ in range(messages):
            self._given += 1
            self.wire.submits(str(self._given))
        self._look()

    def _next(self) -> list[float]:
        alarms = [self._answers[0][0]] if self._answers else []
        deadline = self.wire.link.next_deadline()
        return [*alarms, *([] if deadline is None else [deadline]), self.wire.now + 1.0]

    def _pass_to(self, instant: float) -> None:
        self.wire.passes(max(0.0, instant - self.wire.now))
        self._look()
        while self._answers and self._answers[0][0] <= self.wire.now:
            _, sequence, status = self._answers.popleft()
            self.wire.hears(mc.submit_sm_resp(sequence, b"1", status=status))
            self._look()

    def _look(self) -> None:
        for said in self.wire.said():
            if said.name == "enquire_link":
                self.wire.hears(mc.frame(mc.ENQUIRE_LINK | mc.RESP, said.sequence))
            elif said.name == "submit_sm":
                taken = self.judge(self.wire.now)
                (self.taken if taken else self.refused).append(self.wire.now)
                self._answers.append((self.wire.now + self.delay, said.sequence, OK if taken else THROTTLED))

    def rate(self, of: list[float], last: float) -> float:
        """A second, over the last so many seconds."""
        since = self.wire.now - last
        return sum(at > since for at in of) / last
