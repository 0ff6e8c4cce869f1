"""Whether it is any use to ask: a billing system that is down is not asked, so that nobody waits for it in vain.

    closed      it is asked. So many failures one after another open the circuit.
    open        it is not asked until a pause is over. Each opening that follows another pauses twice as long.
    half open   the pause is over: one question is let through, and what becomes of it decides.

                 asked                         succeeded         failed
    closed       permitted                     count from 0      count; open at the limit
    open         refused; when the pause       -                 -
                 is over: half open, permitted
    half open    refused; when the one that    closed            open, for twice as long
                 went through is lost: permitted

An outcome counts only in the era in which its question was permitted (`-`: there is none). An era ends whenever the
circuit changes: an answer that arrives after the circuit opened says nothing of the present.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import Enum


class Stance(Enum):
    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half open"


@dataclass(frozen=True, slots=True)
class Permit:
    era: int


@dataclass(frozen=True, slots=True)
class CircuitRules:
    open_after: int = 5
    pause: float = 5.0
    longest_pause: float = 60.0


@dataclass(frozen=True, slots=True)
class Circuit:
    """until: when an open one may be tried; when a half open one gives up the question it let through."""

    rules: CircuitRules = field(default_factory=CircuitRules)
    stance: Stance = Stance.CLOSED
    era: int = 0
    failures: int = 0
    openings: int = 0
    until: float = 0.0

    def ask(self, now: float) -> "tuple[Circuit, Permit | None]":
        circuit = _ASKED[self.stance](self, now)
        return (self, None) if circuit is None else (circuit, Permit(circuit.era))

    def succeeded(self, permit: Permit) -> "Circuit":
        if permit.era != self.era:
            return self
        return replace(self, stance=Stance.CLOSED, era=self.era + self._changes(Stance.CLOSED), failures=0, openings=0)

    def failed(self, permit: Permit, now: float) -> "Circuit":
        return _FAILED[self.stance](self, now) if permit.era == self.era else self

    def _changes(self, stance: Stance) -> int:
        return int(self.stance is not stance)


def _permit(circuit: Circuit, now: float) -> Circuit:
    return circuit


def _permit_one(circuit: Circuit, now: float) -> Circuit | None:
    if now < circuit.until:
        return None
    return replace(circuit, stance=Stance.HALF_OPEN, era=circuit.era + 1, until=now + circuit.rules.longest_pause)


def _count(circuit: Circuit, now: float) -> Circuit:
    counted = replace(circuit, failures=circuit.failures + 1)
    return counted if counted.failures < circuit.rules.open_after else _open(counted, now)


def _open(circuit: Circuit, now: float) -> Circuit:
    pause = min(circuit.rules.pause * 2.0 ** min(circuit.openings, 30), circuit.rules.longest_pause)
    openings = circuit.openings + 1
    return replace(circuit, stance=Stance.OPEN, era=circuit.era + 1, failures=0, openings=openings, until=now + pause)


def _ignore(circuit: Circuit, now: float) -> Circuit:
    return circuit


_ASKED: dict[Stance, Callable[[Circuit, float], Circuit | None]] = {
    Stance.CLOSED: _permit,
    Stance.OPEN: _permit_one,
    Stance.HALF_OPEN: _permit_one,
}

_FAILED: dict[Stance, Callable[[Circuit, float], Circuit]] = {
    Stance.CLOSED: _count,
    Stance.OPEN: _ignore,
    Stance.HALF_OPEN: _open,
}
