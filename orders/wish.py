"""What somebody wants to order, by whichever way he came: by text, by phone, at the counter of another hall.

It names offers and quantities. Prices are the house's to say, at the moment of ordering; a wish that tells which price
was told is refused when that is no longer the one in force, so that nobody is charged what he did not agree to.
"""

from dataclasses import dataclass

from orders.order import Order

LARGEST_QUANTITY = 99

NOT_SOLD = "not_sold"
QUANTITY = "quantity"
ELSEWHERE = "elsewhere"  # it is sold, but not by this channel
IDENTITY = "identity"  # what is given for one shows a document's number, or is none
PRICE = "price"  # it costs something else now
SOLD_OUT = "sold_out"
TOO_FEW = "too_few"  # some are left, but not as many


@dataclass(frozen=True, slots=True)
class WishedItem:
    """resource: the phone number that shall go with it. price: of one, as it was told, in fen."""

    offer: str
    quantity: int = 1
    resource: str | None = None
    price: int | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """channel, service: by which way, and what was called or texted; inbound: the message that ended in it.

    hall, external_id: the client that orders over HTTP, and what the order is called there.
    deliver_at: when he would like to have it.
    agreed: he was told that what has been activated cannot be given back, where that holds, and agreed.
    Who says no address, no recipient, no language gets those that are known of the subscriber.
    """

    subscriber: str
    channel: str
    service: str
    items: tuple[WishedItem, ...]
    inbound: int | None = None
    hall: str | None = None
    external_id: str | None = None
    language: str | None = None
    recipient: str | None = None
    address: str | None = None
    identity: str | None = None
    deliver_at: float | None = None
    agreed: bool = False

    @property
    def actor(self) -> str:
        return f"hall:{self.hall}" if self.hall else "subscriber"


@dataclass(frozen=True, slots=True)
class Submitted:
    """What became of a wish: an order; or none, and why (`refused`), and which of its items was it (from 0).

    An order that a rule rejects is there all the same, with `refused` naming the rule.
    """

    order: Order | None
    refused: str | None = None
    item: int = 0
