"""Every script, driven by whatever comes in as text, USSD input or keys: no dead end, nothing raised, `0` leads back.

Beside the scripts that ship stands one that uses everything the language has and they do not: a visit, an amount, a
validated text, a time-out, other words each time, a hand-over when nothing helps.
"""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from dialogs.beneath import MOST_BENEATH
from dialogs.chart import mermaid
from dialogs.conversation import Conversation, nobody
from dialogs.coverage import Seen, watched
from dialogs.moment import MOST_TURNS
from dialogs.script import Ask, Call, Script
from dialogs.services import load_services
from dialogs.turn import Library, load_library
from dialogs.walk import TRAIL
from dialogs.words import (
    CallBegan,
    Dialog,
    Digits,
    Facts,
    Kind,
    LookupDone,
    MessageReceived,
    Place,
    SessionClosed,
    TimerFired,
    UssdInput,
    Value,
)
from tests.dialogs.conftest import OFFERS, back_office

SCRIPTS = Path(__file__).parent.parent.parent / "dialogs" / "scripts"
EVERYTHING = """
intent: help
about: welcome.about
states:
  beginning:
    say: language.which
    ask:
      menu:
        1: {label: language.en, then: picking}
        2: {label: language.zh, then: asking_amount}
        3: {label: welcome.order, then: {script: order}}
        4: {label: welcome.status, then: start}
        5: {label: welcome.balance, then: noting}
      timeout: {after: 60, then: end}
  picking:
    visit: {script: picker, with: {most: 3}, on: {picked: told, nothing: beginning, tired: back}}
  told:
    branch:
      - {slot: picked, at_least: 3, then: asking_amount}
      - {slot: picked, at_most: 1, then: noting}
      - {then: beginning}
  asking_amount:
    say: going_on.go_on
    ask:
      amount: {into: sum, at_least: 1, at_most: 100, then: noting}
      again: {times: 2, say: [hint.yes_no, hint.menu], then: handing_over}
  noting:
    say: going_on.start_again
    ask:
      text: {into: note, check: name, then: beginning}
      again: {then: handing_over}
      timeout: {after: 30, then: beginning_again}
  beginning_again:
    say: engine.left
    then: end
  handing_over:
    hand_over: lost
    say: agent.will_ring
    then: end
"""
PICKER = """
takes: [most]
needs: [most]
returns: {picked: [picked], nothing: [], tired: []}
states:
  asking:
    set: {name: x}
    say: order.how_many
    ask:
      digits: {into: picked, maximum: 1, at_least: 0, at_most: 5, then: looking}
      timeout: {after: 20, then: {return: tired}}
  looking:
    branch:
      - {slot: picked, at_least: 1, then: {return: picked}}
      - {then: {return: nothing}}
"""
SEEN = Seen()


@cache
def library() -> Library:
    with TemporaryDirectory() as folder:
        for path in SCRIPTS.glob("*.yaml"):
            (Path(folder) / path.name).write_text(path.read_text("utf-8"), "utf-8")
        (Path(folder) / "help.yaml").write_text(EVERYTHING, "utf-8")
        (Path(folder) / "picker.yaml").write_text(PICKER, "utf-8")
        return watched(load_library(Path(folder)), SEEN)


CHANNELS: Mapping[str, Callable[[str], Kind]] = {
    "sms": MessageReceived,
    "ussd": UssdInput,
    "ivr": lambda text: Digits(text.rstrip("#"), terminated=text.endswith("#")),
}
BEGINS: Mapping[str, Callable[[str], Kind]] = {
    "sms": lambda path: MessageReceived("00"),
    "ussd": lambda path: UssdInput(f"*100{path and '*'}{path}#", opening=True),
    "ivr": CallBegan,
}
commands = st.sampled_from(
    ["YE", "ZD", "DG F800", "DG X9", "DG F800 200", "QX", "QX 1000000017", "SP", "DD", "TD", "RG", "EN", "ZW", "XH",
     "BZ", "HELP", "Y", "N", "00", "#", "李明", "2.50", "200", "今天天气不错"]
)  # fmt: skip
keys = st.sampled_from([*"0123456789", "*", "1#", "12", ""])
acts = st.one_of(
    st.tuples(st.just("hear"), keys),
    st.tuples(st.just("hear"), commands),
    st.tuples(st.just("hear"), st.text(max_size=20)),
    st.tuples(st.just("back"), st.just("")),
    st.tuples(st.just("begin"), st.sampled_from(["", "1", "3*1001", "3*1*2", "4", "9*9*9", "*"])),
    st.tuples(st.just("answer"), st.sampled_from(["well", "failed", "malformed"])),
    st.tuples(st.just("wait"), st.sampled_from([1.0, 25.0, 70.0, 7200.0, 3 * 86400.0])),
    st.tuples(st.just("other"), st.sampled_from(["closed", "stale timer", "late answer"])),
)
OTHER: Mapping[str, Kind] = {
    "closed": SessionClosed(), "stale timer": TimerFired(0), "late answer": LookupDone(999_999, "found", {"amount": 1}),
}  # fmt: skip


