"""A written conversation held: two transcripts, the one that was written and the one that came of it.

They are the same when everything went as written; where they differ, the difference is shown as a diff. What is said
and not written is a difference too. Requests, wishes and hand-overs are compared only where they are written.
"""

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, tzinfo
from difflib import unified_diff

from dialogs.conversation import Conversation
from dialogs.library import Library
from dialogs.phrases import CannotSay
from dialogs.trials import (
    Act,
    Answer,
    Asked,
    Begins,
    HandsOver,
    HangUp,
    Hear,
    Over,
    Proves,
    Remembers,
    SignsIn,
    Step,
    Text,
    Trial,
    Wait,
)
from dialogs.turn import MASKED
from dialogs.walk import DialogRunaway
from dialogs.words import (
    OFFERED,
    Begun,
    CallBegan,
    Digits,
    Effect,
    HandOver,
    Kind,
    MessageReceived,
    Remember,
    Request,
    Secret,
    SessionClosed,
    SignIn,
    UssdInput,
)

NOW = 1_795_000_000.0  # 18 November 2026
ANYTHING = "…"
CALLS = {"call": True, "dial": False, "say": False}  # whether it is a call from there on
_CODE = re.compile(r"\*\d+")  # of a service, at the beginning of what is dialled


@dataclass(frozen=True, slots=True)
class Result:
    trial: Trial
    difference: tuple[str, ...]

    @property
    def as_written(self) -> bool:
        return not self.difference


def hold(library: Library, trial: Trial, zone: tzinfo = UTC) -> Result:
    run = _Run(Conversation(library, trial.facts, zone=zone, now=NOW))
    for step in trial.steps:
        try:
            run.step(step)
        except (CannotSay, DialogRunaway) as error:
            run.came.append(f"! {error}")
            break
    run.settle()
    diff = unified_diff(run.written, run.came, "as written", "as it came", lineterm="", n=3)
    return Result(trial, tuple(diff) if run.written != run.came else ())


@dataclass
class _Run:
    conversation: Conversation
    written: list[str] = field(default_factory=list)
    came: list[str] = field(default_factory=list)
    _said: list[str] = field(default_factory=list)
    _told: list[Effect] = field(default_factory=list)

    def step(self, step: Step) -> None:
        match step:
            case Text() | Begins() | Wait() | HangUp() | Answer():
                self.settle()
                self._act(step)
            case Proves(proof=proof):
                self.conversation.proof = proof
            case Hear(text=text):
                self._hear(text)
            case Over(over=over):
                self._both(
                    f"({'over' if over else 'a question stands'})", (self.conversation.dialog.place is None) == over
                )
            case Asked() | HandsOver() | Remembers() | SignsIn():
                self._effect(step)

    def settle(self) -> None:
        """What was said and is not written."""
        for text in self._said:
            self.came += _lines("< ", text)
        self._said = []

    def _act(self, step: Act) -> None:
        self._both_lines("> ", _shown(step))
        self._told = self.conversation.effects = []
        match step:
            case Text(act=act, text=text):
                if act == "dial" and (code := _CODE.match(text)):
                    self.conversation.service = f"{code[0]}#"
                if act in CALLS:
                    self._by_telephone(CALLS[act])
                self._said = self.conversation.hear(_kind(step))
            case Begins(script=script, slots=slots, call=call):
                if call:
                    self._by_telephone(True)
                self._said = self.conversation.hear(Begun(script, slots))
            case Wait(seconds=seconds):
                self._said = self.conversation.wait(seconds)
            case HangUp():
                self._said = self.conversation.hear(SessionClosed("hung up"))
            case Answer(result=result, values=values):
                if not self.conversation.unanswered:
                    self.came.append("! nothing is being asked")
                    return
                self._said = self.conversation.answered(self.conversation.unanswered[0], result, values)
        self._told = self.conversation.effects

    def _by_telephone(self, called: bool) -> None:
        """What is known of a caller that is not known of who writes."""
        offered = frozenset(OFFERED if called else ())
        self.conversation.facts = replace(self.conversation.facts, goes_on=called, keys_only=called, offered=offered)

    def _hear(self, expected: str) -> None:
        pattern = ".*".join(map(re.escape, expected.split(ANYTHING)))
        if self._said and re.fullmatch(pattern, self._said[0], re.DOTALL):
            self._both_lines("< ", expected)
            self._said = self._said[1:]
            return
        self.written += _lines("< ", expected)
        if self._said:
            self.came += _lines("< ", self._said[0])
            self._said = self._said[1:]

    def _both_lines(self, mark: str, text: str) -> None:
        self.written += _lines(mark, text)
        self.came += _lines(mark, text)

    def _both(self, line: str, true: bool) -> None:
        self.written.append(line)
        if true:
            self.came.append(line)

    def _effect(self, step: Asked | HandsOver | Remembers | SignsIn) -> None:
        line, others = _wish(step), [_told(effect, step) for effect in self._told]
        self.written.append(line)
        found = [other for other in others if other]
        self.came += [line] if line in found else found


def _kind(step: Text) -> Kind:
    match step.act:
        case "secret":
            return Secret("kept", len(step.text))
        case "press":
            return Digits(step.text.removesuffix("#"), terminated=step.text.endswith("#"))
        case "call":
            return CallBegan(step.text)
        case "enter" | "dial":
            return UssdInput(step.text, opening=step.act == "dial")
    return MessageReceived(step.text)


def _shown(step: Act) -> str:
    match step:
        case Text(act="say", text=text):
            return text
        case Text(act="secret"):
            return MASKED
        case Text(act=act, text=text):
            return f"({act}) {text}"
        case Begins(script=script, slots=slots):
            return f"(begins) {script} {dict(slots) or ''}".rstrip()
        case Wait(seconds=seconds):
            return f"({seconds:g} seconds pass)"
        case Answer(result=result, values=values):
            return f"(answer) {result} {dict(values) or ''}".rstrip()
    return "(hangs up)"


def _wish(step: Asked | HandsOver | Remembers | SignsIn) -> str:
    match step:
        case Asked(service=service, arguments=None):
            return f"? {service}"
        case Asked(service=service, arguments=arguments):
            return f"? {service} {dict(arguments or {})}"
        case HandsOver(reason=reason):
            return f"(handed over: {reason})"
        case Remembers(name=name, value=value):
            return f"(remembered: {name} is {value})"
        case SignsIn(subscriber=subscriber):
            return f"(signed in: {subscriber})"


def _told(effect: Effect, step: Asked | HandsOver | Remembers | SignsIn) -> str:
    """The effect in the words of that kind of step; nothing if it is of another kind."""
    match effect, step:
        case Request(service=service, arguments=arguments), Asked(arguments=wanted):
            return _wish(Asked(service, None if wanted is None else arguments))
        case HandOver(reason=reason), HandsOver():
            return _wish(HandsOver(reason))
        case Remember(name=name, value=value), Remembers():
            return _wish(Remembers(name, value))
        case SignIn(subscriber=subscriber), SignsIn():
            return _wish(SignsIn(subscriber))
    return ""


def _lines(mark: str, text: str) -> list[str]:
    return [f"{mark if number == 0 else '  '}{line}" for number, line in enumerate(text.split("\n"))]
