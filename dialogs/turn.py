"""One turn of a dialog: what stands and what comes in, to what stands then and what goes out.

    take_turn(library, dialog, inbound, facts, now) -> Outcome

A turn is a pure function. It may be taken twice with the same result; it asks nobody, and what it wants of others it
says as effects. What a subscriber says is met in this order:

    inside a dialog    the answer to the question that stands; `0` back, `00` or `#` start; a new command, which begins
                       its own script; else the question again, so often, and then a polite end
    awaiting           a new command leaves the request behind, and its answer will match nothing; all else: one moment
    expired            a new command; else, once, "you were about to …": go on, or start again
    nothing going on   a command; else help

An answer (`LookupDone`) counts only if the dialog awaits that very request. The answer of an errand brings along where
it is to be met. A timer counts only in the turn that set it. Whatever counts for nothing changes nothing.
"""

from dataclasses import dataclass, replace

from dialogs.asking import question, take, values_for
from dialogs.chart import Chart
from dialogs.folding import fold, mark, squeeze
from dialogs.library import GOING_ON, WELCOME, Library, load_library
from dialogs.script import Ask, State
from dialogs.services import fits
from dialogs.understanding import Understanding
from dialogs.walk import DialogRunaway, Walk
from dialogs.words import (
    Dialog,
    Digits,
    EndSession,
    Facts,
    Inbound,
    LookupDone,
    MessageReceived,
    Outcome,
    Place,
    Prompt,
    SessionClosed,
    TimerFired,
    UssdInput,
    Values,
)

__all__ = ["DialogRunaway", "Library", "load_library", "take_turn"]

MOST_TURNS = 100  # of one dialog; what goes on for longer is not going anywhere, and is let go of
FORGOTTEN = 24 * 3600.0  # seconds after expiry until a dialog is not even asked about any more

_BACK = frozenset(("0", "*"))
_START = frozenset(("00", "000", "#"))


def take_turn(library: Library, dialog: Dialog, inbound: Inbound, facts: Facts, now: float) -> Outcome:
    turn = _Turn(library, dialog, inbound, facts, now)
    match inbound.kind:
        case MessageReceived(text=text) | Digits(text=text):
            return _heard(turn, text)
        case UssdInput(text=text, opening=opening):
            return _started(turn) if opening else _heard(turn, text)
        case LookupDone() as done:
            return _met(turn, done) if done.resume else _answered(turn, done)
        case TimerFired(turns=turns):
            return _timed_out(turn, turns)
        case SessionClosed():
            return _closed(turn)
    return Outcome(dialog)


@dataclass(frozen=True, slots=True)
class _Turn:
    library: Library
    dialog: Dialog
    inbound: Inbound
    facts: Facts
    now: float

    def walk(self, language: str = "") -> Walk:
        return Walk(self.library, self.facts, language or self.facts.language, self.inbound.id, self.now)

    def understand(self, text: str) -> Understanding:
        return self.library.understander.understand(text, self.facts.offers)

    @property
    def expired(self) -> bool:
        return self.dialog.expires_at is not None and self.now > self.dialog.expires_at

    @property
    def forgotten(self) -> bool:
        """Too old to be asked about, or asked about already, or waiting for an answer that will not come."""
        dialog = self.dialog
        if dialog.turns >= MOST_TURNS:
            return True
        if not self.expired or dialog.place is None or dialog.expires_at is None:
            return False
        asked_about = dialog.place.script == GOING_ON or dialog.awaiting is not None
        return asked_about or self.now > dialog.expires_at + FORGOTTEN

    def finish(self, walk: Walk, intent: str = "", repeats: int = 0) -> Outcome:
        """The walk as a dialog; one that has come to its end leaves nothing behind."""
        dialog, place = self.dialog, walk.place
        if place is None:
            return Outcome(Dialog(dialog.subscriber, dialog.thread), (*walk.effects, EndSession()), intent)
        stands = Dialog(
            subscriber=dialog.subscriber,
            thread=dialog.thread,
            place=place,
            trail=walk.trail,
            awaiting=walk.awaiting,
            repeats=repeats,
            turns=dialog.turns + 1,
            expires_at=walk.expires_at,
            deadline=walk.deadline,
        )
        return Outcome(stands, tuple(walk.effects), intent)