@settings(max_examples=120, deadline=None)
@given(
    st.sampled_from(sorted(CHANNELS)),
    st.lists(acts, min_size=5, max_size=30),
    st.sampled_from(["zh", "en"]),
    st.booleans(),
)
def test_any_conversation_on_any_channel(
    channel: str, steps: list[tuple[str, object]], language: str, prompt: bool
) -> None:
    conversation = Conversation(
        library(), Facts(language, OFFERS), back_office if prompt else nobody, channel=channel, service="*100#",
        zone=ZoneInfo("Asia/Shanghai"), now=1_795_000_000.0,
    )  # fmt: skip
    for act, what in steps:
        _do(conversation, channel, act, what)
        _stands_well(conversation.dialog)
    _is_drawn(SEEN)


def _do(conversation: Conversation, channel: str, act: str, what: object) -> None:
    kind = CHANNELS[channel]
    match act, what:
        case "begin", str(path):
            assert conversation.hear(BEGINS[channel](path)) or conversation.unanswered
        case "hear", str(text):
            said = conversation.hear(kind(text))
            assert said or conversation.unanswered, f"{text!r} was met with silence"
        case "wait", float(seconds):
            conversation.wait(seconds)
        case "answer", str(how) if conversation.unanswered:
            _answer(conversation, how)
        case "other", str(name):
            conversation.hear(OTHER[name])
        case "back", _:
            _goes_back(conversation, kind)


def _answer(conversation: Conversation, how: str) -> None:
    request = conversation.unanswered[-1]
    result, values = (
        {"failed": ("failed", {"reason": "timeout"}), "malformed": ("found", {})}.get(how)
        or back_office(request)
        or ("failed", {})
    )
    conversation.answered(request, result, values)


def _goes_back(conversation: Conversation, kind: Callable[[str], Kind]) -> None:
    """`*` is never an answer: it leads to the question before, and to the end where there is none."""
    before = conversation.dialog
    asking = before.place and before.awaiting is None
    if not asking or (before.expires_at is not None and conversation.now > before.expires_at):
        return
    conversation.hear(kind("*"))
    after = conversation.dialog
    if not before.trail:
        assert after.place is None
        return
    assert after.place
    assert (after.place.script, after.place.state) == (before.trail[-1].script, before.trail[-1].state)
    assert after.trail == before.trail[:-1]
    assert after.place.beneath == before.trail[-1].beneath


def _stands_well(dialog: Dialog) -> None:
    """It has ended, or waits for something that can come; and all it remembers can be come back to."""
    assert len(dialog.trail) <= TRAIL
    assert dialog.turns <= MOST_TURNS
    if dialog.place is None:
        assert dialog == Dialog(dialog.subscriber, dialog.thread)
        return
    exit = _state(dialog.place)
    assert isinstance(exit, Call if dialog.awaiting is not None else Ask)
    assert dialog.unattended or dialog.expires_at is not None
    assert all(isinstance(_state(place), Ask) for place in dialog.trail)
    assert _depth(dialog.place) <= MOST_BENEATH + 1


def _state(place: Place) -> object:
    script = library().current(place.script).script
    assert place.version == script.version
    return script.states[place.state].exit


def _depth(place: Place | None) -> int:
    return 0 if place is None else 1 + _depth(place.beneath)


def _is_drawn(seen: Seen) -> None:
    """Each state that was come to and each way that was taken is in the chart."""
    for name, state in seen.states:
        assert any(line.startswith(f"    {state} --> ") for line in drawn(name))
    for name, state, trigger in seen.ways:
        assert any(line.startswith(f"    {state} --> ") and line.endswith(f": {trigger}") for line in drawn(name))


@cache
def drawn(name: str) -> list[str]:
    return mermaid(library().current(name).script).splitlines()


def test_every_question_can_be_left() -> None:
    """From each state that asks, an end can be come to whatever services answer: there is no dead end."""
    scripts = {script.name: script for script in library().scripts}
    for script in scripts.values():
        for state in script.states.values():
            assert _leads_out(script, state.name), f"nothing leads out of {script.name} {state.name}"


def _leads_out(script: Script, name: str) -> bool:
    seen, waiting = set(), [name]
    while waiting:
        state = script.states[waiting.pop()]
        if any(way.to.leaves for way in state.ways):
            return True
        new = {way.to.state for way in state.ways} - seen
        seen |= new
        waiting += new
    return False


def test_answers_of_every_service_and_result_are_met(impatient: Conversation) -> None:
    """Whatever result a service may have agreed on, with the least it has agreed to give."""
    example: dict[str, Value] = {
        "amount": 1, "total": 1, "month": "2026-11", "items": [], "orders": [], "state": "held", "number": "1000000017",
        "reason": "timeout", "numbers": [],
    }  # fmt: skip
    for first in ("YE", "ZD", "DD", "QX", "QX 1000000017", "DG F800"):
        for result in {result for service in load_services().values() for result in service.results}:
            impatient.dialog, impatient.unanswered = Dialog(impatient.subscriber, impatient.dialog.thread), []
            impatient.say(first)
            if not impatient.unanswered:
                impatient.say("Y")
            assert impatient.answered(impatient.unanswered[0], result, example)
