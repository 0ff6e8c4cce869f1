"""What the subscriber says, and what it is taken for: see the order of things at the head of turn.py."""

from collections.abc import Sequence
from dataclasses import replace

from dialogs import afterwards, by_text
from dialogs.asking import question, take, take_secret, values_for
from dialogs.chart import Chart
from dialogs.folding import fold, mark, squeeze
from dialogs.keypad import TELEPHONE, WRITTEN, keys_of
from dialogs.library import UNSURE, WELCOME
from dialogs.moment import Moment
from dialogs.script import Ask, State, TextWanted, YesNo
from dialogs.understanding import Understanding
from dialogs.walk import Walk
from dialogs.words import AFTERWARDS, Dialog, EndSession, MessageReceived, Outcome, Place, Prompt, Secret, Value, Values

_USUAL = ("balance", "catalogue", "status")
_MENU_KEYS = frozenset("123456789")
_PERSON, _LANGUAGE = "agent", "language"  # intents
_SECOND = {"yes": "confirm", "no": "decline"}  # what an answer is taken for when nothing was asked


def heard(at: Moment, text: str) -> Outcome:
    place = at.dialog.place
    found = at.library.find(place) if place and not at.forgotten else None
    if place is None or found is None:
        return _nothing_going_on(at, text)
    if at.dialog.awaiting is not None:
        return _told_in_another_language(at, text) or _command(at, text) or _one_moment(at)
    if by_text.offered(place):
        return by_text.replied(at, place, _key(text)) or _beside_the_offer(at, text)
    chart, state = found
    if not isinstance(state.exit, Ask):
        return _nothing_going_on(at, text)
    if at.expired:
        return _command(at, text) or _second_yes(at, state.exit, text) or go_on_or_start_again(at, chart, place)
    return (
        _answer(at, chart, state, state.exit, place, text)
        or _navigation(at, chart, state, state.exit, place, text)
        or _command(at, text)
        or _in_the_menu(at, place, text)
        or _again(at, chart, state, state.exit, place, text)
    )


def _answer(at: Moment, chart: Chart, state: State, ask: Ask, place: Place, text: str) -> Outcome | None:
    if isinstance(at.inbound.kind, Secret):
        taken = take_secret(ask, at.inbound.kind)
    else:
        taken = take(at.library.commands, ask, place.slots, text, _keyed(at), at.facts.offered)
    if taken is None or _is_command(at, ask, text):
        return None
    walk = at.walk()
    walk.trail = at.dialog.trail
    walk.stand(chart, state, place)
    if taken.trigger:
        walk.came_from = place
        walk.answer(taken.trigger, taken.slots)
        walk.run()
    else:
        walk.put_again(state, ask, taken.slots)
    return at.finish(walk)


def _is_command(at: Moment, ask: Ask, text: str) -> bool:
    """Where any text will do, one that is a command word for word is meant as such."""
    free = isinstance(ask.wanted, TextWanted) and not ask.wanted.matches and not ask.wanted.check
    if not free:
        return False
    understood = at.understand(text)
    return understood.confidence == 1.0 and at.library.for_intent(understood.intent) is not None


def _navigation(at: Moment, chart: Chart, state: State, ask: Ask, place: Place, text: str) -> Outcome | None:
    key, keys = _key(text), keys_of(at.inbound.kind)
    if key in keys.start:
        return started(at)
    if key not in keys.back and key not in keys.repeat:
        return None
    walk = at.walk()
    walk.trail = at.dialog.trail
    if key in keys.back:
        walk.back()
        walk.run()
        return at.finish(walk)
    walk.stand(chart, state, place)
    for prompt in afterwards.prompts(place.slots):
        walk.say(prompt)
    walk.put_again(state, ask)
    return at.finish(walk, repeats=at.dialog.repeats)


def _command(at: Moment, text: str) -> Outcome | None:
    """A new command, in whatever is going on: afterwards, or by `0`, the question that stood is come back to."""
    key, keys = _key(text), keys_of(at.inbound.kind)
    if key in keys.start:
        return started(at)
    understood = Understanding(_PERSON) if key in keys.person else at.understand(text)
    chart = at.library.for_intent(understood.intent)
    if chart is None:
        return None
    dialog, walk = at.dialog, at.walk()
    if dialog.place is not None and dialog.awaiting is not None:
        walk.lean(dialog.place, dialog.trail)
    elif dialog.place is not None and at.expired:
        walk.trail, walk.came_from = dialog.trail, dialog.place
    elif dialog.place is not None:
        walk.park(dialog.place, dialog.trail, anyway=understood.intent == _LANGUAGE)
    return _begun(at, walk, chart, understood.slots, understood.intent)


def _told_in_another_language(at: Moment, text: str) -> Outcome | None:
    """While something is looked up for him: it is not left behind for that."""
    understood = at.understand(text)
    chart = at.library.for_intent(_LANGUAGE)
    if chart is None or understood.intent != _LANGUAGE or not understood.slots:
        return None
    walk = at.walk()
    walk.goes_on = False
    outcome = _begun(at, walk, chart, understood.slots, _LANGUAGE)
    if outcome.dialog.place is not None:  # he has to be asked which, as after any command
        return None
    said = tuple(effect for effect in outcome.effects if not isinstance(effect, EndSession))
    return replace(outcome, dialog=replace(at.dialog, turns=at.dialog.turns + 1), effects=said)