# ── What the subscriber says ─────────────────────────────────────────────────────────────────────────────────────────


def _heard(turn: _Turn, text: str) -> Outcome:
    place = turn.dialog.place
    found = turn.library.find(place) if place and not turn.forgotten else None
    if place is None or found is None:
        return _nothing_going_on(turn, text)
    if turn.dialog.awaiting is not None:
        return _command(turn, text) or _one_moment(turn)
    chart, state = found
    if not isinstance(state.exit, Ask):
        return _nothing_going_on(turn, text)
    if turn.expired:
        return _command(turn, text) or _go_on_or_start_again(turn, chart, place)
    return (
        _answer(turn, chart, state, state.exit, place, text)
        or _navigation(turn, text)
        or _command(turn, text)
        or _again(turn, chart, state, state.exit, place)
    )


def _answer(turn: _Turn, chart: Chart, state: State, ask: Ask, place: Place, text: str) -> Outcome | None:
    taken = take(turn.library.commands, ask, place.slots, text)
    if taken is None:
        return None
    walk = turn.walk()
    walk.trail = turn.dialog.trail
    walk.stand(chart, state, place.slots)
    if taken.trigger:
        walk.came_from = place
        walk.answer(taken.trigger, taken.slots)
        walk.run()
    else:
        walk.turn_over(state, taken.slots)
    return turn.finish(walk)


def _navigation(turn: _Turn, text: str) -> Outcome | None:
    key = _key(text)
    if key in _START:
        return _started(turn)
    if key not in _BACK:
        return None
    walk = turn.walk()
    walk.trail = turn.dialog.trail
    walk.back()
    walk.run()
    return turn.finish(walk)


def _command(turn: _Turn, text: str) -> Outcome | None:
    """A new command, in whatever is going on: `0` leads back from it to the question that stood."""
    if _key(text) in _START:
        return _started(turn)
    understood = turn.understand(text)
    chart = turn.library.for_intent(understood.intent)
    if chart is None:
        return None
    dialog, walk = turn.dialog, turn.walk()
    if dialog.place is not None and dialog.awaiting is None:
        walk.trail, walk.came_from = dialog.trail, dialog.place
    return _begun(turn, walk, chart, understood.slots, understood.intent)


def _again(turn: _Turn, chart: Chart, state: State, ask: Ask, place: Place) -> Outcome:
    walk = turn.walk()
    walk.trail = turn.dialog.trail
    walk.stand(chart, state, place.slots)
    repeats = turn.dialog.repeats + 1
    if repeats > ask.again.times:
        return _given_up(turn, walk, ask)
    asked = question(turn.library.phrases, state, ask, place.slots)
    if ask.again.say:
        said = replace(asked, phrase=ask.again.say, values=values_for(turn.library.phrases, ask.again.say, place.slots))
    else:
        said = replace(
            asked,
            phrase="engine.again",
            values={"question": {"phrase": asked.phrase, "values": dict(asked.values)}},
        )
    walk.say(said)
    walk.rest(ask)
    return turn.finish(walk, "none", repeats)


def _given_up(turn: _Turn, walk: Walk, ask: Ask) -> Outcome:
    if ask.again.then:
        walk.fire("given up", {})
        walk.run()
    else:
        walk.say(Prompt("engine.gave_up"))
        walk.end()
    return turn.finish(walk, "none")


def _one_moment(turn: _Turn) -> Outcome:
    walk = turn.walk()
    walk.say(Prompt("engine.one_moment"))
    return Outcome(replace(turn.dialog, turns=turn.dialog.turns + 1), tuple(walk.effects))


