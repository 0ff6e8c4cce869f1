"""What a turn has at hand, and how it is read off when it has come to rest."""

from dataclasses import dataclass

from dialogs.library import GOING_ON, Library
from dialogs.understanding import Understanding
from dialogs.walk import Walk
from dialogs.words import Dialog, EndSession, Facts, Inbound, Outcome

MOST_TURNS = 100  # of one dialog; what goes on for longer is not going anywhere, and is let go of
FORGOTTEN = 24 * 3600.0  # seconds after expiry until a dialog is not even asked about any more


def expired(dialog: Dialog, now: float) -> bool:
    return dialog.expires_at is not None and now > dialog.expires_at


def forgotten(dialog: Dialog, now: float) -> bool:
    """Too old to be asked about, or asked about already, or waiting for an answer that will not come."""
    if dialog.turns >= MOST_TURNS:
        return True
    if not expired(dialog, now) or dialog.place is None or dialog.expires_at is None:
        return False
    asked_about = dialog.place.script == GOING_ON or dialog.awaiting is not None
    return asked_about or now > dialog.expires_at + FORGOTTEN


@dataclass(frozen=True, slots=True)
class Moment:
    library: Library
    dialog: Dialog
    inbound: Inbound
    facts: Facts
    now: float

    def walk(self, language: str = "") -> Walk:
        inbound, facts = self.inbound, self.facts
        walk = Walk(self.library, facts, language or facts.language, inbound.id, self.now, inbound.proof)
        walk.goes_on = facts.goes_on and not self.dialog.unattended
        return walk

    def understand(self, text: str) -> Understanding:
        return self.library.understander.understand(text, self.facts.offers)

    @property
    def expired(self) -> bool:
        return expired(self.dialog, self.now)

    @property
    def forgotten(self) -> bool:
        return forgotten(self.dialog, self.now)

    def finish(self, walk: Walk, intent: str = "", repeats: int = 0) -> Outcome:
        """The walk as a dialog; one that has come to its end leaves nothing behind."""
        dialog, place = self.dialog, walk.place
        if place is None:
            return Outcome(
                Dialog(dialog.subscriber, dialog.thread), (*walk.effects, EndSession()), intent, tuple(walk.ways)
            )
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
        return Outcome(stands, tuple(walk.effects), intent, tuple(walk.ways))
