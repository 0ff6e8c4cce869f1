"""A whole conversation without a network: what tests are written with, and what `hall dialogs say` talks through.

It keeps the dialog, numbers the inbounds, holds a clock that only `wait` moves, and has requests answered by a function
it is given. A request that the function does not answer stays in `unanswered` until `answered` is called with it; so
late answers, errands and impatience can be played through. A code that is dialled, a call that is answered begins a
session, which is told what the last one left standing.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, tzinfo
from typing import TypeAlias

from dialogs.limits import load_limits
from dialogs.phrases import render_text
from dialogs.turn import Library, take_turn
from dialogs.words import (
    NOTHING,
    Dialog,
    Effect,
    Facts,
    Inbound,
    Kind,
    Leave,
    LookupDone,
    MessageReceived,
    Outcome,
    Proof,
    Remember,
    Request,
    Say,
    TimerFired,
    Values,
)

Answer: TypeAlias = tuple[str, Values]
Answering: TypeAlias = Callable[[Request], Answer | None]


def nobody(request: Request) -> Answer | None:
    return None


@dataclass
class Conversation:
    library: Library
    facts: Facts
    answering: Answering = nobody
    subscriber: str = "8613800138000"
    channel: str = "sms"
    service: str = "10086"
    zone: tzinfo = UTC
    now: float = 0.0
    dialog: Dialog = field(init=False)
    left: Dialog | None = None
    session: str = ""
    proof: Proof = Proof.SURE
    unanswered: list[Request] = field(init=False, default_factory=list)
    effects: list[Effect] = field(init=False, default_factory=list)
    intent: str = field(init=False, default="")
    _inbounds: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self.dialog = Dialog(self.subscriber, f"{self.channel}:{self.service}")

    def say(self, text: str) -> list[str]:
        """What the subscriber reads when he has written this."""
        return self.hear(MessageReceived(text))

    def hear(self, kind: Kind) -> list[str]:
        if self._inbound(kind).begins:
            self.session = f"{self._inbounds + 1}"
            self.dialog = Dialog(self.subscriber, self._inbound(kind).thread)
        outcome = self._take(self.dialog, kind)
        self.dialog, self.intent = outcome.dialog, outcome.intent
        return self._done(outcome.effects)

    def wait(self, seconds: float) -> list[str]:
        """Time passes; if the dialog wanted to be woken meanwhile, it is."""
        self.now += seconds
        deadline = self.dialog.deadline
        return self.hear(TimerFired(self.dialog.turns)) if deadline is not None and deadline <= self.now else []

    def answered(self, request: Request, result: str, values: Values = NOTHING) -> list[str]:
        """An answer comes; that of an errand is met in a dialog of its own."""
        self.unanswered = [other for other in self.unanswered if other is not request]
        done = LookupDone(request.id, result, values, request.resume)
        if request.resume is None:
            return self.hear(done)
        outcome = self._take(Dialog(self.subscriber, f"{self.channel}:errand:{request.id}"), done)
        return self._done(outcome.effects)

    def _take(self, dialog: Dialog, kind: Kind) -> Outcome:
        self._inbounds += 1
        inbound = self._inbound(kind)
        facts = replace(self.facts, left=self.left) if inbound.begins else self.facts
        return take_turn(self.library, dialog, inbound, facts, self.now)

    def _inbound(self, kind: Kind) -> Inbound:
        told = self._inbounds, self.channel, self.subscriber, self.service, self.now, kind, self.session
        return Inbound(*told, proof=self.proof)

    def _done(self, effects: tuple[Effect, ...]) -> list[str]:
        self.effects += effects
        said = []
        for effect in effects:
            match effect:
                case Say(prompt=prompt, language=language):
                    said.append(
                        render_text(self.library.phrases, prompt, language, self.zone, fits=load_limits().holds)
                    )
                case Leave(dialog=dialog):
                    self.left = dialog if dialog.place else None
                case Remember(name="language", value=value):
                    self.facts = replace(self.facts, language=str(value))
                case Remember(name="marketing", value=value):
                    self.facts = replace(self.facts, marketing=bool(value))
                case Request() as request:
                    said += self._ask(request)
        return said

    def _ask(self, request: Request) -> list[str]:
        answer = self.answering(request)
        if answer is None:
            self.unanswered.append(request)
            return []
        return self.answered(request, *answer)
