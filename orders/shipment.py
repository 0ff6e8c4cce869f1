"""What a carrier is asked to do, with all he needs to know for it."""

from collections.abc import Mapping
from dataclasses import dataclass

from orders.consignment import Consignment


@dataclass(frozen=True, slots=True)
class Piece:
    offer: str
    names: Mapping[str, str]
    quantity: int


@dataclass(frozen=True, slots=True)
class Shipment:
    """A consignment that is due at its carrier: to be offered, called back, or asked about, as its state says.

    recipient, address: as far as they are known; phone: the subscriber's own, by which the carrier finds him.
    """

    consignment: Consignment
    pieces: tuple[Piece, ...]
    phone: str
    language: str
    recipient: str | None = None
    address: str | None = None
