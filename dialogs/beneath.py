"""What lies beneath a script that goes on: the state that visits it, a question left standing for it, or both.

Places lie on one another by `Place.beneath`, the lowest last. Which of the two a place is, is told by its state: who
asks there was left standing, and is taken up again at an end; who visits there is returned to.
"""

from collections.abc import Iterator
from dataclasses import replace

from dialogs.library import Library
from dialogs.script import Ask
from dialogs.words import Place

MOST_BENEATH = 4  # places; of more, the lowest are forgotten


def left_standing(library: Library, place: Place) -> bool:
    found = library.find(place)
    return found is not None and isinstance(found[1].exit, Ask)


def standing_beneath(library: Library, place: Place | None) -> Place | None:
    """The uppermost question that was left standing, from this place on downwards."""
    return next((each for each in _downwards(place) if left_standing(library, each)), None)


def bounded(place: Place, most: int = MOST_BENEATH) -> Place:
    if place.beneath is None:
        return place
    return replace(place, beneath=bounded(place.beneath, most - 1) if most > 1 else None)


def before(trail: tuple[Place, ...], place: Place) -> tuple[Place, ...]:
    """Where `0` led when that question was first put."""
    return trail[: trail.index(place)] if place in trail else trail


def _downwards(place: Place | None) -> Iterator[Place]:
    while place:
        yield place
        place = place.beneath
