"""An import is the whole file, or nothing of it."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Engine, insert, select
from sqlalchemy.exc import DBAPIError

from dialogs.words import OfferFacts
from orders.catalogue import Offer
from orders.ledger.imports import import_offers, import_subscribers
from orders.ledger.offers import offers_sold
from orders.ledger.tables import balances, offers, subscribers
from orders.subscribers import Subscriber
from tests.orders.ledger.bench import ALICE, BOB, NOW

PHONE = Offer("F800", "1001", {"zh": "酷派F800", "en": "Coolpad F800"}, ("酷派",), 69_900, 0)
CARD = Offer("SJK", "2002", {"zh": "数据卡", "en": "Data card"}, (), 9_900, 1)


def take(engine: Engine, *wanted: Offer) -> None:
    with engine.begin() as connection:
        import_offers(connection, wanted)


def sold(engine: Engine) -> dict[str, OfferFacts]:
    with engine.begin() as connection:
        return dict(offers_sold(connection, NOW))


def test_what_is_imported_is_what_dialogs_are_told(engine: Engine) -> None:
    take(engine, PHONE, CARD, replace(CARD, code="OLD", keypad="9", sold=False))
    assert list(sold(engine)) == ["F800", "SJK"], "in the order of the file, and only what is sold"
    assert sold(engine)["F800"] == OfferFacts("F800", "1001", PHONE.names, 69_900, ("酷派",))


def test_a_keypad_code_passes_from_one_offer_to_another(engine: Engine) -> None:
    take(engine, PHONE, CARD)
    take(engine, replace(PHONE, keypad="2002"), replace(CARD, keypad="1001"))
    assert {code: facts.keypad for code, facts in sold(engine).items()} == {"F800": "2002", "SJK": "1001"}


def test_a_keypad_code_passes_from_an_offer_that_is_no_longer_in_the_file(engine: Engine) -> None:
    take(engine, PHONE)
    take(engine, replace(CARD, keypad="1001"))
    assert {code: facts.keypad for code, facts in sold(engine).items()} == {"SJK": "1001"}
    take(engine, PHONE)
    assert list(sold(engine)) == ["F800"], "and comes back"


def test_what_is_gone_from_the_file_is_kept_for_the_orders_that_name_it(engine: Engine) -> None:
    take(engine, PHONE, CARD)
    take(engine, CARD)
    with engine.begin() as connection:
        rows = {row.code: row for row in connection.execute(select(offers))}
    assert not rows["F800"].sold and rows["F800"].price == 69_900


def test_a_catalogue_that_the_database_refuses_changes_nothing(engine: Engine) -> None:
    take(engine, PHONE)
    with pytest.raises(DBAPIError):
        take(engine, CARD, replace(CARD, code="SJK2"))  # the same keypad code
    assert list(sold(engine)) == ["F800"]


def people(engine: Engine, *wanted: Subscriber) -> None:
    with engine.begin() as connection:
        import_subscribers(connection, wanted, NOW)


def row_of(engine: Engine, table: Any, who: str) -> Any:
    with engine.begin() as connection:
        return connection.execute(select(table).where(table.c.subscriber == who)).one()


def test_what_the_file_does_not_say_of_a_subscriber_stays(engine: Engine) -> None:
    people(engine, Subscriber(ALICE, language="en", name="Alice", address="1 Wensan Road", balance=1888))
    people(engine, Subscriber(ALICE, address="2 Wensan Road"), Subscriber(BOB, blacklisted=True))
    alice, bob = row_of(engine, subscribers, ALICE), row_of(engine, subscribers, BOB)
    assert (alice.language, alice.name, alice.address, alice.blacklisted) == ("en", "Alice", "2 Wensan Road", False)
    assert (bob.blacklisted, bob.marketing, bob.address) == (True, True, None)
    assert row_of(engine, balances, ALICE).amount == 1888


def test_a_new_balance_leaves_the_bill_as_it_is(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(insert(balances), {"subscriber": ALICE, "amount": 5, "bill": "[]", "updated_at": 0.0})
    people(engine, Subscriber(ALICE, balance=0), Subscriber(BOB, balance=7))
    assert (row_of(engine, balances, ALICE).amount, row_of(engine, balances, ALICE).bill) == (0, "[]")
    assert row_of(engine, balances, BOB).amount == 7


def test_subscribers_that_the_database_refuses_change_nothing(engine: Engine) -> None:
    with pytest.raises((DBAPIError, OverflowError)):
        people(engine, Subscriber(ALICE, name="Alice"), Subscriber(BOB, balance=1 << 70))
    with engine.begin() as connection:
        assert connection.execute(select(subscribers)).all() == []
