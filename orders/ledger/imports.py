"""What operators bring in by the file: whole, in one transaction, or not at all."""

from collections.abc import Callable, Iterable

from sqlalchemy import Connection, bindparam, update

from orders.catalogue import Offer
from orders.ledger.offers import offer_row
from orders.ledger.statements import statements, write
from orders.ledger.tables import balances, offers, subscribers
from orders.subscribers import Subscriber

_balance = update(balances).where(balances.c.subscriber == bindparam("of"))


def import_offers(connection: Connection, wanted: Iterable[Offer]) -> None:
    """The file is the catalogue: an offer that is not in it is kept for the orders that name it, but no longer sold."""
    # A keypad code may pass from one offer to another: nobody keeps his while they are given out.
    connection.execute(update(offers).values(keypad="-" + offers.c.code, sold=False))
    write(connection, statements(connection).upsert(offers), map(offer_row, wanted))


def import_subscribers(
    connection: Connection,
    wanted: Iterable[Subscriber],
    now: float,
    told: Callable[[int, int | None], None] = lambda done, of: None,
) -> None:
    """What the file says of a subscriber replaces what was known; what it does not say stays."""
    listed = list(wanted)
    worded = statements(connection)
    write(connection, worded.put(subscribers), ({"subscriber": each.msisdn, "updated_at": now} for each in listed))
    for done, each in enumerate(listed, 1):
        said = {name: value for name, value in each.wishes.items() if value is not None}
        if said:
            mine = subscribers.c.subscriber == each.msisdn
            connection.execute(update(subscribers).where(mine).values(**said, updated_at=now))
        told(done, len(listed))
    told_balances = [each for each in listed if each.balance is not None]
    write(
        connection,
        worded.put(balances),
        ({"subscriber": each.msisdn, "amount": each.balance, "updated_at": now} for each in told_balances),
    )
    write(
        connection,
        _balance,
        ({"of": each.msisdn, "amount": each.balance, "updated_at": now} for each in told_balances),
    )
