"""A session, which a text message has not: a USSD code that is dialled, a call that is answered.

    UssdInput(opening), CallBegan    the menu; or what was left standing, if he wishes to go on with it
    UssdInput, Digits                heard like any other answer (heard.py)
    SessionClosed                    whatever stood is over. A question of some weight is left at the threshold of the
                                     service for LEFT_FOR seconds, where the next session finds it; and offered by
                                     text meanwhile (by_text.py)

Each session has a dialog of its own, so that what comes late of one cannot disturb another, and two calls from behind
one number are two. What a session leaves is a dialog under the service's own thread (`Inbound.threshold`): the effect
`Leave` puts it there, and the turn that begins a session is told of it as `Facts.left`. A question of a script that is
not taken up again after an interruption either (`parks: false`: a menu, a list) is not worth it.

A code with more behind it leads straight in: `*100*3*1001#` is the menu, 3, and 1001, in one turn, of which only the
last answer is shown. It goes as far as it is understood; where it has to wait for somebody's answer, the rest is lost.
What was left standing stays there meanwhile.

When the session is over while an answer is awaited (billing takes its seconds), the answer is met all the same: what
it has to say is sent as a text message, and a question that it leads to is left standing for the next session.
"""

from collections.abc import Sequence
from dataclasses import replace

from dialogs import by_text
from dialogs.beneath import standing_beneath
from dialogs.heard import go_on_or_start_again, heard, started
from dialogs.library import GOING_ON, Library
from dialogs.moment import Moment
from dialogs.words import CallBegan, Dialog, Effect, Inbound, Leave, Outcome, Place, Request, Say, Step, UssdInput

LEFT_FOR = 600.0  # seconds for which a question waits for the next session
MOST_STRAIGHT_IN = 8  # answers behind a code


def opened(at: Moment) -> Outcome:
    """A session begins."""
    if steps := straight_in(at.inbound):
        return _led(at, steps)
    left = taken_up(at.inbound, at.facts.left, at.now)
    found = at.library.find(left.place) if left and left.place else None
    if left is None or left.place is None or found is None:
        return started(at)
    at = replace(at, dialog=replace(at.dialog, trail=left.trail))
    outcome = go_on_or_start_again(at, found[0], left.place)
    taken = Leave(Dialog(left.subscriber, left.thread))
    return replace(outcome, effects=(*outcome.effects, taken, *by_text.withdrawn(at)))


def taken_up(inbound: Inbound, left: Dialog | None, now: float) -> Dialog | None:
    """What was left standing, if this is the beginning of a session that is to be asked about it."""
    if not inbound.begins or left is None or left.place is None or straight_in(inbound):
        return None
    return left if left.expires_at is not None and now <= left.expires_at else None


def closed(at: Moment) -> Outcome:
    """Nobody is there any more; but what was asked of others is still awaited, and will be said."""
    dialog = at.dialog
    if dialog.awaiting is not None:
        return Outcome(replace(dialog, expires_at=None, deadline=None, turns=dialog.turns + 1))
    return Outcome(Dialog(dialog.subscriber, dialog.thread), left_behind(at, dialog))


def unattended(at: Moment, outcome: Outcome) -> Outcome:
    """What a turn came to after the session was over: words go as text messages, a question is left standing."""
    dialog = outcome.dialog
    if dialog.awaiting is not None:
        dialog = replace(dialog, expires_at=None, deadline=None)
        return replace(outcome, dialog=dialog, effects=tuple(_noticed(outcome.effects, len(outcome.effects))))
    asks = dialog.place is not None
    said = [effect for effect in outcome.effects if isinstance(effect, Say)]
    effects = _noticed(outcome.effects, len(said) - 1 if asks else len(said))
    gone = Dialog(dialog.subscriber, dialog.thread)
    return replace(outcome, dialog=gone, effects=(*effects, *(left_behind(at, dialog) if asks else ())))


def _noticed(effects: Sequence[Effect], most: int) -> list[Effect]:
    """The first so many of what is said as notices, and the rest of it not at all."""
    kept: list[Effect] = []
    said = 0
    for effect in effects:
        if not isinstance(effect, Say):
            kept.append(effect)
        elif said < most:
            said += 1
            kept.append(replace(effect, notice=True))
    return kept


def left_behind(at: Moment, dialog: Dialog) -> tuple[Effect, ...]:
    """The question that stands, or the one beneath it, if it is worth coming back to; offered by text as well."""
    if not at.inbound.session or not dialog.subscriber:
        return ()  # who withholds his number is nobody whom it could be kept for
    place, trail = dialog.place, dialog.trail
    if place and place.script == GOING_ON and trail:
        place, trail = trail[-1], trail[:-1]
    if place and not _parks(at.library, place):
        place = standing_beneath(at.library, place.beneath)
        trail = trail[: trail.index(place)] if place and place in trail else ()
    if place is None or not _parks(at.library, place):
        return ()
    left = Dialog(dialog.subscriber, at.inbound.threshold, place, trail, expires_at=at.now + LEFT_FOR)
    return Leave(left), *by_text.offer(at, left)


def _parks(library: Library, place: Place) -> bool:
    found = library.find(place)
    return found is not None and found[0].script.parks


# ── Straight in ──────────────────────────────────────────────────────────────────────────────────────────────────────


def straight_in(inbound: Inbound) -> list[str]:
    """The answers that were dialled behind the code."""
    match inbound.kind:
        case CallBegan(dialled=dialled):
            rest = dialled
        case UssdInput(text=text):
            rest = _behind(text.strip(), inbound.service)
        case _:
            rest = ""
    return [each for each in rest.rstrip("#").split("*") if each][:MOST_STRAIGHT_IN]


def _behind(dialled: str, service: str) -> str:
    code = service.rstrip("#")
    return dialled[len(code) + 1 :] if code and dialled.startswith(f"{code}*") else ""


def _led(at: Moment, steps: list[str]) -> Outcome:
    """Each answer is given as if it had been typed; only what the last one is met with is said."""
    outcome, effects, ways = started(at), list[Effect](), list[Step]()
    for step in steps:
        dialog = outcome.dialog
        if dialog.place is None or dialog.awaiting is not None or any(isinstance(e, Request) for e in effects):
            break
        effects += [effect for effect in outcome.effects if not isinstance(effect, Say)]
        ways += outcome.ways
        outcome = heard(replace(at, dialog=dialog), step)
        if outcome.dialog.repeats:
            break
    return replace(outcome, effects=(*effects, *outcome.effects), ways=(*ways, *outcome.ways))