def _in_the_menu(at: Moment, place: Place, text: str) -> Outcome | None:
    """Asked whether there is anything else, he presses what he knows the menu to have a key for."""
    if place.script != AFTERWARDS:
        return None
    menu = started(at)
    stands = at.library.find(menu.dialog.place) if menu.dialog.place else None
    if stands is None or menu.dialog.place is None or not isinstance(stands[1].exit, Ask):
        return None
    at = replace(at, dialog=menu.dialog)
    outcome = _answer(at, *stands, stands[1].exit, menu.dialog.place, text)
    return replace(outcome, ways=(*menu.ways, *outcome.ways)) if outcome else None


def _again(at: Moment, chart: Chart, state: State, ask: Ask, place: Place, text: str) -> Outcome:
    walk = at.walk()
    walk.trail = at.dialog.trail
    walk.stand(chart, state, place)
    repeats = at.dialog.repeats + 1
    if repeats > ask.again.times:
        return _given_up(at, walk, ask, text)
    asked = question(at.library.phrases, state, ask, place.slots, at.facts.offered, first=not at.dialog.trail)
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


def _given_up(at: Moment, walk: Walk, ask: Ask, text: str) -> Outcome:
    """Who holds a telephone cannot write for help: he is rung back, unless he said nothing at all."""
    if ask.again.then:
        walk.fire("given up", {})
        walk.run()
    elif text and keys_of(at.inbound.kind) is TELEPHONE:
        walk.say(Prompt("engine.put_through"))
        walk.want_agent("not understood")
        walk.end()
    else:
        walk.say(Prompt("engine.gave_up"))
        walk.end()
    return at.finish(walk, "none")


def _one_moment(at: Moment) -> Outcome:
    walk = at.walk()
    walk.say(Prompt("engine.one_moment"))
    return Outcome(replace(at.dialog, turns=at.dialog.turns + 1), tuple(walk.effects))


def go_on_or_start_again(at: Moment, chart: Chart, place: Place) -> Outcome:
    walk = at.walk()
    walk.trail = (*at.dialog.trail, place)
    walk.go_on_or_start_again(chart, place)
    walk.run()
    return at.finish(walk)


def _second_yes(at: Moment, ask: Ask, text: str) -> Outcome | None:
    """A bare yes or no long after a question that wanted another answer is meant for an order that waits for one."""
    intent = at.understand(text).intent
    chart = None if isinstance(ask.wanted, YesNo) else at.library.for_intent(_SECOND.get(intent, ""))
    return _begun(at, at.walk(), chart, {}, intent) if chart else None


def _nothing_going_on(at: Moment, text: str) -> Outcome:
    at = replace(at, dialog=Dialog(at.dialog.subscriber, at.dialog.thread))
    key, keys = _key(text), keys_of(at.inbound.kind)
    if key in WRITTEN.start or key in keys.start | keys.back | keys.repeat or key in _MENU_KEYS:
        return started(at)  # a key of a menu that still stands on his telephone: here it is again
    understood = Understanding(_PERSON) if key in keys.person else at.understand(text)
    walk = at.walk()
    intent = understood.intent
    if chart := at.library.for_intent(intent) or at.library.for_intent(_SECOND.get(intent, "")):
        return _begun(at, walk, chart, understood.slots, intent)
    if understood.close:
        return _begun(at, walk, at.library.current(UNSURE), {"near": list(understood.near)}, understood.intent)
    if _keyed(at):
        return started(at)  # nothing can be written there: the menu says what there is
    if understood.intent in ("yes", "no"):
        walk.say(Prompt("engine.nothing_to_confirm"))
    else:
        walk.say(Prompt("engine.not_understood", {"near": _three_commands(understood.near)}))
    return at.finish(walk, understood.intent)


def _beside_the_offer(at: Moment, text: str) -> Outcome:
    """He has not asked for it, so it is in nobody's way; it stands on until something else does."""
    outcome = _nothing_going_on(at, text)
    return outcome if outcome.dialog.place else replace(outcome, dialog=at.dialog)


def _three_commands(near: Sequence[str]) -> list[Value]:
    """What is nearest to what he wrote, filled up with what most are after."""
    return [{"intent": intent} for intent in list(dict.fromkeys((*near, *_USUAL)))[:3]]


def started(at: Moment) -> Outcome:
    return _begun(at, at.walk(), at.library.current(WELCOME), {}, "")


def begun(at: Moment, script: str, slots: Values) -> Outcome:
    """By the house itself. Who is in the middle of something is left in peace: whoever wanted to begin comes again."""
    busy = at.dialog.place is not None and not (at.expired or at.forgotten)
    if busy or script not in {each.name for each in at.library.scripts}:
        return Outcome(at.dialog)
    at = replace(at, dialog=Dialog(at.dialog.subscriber, at.dialog.thread))
    walk = at.walk()
    walk.goes_on = False
    walk.begin(at.library.current(script), slots)
    if at.facts.goes_on:
        walk.slots[afterwards.BEGUN] = True
    walk.run()
    return at.finish(walk)


def _begun(at: Moment, walk: Walk, chart: Chart, slots: Values, intent: str) -> Outcome:
    walk.begin(chart, slots)
    walk.run()
    return at.finish(walk, intent)


def _keyed(at: Moment) -> bool:
    return not isinstance(at.inbound.kind, MessageReceived)


def _key(text: str) -> str:
    return squeeze(fold(text)) or mark(text)
