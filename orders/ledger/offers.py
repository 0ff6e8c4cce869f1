"""The catalogue in the database: what dialogs are told of it, and what other halls read.

What a dialog is told is a snapshot that is a second old at most: what is sold, and what it costs at that instant.
Whoever orders is charged what he was told, or asked anew (see `placing`).
"""

import json
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select

from dialogs.words import OfferFacts
from orders.catalogue import Listed, Offer
from orders.ledger.rows import to_json
from orders.ledger.stores import stores
from orders.ledger.tables import offers
from orders.prices import prices_of_rows, prices_to_rows
from orders.stock import Stock

_sold = select(offers).where(offers.c.sold).order_by(offers.c.position)
_known = select(offers).order_by(offers.c.sold.desc(), offers.c.position, offers.c.code)


def offers_sold(connection: Connection, now: float) -> Mapping[str, OfferFacts]:
    """By code, in the order in which a subscriber reads them."""
    return {row.code: _offer(row).facts_at(now) for row in connection.execute(_sold)}


def offers_all(connection: Connection, now: float) -> list[Listed]:
    """Everything that ever was in the catalogue, with its price at this instant and its stores: for other halls."""
    kept: dict[str, list[Stock]] = defaultdict(list)
    for store in stores(connection):
        kept[store.offer].append(store)
    rows = [_offer(row) for row in connection.execute(_known)]
    return [Listed(offer, offer.price_at(now), tuple(kept[offer.code])) for offer in rows]


def codes(connection: Connection) -> set[str]:
    return set(connection.scalars(select(offers.c.code)))


# ── Rows ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def offer_row(offer: Offer) -> dict[str, object]:
    return {
        "code": offer.code,
        "keypad": offer.keypad,
        "names": to_json(offer.names),
        "aliases": to_json(list(offer.aliases)),
        "price": offer.price,
        "position": offer.position,
        "sold": offer.sold,
        "prices": to_json(prices_to_rows(offer.prices)),
        "channels": to_json(list(offer.channels)),
        "no_return": offer.no_return,
        "confirm": offer.confirm,
        "ship": offer.ship,
    }


def _offer(row: Any) -> Offer:
    return Offer(
        code=row.code,
        keypad=row.keypad,
        names=json.loads(row.names),
        aliases=tuple(json.loads(row.aliases)),
        price=row.price,
        position=row.position,
        sold=bool(row.sold),
        prices=prices_of_rows(json.loads(row.prices)),
        channels=tuple(json.loads(row.channels)),
        no_return=bool(row.no_return),
        confirm=bool(row.confirm),
        ship=bool(row.ship),
    )
