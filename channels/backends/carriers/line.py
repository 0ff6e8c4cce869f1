"""A carrier, as the rest of the house sees him."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from orders.consignment import Tiding
from orders.shipment import Shipment


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of a shipment that he was asked about. `unreached`: why he could not be; it is tried again later."""

    shipment: Shipment
    steps: tuple[Tiding, ...] = ()
    unreached: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What he tells by himself of a consignment."""

    consignment: int
    tiding: Tiding


class Line(Protocol):
    async def take(self, shipments: Sequence[Shipment]) -> list[Reply]:
        """Each is to be offered, called back or asked about, as its state says. Does not raise."""
