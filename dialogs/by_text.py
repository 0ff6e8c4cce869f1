"""What a session left standing may be gone on with by text as well: an offer, which stands in his text conversation.

    it is dropped    the question goes to the threshold, for whoever dials again, and one text message offers it
    1                the question itself, in the same place with the same slots, by text
    2                it is let go of, here and at the threshold
    anything else    is heard as if nothing had been offered; the offer stands on, unless something else begins
    he dials again   what the session is told of is offered by text no more
    ten minutes      and nothing is left of it, here or there

Whichever comes first takes it from the other: who answers the text empties the threshold, and who is asked by a new
session empties the text conversation (`Leave` does either). Whoever is in the middle of something by text, or has
dialled again already, is not written to; nor is anybody about a question whose script does not say what it is `about`.

The offer is a place in the script `going_on` that says in a slot which threshold it was made at. Editions that were
published without the phrase do not offer.
"""

from dialogs.asking import values_for
from dialogs.library import GOING_ON
from dialogs.moment import Moment, expired
from dialogs.words import (
    DIALLED_AGAIN,
    Dialog,
    Effect,
    Leave,
    Outcome,
    Place,
    Prompt,
    Say,
    SessionClosed,
    Value,
)

OFFER, LET_GO = "notice.go_on_by_text", "going_on.let_go"
_LEFT_AT = "left_at"
_GO_ON, _LET_GO = "1", "2"


def offered(place: Place | None) -> bool:
    """Whether this is where an offer stands."""
    return place is not None and place.script == GOING_ON and _LEFT_AT in place.slots


def offer(at: Moment, left: Dialog) -> tuple[Effect, ...]:
    """To be sent with what is left at the threshold, or else in place of an offer that was made before."""
    about = _about(at, left.place)
    if not about or left.place is None or not _may_be_offered(at):
        return withdrawn(at)
    doing: Value = {"phrase": about, "values": values_for(at.library.phrases, about, left.place.slots)}
    going_on = at.library.current(GOING_ON).script
    slots: dict[str, Value] = {"doing": doing, _LEFT_AT: left.thread}
    place = Place(GOING_ON, going_on.version, going_on.start, slots)
    stands = Dialog(left.subscriber, _text(at).thread, place, (*left.trail, left.place), expires_at=left.expires_at)
    said = Prompt(OFFER, {"doing": doing, "service": at.inbound.service})
    return Say(said, at.facts.language, notice=True, script=GOING_ON), Leave(stands)


def withdrawn(at: Moment) -> tuple[Effect, ...]:
    """What was offered by text of this threshold is no more, if it was."""
    text = at.facts.by_text
    place = text.place if text else None
    if text is None or place is None or not offered(place) or place.slots[_LEFT_AT] != at.inbound.threshold:
        return ()
    return (Leave(Dialog(text.subscriber, text.thread)),)


def replied(at: Moment, place: Place, key: str) -> Outcome | None:
    """The answer to an offer; None when it is none."""
    if key not in (_GO_ON, _LET_GO):
        return None
    walk = at.walk()
    if key == _GO_ON:
        walk.trail = at.dialog.trail
        walk.back()
        walk.run()
    else:
        walk.say(Prompt(LET_GO))
        walk.end()
    outcome = at.finish(walk)
    taken = Leave(Dialog(at.dialog.subscriber, str(place.slots[_LEFT_AT])))
    return Outcome(outcome.dialog, (*outcome.effects, taken), outcome.intent, outcome.ways)


def _about(at: Moment, place: Place | None) -> str:
    found = at.library.find(place) if place else None
    return found[0].script.about if found else ""


def _may_be_offered(at: Moment) -> bool:
    text, kind = at.facts.by_text, at.inbound.kind
    if text is None or (isinstance(kind, SessionClosed) and kind.reason == DIALLED_AGAIN):
        return False
    free = text.place is None or offered(text.place) or expired(text, at.now)
    return free and OFFER in at.library.phrases and LET_GO in at.library.phrases


def _text(at: Moment) -> Dialog:
    assert at.facts.by_text
    return at.facts.by_text
