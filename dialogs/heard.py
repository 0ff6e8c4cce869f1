"""What the subscriber says, and what it is taken for: see the order of things at the head of turn.py."""

from collections.abc import Sequence
from dataclasses import replace

from dialogs.asking import question, take, values_for
from dialogs.chart import Chart
from dialogs.folding import fold, mark, squeeze
from dialogs.library import UNSURE, WELCOME
from dialogs.moment import Moment
from dialogs.script import Ask, State
from dialogs.walk import Walk
from dialogs.words import Dialog, Digits, Outcome, Place, Prompt, UssdInput, Value, Values

_USUAL = ("balance", "catalogue", "status")
_BACK = frozenset(("0", "*"))
_START = frozenset(("00", "000", "#"))


def heard(at: Moment, text: str) -> Outcome:
    place = at.dialog.place
    found = at.library.find(place) if place and not at.forgotten else None
    if place is None or found is None:
        return _nothing_going_on(at, text)
    if at.dialog.awaiting is not None:
        return _command(at, text) or _one_moment(at)
    chart, state = found
    if not isinstance(state.exit, Ask):
        return _nothing_going_on(at, text)
    if at.expired:
        return _command(at, text) or _go_on_or_start_again(at, chart, place)
    return (
        _answer(at, chart, state, state.exit, place, text)
        or _navigation(at, text)
        or _command(at, text)
        or _again(at, chart, state, state.exit, place)
    )


def _answer(at: Moment, chart: Chart, state: State, ask: Ask, place: Place, text: str) -> Outcome | None:
    keyed = isinstance(at.inbound.kind, UssdInput | Digits)
    taken = take(at.library.commands, ask, place.slots, text, keyed)
    if taken is None:
        return None
    walk = at.walk()
    walk.trail = at.dialog.trail
    walk.stand(chart, state, place)
    if taken.trigger:
        walk.came_from = place
        walk.answer(taken.trigger, taken.slots)
        walk.run()
    else:
        walk.turn_over(state, taken.slots)
    return at.finish(walk)


def _navigation(at: Moment, text: str) -> Outcome | None:
    key = _key(text)
    if key in _START:
        return started(at)
    if key not in _BACK:
        return None
    walk = at.walk()
    walk.trail = at.dialog.trail
    walk.back()
    walk.run()
    return at.finish(walk)


def _command(at: Moment, text: str) -> Outcome | None:
    """A new command, in whatever is going on: afterwards, or by `0`, the question that stood is come back to."""
    if _key(text) in _START:
        return started(at)
    understood = at.understand(text)
    chart = at.library.for_intent(understood.intent)
    if chart is None:
        return None
    dialog, walk = at.dialog, at.walk()
    if dialog.place is not None and dialog.awaiting is not None:
        walk.lean(dialog.place, dialog.trail)
    elif dialog.place is not None and at.expired:
        walk.trail, walk.came_from = dialog.trail, dialog.place
    elif dialog.place is not None:
        walk.park(dialog.place, dialog.trail)
    return _begun(at, walk, chart, understood.slots, understood.intent)


def _again(at: Moment, chart: Chart, state: State, ask: Ask, place: Place) -> Outcome:
    walk = at.walk()
    walk.trail = at.dialog.trail
    walk.stand(chart, state, place)
    repeats = at.dialog.repeats + 1
    if repeats > ask.again.times:
        return _given_up(at, walk, ask)
    asked = question(at.library.phrases, state, ask, place.slots)
    if ask.again.say:
        phrase = ask.again.say[min(repeats, len(ask.again.say)) - 1]
        said = replace(asked, phrase=phrase, values=values_for(at.library.phrases, phrase, place.slots))
    else:
        said = replace(
            asked,
            phrase="engine.again",
            values={"question": {"phrase": asked.phrase, "values": dict(asked.values)}},
        )
    walk.say(said)
    walk.rest(ask)
    return at.finish(walk, "none", repeats)


def _given_up(at: Moment, walk: Walk, ask: Ask) -> Outcome:
    if ask.again.then:
        walk.fire("given up", {})
        walk.run()
    else:
        walk.say(Prompt("engine.gave_up"))
        walk.end()
    return at.finish(walk, "none")


def _one_moment(at: Moment) -> Outcome:
    walk = at.walk()
    walk.say(Prompt("engine.one_moment"))
    return Outcome(replace(at.dialog, turns=at.dialog.turns + 1), tuple(walk.effects))


def _go_on_or_start_again(at: Moment, chart: Chart, place: Place) -> Outcome:
    walk = at.walk()
    walk.trail = (*at.dialog.trail, place)
    walk.go_on_or_start_again(chart, place)
    walk.run()
    return at.finish(walk)


def _nothing_going_on(at: Moment, text: str) -> Outcome:
    at = replace(at, dialog=Dialog(at.dialog.subscriber, at.dialog.thread))
    if _key(text) in _START | _BACK:
        return started(at)
    understood = at.understand(text)
    walk = at.walk()
    if chart := at.library.for_intent(understood.intent):
        return _begun(at, walk, chart, understood.slots, understood.intent)
    if understood.close:
        return _begun(at, walk, at.library.current(UNSURE), {"near": list(understood.near)}, understood.intent)
    if understood.intent in ("yes", "no"):
        walk.say(Prompt("engine.nothing_to_confirm"))
    else:
        walk.say(Prompt("engine.not_understood", {"near": _three_commands(understood.near)}))
    return at.finish(walk, understood.intent)


def _three_commands(near: Sequence[str]) -> list[Value]:
    """What is nearest to what he wrote, filled up with what most are after."""
    return [{"intent": intent} for intent in list(dict.fromkeys((*near, *_USUAL)))[:3]]


def started(at: Moment) -> Outcome:
    return _begun(at, at.walk(), at.library.current(WELCOME), {}, "")


def _begun(at: Moment, walk: Walk, chart: Chart, slots: Values, intent: str) -> Outcome:
    walk.begin(chart, slots)
    walk.run()
    return at.finish(walk, intent)


def _key(text: str) -> str:
    return squeeze(fold(text)) or mark(text)