def _go_on_or_start_again(turn: _Turn, chart: Chart, place: Place) -> Outcome:
    about = chart.script.about
    values = values_for(turn.library.phrases, about, place.slots) if about else {}
    walk = turn.walk()
    walk.trail = (*turn.dialog.trail, place)
    walk.begin(turn.library.current(GOING_ON), {"doing": {"phrase": about or "going_on.something", "values": values}})
    walk.run()
    return turn.finish(walk)


def _nothing_going_on(turn: _Turn, text: str) -> Outcome:
    turn = replace(turn, dialog=Dialog(turn.dialog.subscriber, turn.dialog.thread))
    if _key(text) in _START | _BACK:
        return _started(turn)
    understood = turn.understand(text)
    walk = turn.walk()
    if chart := turn.library.for_intent(understood.intent):
        return _begun(turn, walk, chart, understood.slots, understood.intent)
    yes_or_no = understood.intent in ("yes", "no")
    walk.say(Prompt("engine.nothing_to_confirm" if yes_or_no else "engine.not_understood"))
    return turn.finish(walk, understood.intent)


def _started(turn: _Turn) -> Outcome:
    return _begun(turn, turn.walk(), turn.library.current(WELCOME), {}, "")


def _begun(turn: _Turn, walk: Walk, chart: Chart, slots: Values, intent: str) -> Outcome:
    walk.begin(chart, slots)
    walk.run()
    return turn.finish(walk, intent)


def _key(text: str) -> str:
    return squeeze(fold(text)) or mark(text)


# ── What others say ──────────────────────────────────────────────────────────────────────────────────────────────────


def _answered(turn: _Turn, done: LookupDone) -> Outcome:
    dialog = turn.dialog
    if dialog.place is None or dialog.awaiting != done.request:
        return Outcome(dialog)
    walk = turn.walk()
    walk.trail = dialog.trail
    _resume(turn, walk, dialog.place, done)
    return turn.finish(walk)


def _met(turn: _Turn, done: LookupDone) -> Outcome:
    """The answer of an errand: taken where the request said, in a dialog of its own, and nothing hangs up after it."""
    resume = done.resume
    assert resume
    walk = turn.walk(resume.language)
    _resume(turn, walk, Place(resume.script, resume.version, resume.state, resume.slots), done)
    outcome = turn.finish(walk)
    return replace(outcome, effects=tuple(e for e in outcome.effects if not isinstance(e, EndSession)))


def _resume(turn: _Turn, walk: Walk, place: Place, done: LookupDone) -> None:
    found = turn.library.find(place)
    if found is None or not found[0].hears(found[1], "result failed"):
        walk.say(Prompt("apology.failed"), notice=True)
        walk.end()
        return
    result, values = _as_agreed(turn.library, *found, done)
    walk.stand(*found, place.slots)
    walk.fire(f"result {result}", values)
    walk.run()


def _as_agreed(library: Library, chart: Chart, state: State, done: LookupDone) -> tuple[str, Values]:
    """A result that the script does not know, or that lacks what was agreed on, is a failure of who answered."""
    known = chart.hears(state, f"result {done.result}")
    if known and fits(library.promised(chart.script, state, done.result), done.values):
        return done.result, done.values
    return "failed", {"reason": str(done.values.get("reason", "malformed"))}


def _timed_out(turn: _Turn, turns: int) -> Outcome:
    dialog = turn.dialog
    found = turn.library.find(dialog.place) if dialog.place else None
    if dialog.place is None or found is None or dialog.turns != turns or dialog.deadline is None:
        return Outcome(dialog)
    chart, state = found
    if not chart.hears(state, "timeout"):
        return Outcome(dialog)
    walk = turn.walk()
    walk.trail = dialog.trail
    walk.stand(chart, state, dialog.place.slots)
    walk.fire("timeout", {})
    walk.run()
    return turn.finish(walk)


def _closed(turn: _Turn) -> Outcome:
    """Nobody is there to answer any more; but what was asked of others is still awaited, and will be said."""
    dialog = turn.dialog
    if dialog.awaiting is not None:
        return Outcome(dialog)
    return Outcome(Dialog(dialog.subscriber, dialog.thread))
