"""One turn of a dialog: what stands and what comes in, to what stands then and what goes out.

    take_turn(library, dialog, inbound, facts, now) -> Outcome

A turn is a pure function. It may be taken twice with the same result; it asks nobody, and what it wants of others it
says as effects. What a subscriber says is met in this order:

    inside a dialog    the answer to the question that stands; `0` back, `00` or `#` start; a new command, which begins
                       its own script, and after it the question is taken up again; else the question again, so
                       often, and then a polite end
    awaiting           a new command leaves the request behind, and its answer will match nothing; all else: one moment
    expired            a new command; else, once, "you were about to …": go on, or start again
    nothing going on   a command; else help, or the menu in a session

How sessions begin, are dropped and are taken up again is told in sessions.py, and what is asked in a call when a dialog
has ended in afterwards.py.

An answer (`LookupDone`) counts only if the dialog awaits that very request. The answer of an errand brings along where
it is to be met. A timer counts only in the turn that set it. Whatever counts for nothing changes nothing.
"""

from dataclasses import replace

from dialogs.chart import Chart
from dialogs.heard import begun, heard
from dialogs.keypad import pressed
from dialogs.library import Library, load_library
from dialogs.moment import Moment
from dialogs.script import State
from dialogs.services import fits
from dialogs.sessions import closed, opened, unattended
from dialogs.walk import DialogRunaway, Walk
from dialogs.words import (
    Begun,
    CallBegan,
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
    Say,
    Secret,
    SessionClosed,
    TimerFired,
    Unreadable,
    UssdInput,
    Values,
)

MASKED = "••••••"  # in place of what is secret; nobody can say it

__all__ = ["MASKED", "DialogRunaway", "Library", "load_library", "take_turn"]


def take_turn(library: Library, dialog: Dialog, inbound: Inbound, facts: Facts, now: float) -> Outcome:
    at = Moment(library, dialog, inbound, facts, now)
    match inbound.kind:
        case MessageReceived(text=text):
            return heard(at, text)
        case UssdInput(text=text, opening=opening):
            return opened(at) if opening else heard(at, text)
        case CallBegan():
            return opened(at)
        case Digits() as digits:
            return heard(at, pressed(digits))
        case Secret():
            return heard(at, MASKED)
        case LookupDone() as done:
            return _met(at, done) if done.resume else _answered(at, done)
        case TimerFired(turns=turns):
            return _timed_out(at, turns)
        case Begun(script=script, slots=slots):
            return begun(at, script, slots)
        case SessionClosed():
            return closed(at)
        case Unreadable():
            return Outcome(dialog, (Say(Prompt("apology.unreadable"), facts.language),))  # and what stood, stands
    return Outcome(dialog)


def _answered(at: Moment, done: LookupDone) -> Outcome:
    dialog = at.dialog
    if dialog.place is None or dialog.awaiting != done.request:
        return Outcome(dialog)
    walk = at.walk()
    walk.trail = dialog.trail
    _resume(at, walk, dialog.place, done)
    outcome = at.finish(walk)
    return unattended(at, outcome) if dialog.unattended else outcome


def _met(at: Moment, done: LookupDone) -> Outcome:
    """The answer of an errand: taken where the request said, in a dialog of its own, and nothing hangs up after it."""
    resume = done.resume
    assert resume
    walk = at.walk(resume.language)
    walk.goes_on = False
    _resume(at, walk, Place(resume.script, resume.version, resume.state, resume.slots), done)
    outcome = at.finish(walk)
    return replace(outcome, effects=tuple(e for e in outcome.effects if not isinstance(e, EndSession)))


def _resume(at: Moment, walk: Walk, place: Place, done: LookupDone) -> None:
    found = at.library.find(place)
    if found is None or not found[0].hears(found[1], "result failed"):
        walk.say(Prompt("apology.failed"), notice=True)
        walk.end()
        return
    result, values = _as_agreed(at.library, *found, done)
    walk.stand(*found, place)
    walk.fire(f"result {result}", values)
    walk.run()


def _as_agreed(library: Library, chart: Chart, state: State, done: LookupDone) -> tuple[str, Values]:
    """A result that the script does not know, or that lacks what was agreed on, is a failure of who answered."""
    known = chart.hears(state, f"result {done.result}")
    if known and fits(library.promised(chart.script, state, done.result), done.values):
        return done.result, done.values
    return "failed", {"reason": str(done.values.get("reason", "malformed"))}


def _timed_out(at: Moment, turns: int) -> Outcome:
    dialog = at.dialog
    if dialog.place is None or dialog.turns != turns or dialog.deadline is None:
        return Outcome(dialog)
    found = at.library.find(dialog.place)
    if found is None or not found[0].hears(found[1], "timeout"):
        return Outcome(replace(dialog, deadline=None))  # its version is gone, and the timer must not come again
    walk = at.walk()
    walk.trail = dialog.trail
    walk.stand(*found, dialog.place)
    walk.fire("timeout", {})
    walk.run()
    return at.finish(walk)
