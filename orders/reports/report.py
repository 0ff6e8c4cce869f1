"""All reports there are, in the order in which they are read."""

from collections.abc import Callable, Mapping

from orders.reports import placed, way, work
from orders.reports.counted import Counted
from orders.reports.sheets import Sheet

REPORTS: Mapping[str, Callable[[Counted], Sheet]] = {
    "way": way.way,
    "hours": placed.hours,
    "days": placed.days,
    "channels": placed.channels,
    "offers": placed.offers,
    "flags": placed.flags,
    "agents": work.agents,
    "calls": work.calls,
    "states": work.states,
    "scores": work.scores,
    "commands": work.commands,
    "dialogs": work.dialogs,
}


def sheets(of: Counted) -> tuple[Sheet, ...]:
    return tuple(make(of) for make in REPORTS.values())
