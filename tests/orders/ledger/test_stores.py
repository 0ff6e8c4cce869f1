"""Orders reserve what they are for; nothing is promised twice, and what is not wanted any more goes back."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError

from dialogs.words import OfferFacts
from orders.catalogue import Offer
from orders.ledger import offers as catalogue
from orders.ledger import stores
from orders.ledger.deed import act
from orders.ledger.engine import open_engine
from orders.ledger.house import selling
from orders.ledger.imports import import_offers
from orders.ledger.order_rows import load_order
from orders.ledger.placing import submit
from orders.ledger.posting import deed
from orders.ledger.tables import orders, stock
from orders.order import Act
from orders.prices import Price
from orders.stock import CENTRAL, Stock
from orders.wish import ELSEWHERE, IDENTITY, PRICE, SOLD_OUT, TOO_FEW, Submitted, Wish, WishedItem
from tests.orders.ledger.bench import ALICE, BOB, NOW, Bench

PHONE = Offer("F800", "1001", {"zh": "酷派F800", "en": "Coolpad F800"}, ("酷派",), 69_900, 0)
CARD = Offer("SJK", "2002", {"zh": "数据卡", "en": "Data card"}, (), 9_900, 1, channels=("web",))
CAROL = "8613700137000"


def stocked(bench: Bench, *kept: Stock) -> None:
    def job(connection: object) -> None:
        import_offers(connection, [PHONE, CARD])  # type: ignore[arg-type]
        stores.count_stock(connection, kept, NOW)  # type: ignore[arg-type]

    bench.run(job)
    refreshed(bench)


def refreshed(bench: Bench) -> None:
    """What housekeeping does each second."""
    sold, left = bench.run(lambda c: (catalogue.offers_sold(c, bench.now), stores.left(c)))
    bench.writer.house = selling(bench.writer.house, sold, left)


def wishes(bench: Bench, *wished: Wish) -> list[Submitted]:
    house = bench.writer.house
    house.numbers.add(bench.run(_block))
    return bench.run(lambda connection: submit(deed(connection, house, bench.now), wished))


def _block(connection: object) -> range:
    from orders.ledger import numbering

    return numbering.take_block(connection)  # type: ignore[arg-type, no-any-return]


def wish(who: str, quantity: int = 1, offer: str = "F800", channel: str = "sms", price: int | None = None) -> Wish:
    return Wish(who, channel, "10086", (WishedItem(offer, quantity, price=price),))


def kept(engine: Engine) -> Mapping[tuple[str, str], tuple[int, int]]:
    with engine.begin() as connection:
        rows = connection.execute(select(stock)).all()
    return {(row.offer, row.place): (row.on_hand, row.reserved) for row in rows}


def does(bench: Bench, number: str, *acts: Act) -> None:
    def job(connection: object) -> None:
        order = load_order(connection, ALICE, number)  # type: ignore[arg-type]
        assert order is not None
        for what in acts:
            order = act(deed(connection, bench.writer.house, bench.now), order, what, "hall")  # type: ignore[arg-type]

    bench.run(job)


def test_orders_of_one_batch_get_what_there_is_in_their_order(bench: Bench, engine: Engine) -> None:
    stocked(bench, Stock("F800", CENTRAL, 3))
    told = wishes(bench, wish(ALICE, 2), wish(BOB, 2), wish(CAROL, 1), wish(CAROL, 1))
    assert [submitted.refused for submitted in told] == [None, TOO_FEW, None, SOLD_OUT]
    assert kept(engine) == {("F800", CENTRAL): (3, 3)}
    assert [item.place for item in told[0].order.items] == [CENTRAL]  # type: ignore[union-attr]


def test_what_the_centre_has_not_comes_from_a_branch(bench: Bench, engine: Engine) -> None:
    stocked(bench, Stock("F800", CENTRAL, 1), Stock("F800", "杭州", 4))
    (told,) = wishes(bench, wish(ALICE, 3))
    assert told.order is not None and told.order.items[0].place == "杭州"
    assert kept(engine) == {("F800", CENTRAL): (1, 0), ("F800", "杭州"): (4, 3)}


@pytest.mark.parametrize(
    ("acts", "left"),
    [
        ([Act.CANCEL], (3, 0)),
        ([Act.CONFIRM], (3, 2)),
        ([Act.REJECT], (3, 0)),
        ([Act.CONFIRM, Act.COMPLETE], (1, 0)),
        ([Act.CONFIRM, Act.FAIL], (3, 0)),
        ([Act.CONFIRM, Act.ASK_CANCEL, Act.GRANT_CANCEL], (3, 2)),
        ([Act.CONFIRM, Act.ASK_CANCEL, Act.GRANT_CANCEL, Act.CLOSE_CANCEL], (3, 0)),
    ],
)
def test_the_store_follows_the_order(bench: Bench, engine: Engine, acts: list[Act], left: tuple[int, int]) -> None:
    stocked(bench, Stock("F800", CENTRAL, 3))
    (told,) = wishes(bench, wish(ALICE, 2))
    assert told.order is not None and told.order.state == "held"
    does(bench, told.order.number, *acts)
    assert kept(engine) == {("F800", CENTRAL): left}


def test_a_dialog_is_told_what_is_left_and_what_is_not_sold_here(bench: Bench) -> None:
    stocked(bench, Stock("F800", CENTRAL, 3), Stock("F800", "杭州", 2))
    wishes(bench, wish(ALICE, 2))
    before = bench.writer.house
    refreshed(bench)
    house = bench.writer.house
    assert house.stock == {"F800": 2} and house.offers is before.offers, "what has not changed stays the same object"
    assert house.not_here["sms"] == {"SJK"} and "web" not in house.not_here
    told = wishes(bench, wish(ALICE, offer="SJK"), wish(ALICE, offer="SJK", channel="web"))
    assert [submitted.refused for submitted in told] == [ELSEWHERE, None]


def test_nobody_is_charged_another_price_than_he_was_told(bench: Bench, engine: Engine) -> None:
    stocked(bench, Stock("F800", CENTRAL, 3))
    sale = replace(PHONE, prices=(Price(59_900, NOW + 100, NOW + 200),))
    bench.run(lambda connection: import_offers(connection, [sale, CARD]))
    bench.clock.advance(100)
    refreshed(bench)
    told = wishes(bench, wish(ALICE, price=69_900), wish(ALICE, price=59_900), wish(BOB))
    assert [submitted.refused for submitted in told] == [PRICE, None, None]
    assert [submitted.order.total for submitted in told if submitted.order] == [59_900, 59_900]
    bench.clock.advance(100)
    refreshed(bench)
    assert wishes(bench, wish(CAROL))[0].order.total == 69_900  # type: ignore[union-attr]


def test_an_offer_without_a_store_is_without_end(bench: Bench, engine: Engine) -> None:
    stocked(bench)
    (told,) = wishes(bench, wish(ALICE, 99))
    assert told.order is not None and told.order.items[0].place is None and kept(engine) == {}


def test_the_store_is_counted_but_never_below_what_is_promised(bench: Bench, engine: Engine) -> None:
    stocked(bench, Stock("F800", CENTRAL, 3))
    wishes(bench, wish(ALICE, 2))
    with pytest.raises(stores.TooFew, match="2 of F800 at central are promised"):
        bench.run(lambda connection: stores.count_stock(connection, [Stock("F800", CENTRAL, 1)], NOW))
    with pytest.raises(stores.TooFew):
        bench.run(lambda connection: stores.add_stock(connection, "F800", CENTRAL, -2, NOW))
    with pytest.raises(stores.TooFew):
        bench.run(lambda connection: stores.forget_stock(connection, "F800", CENTRAL))
    assert bench.run(lambda c: stores.add_stock(c, "F800", CENTRAL, 5, NOW)) == Stock("F800", CENTRAL, 8, 2)
    assert kept(engine) == {("F800", CENTRAL): (8, 2)}


def test_the_database_itself_refuses_to_promise_more_than_there_is(engine: Engine) -> None:
    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.execute(stock.insert().values(offer="F800", place=CENTRAL, on_hand=1, reserved=2, updated_at=NOW))


def test_other_halls_read_prices_and_stores(bench: Bench) -> None:
    stocked(bench, Stock("F800", CENTRAL, 3), Stock("F800", "杭州", 2))
    phone, card = bench.run(lambda connection: catalogue.offers_all(connection, NOW))
    assert (phone.price, phone.left, [store.place for store in phone.stores]) == (69_900, 3, [CENTRAL, "杭州"])
    assert (card.left, card.sellable, card.sold_on("sms"), card.sold_on("web")) == (None, True, False, True)


@pytest.mark.peers
def test_two_nodes_never_promise_the_same_piece(postgres_url: str) -> None:
    """Forty orders at once on two nodes for ten pieces: ten are sold, and the store says so."""
    from orders.ledger import schema

    engines = [open_engine(postgres_url) for _ in range(2)]
    schema.upgrade(engines[0])
    first = Bench(engines[0])
    stocked(first, Stock("F800", CENTRAL, 6), Stock("F800", "杭州", 4))
    house = first.writer.house
    houses = [replace(house, node=f"hall-{number}", ids=Bench(engines[0], ordinal=number).ids) for number in (1, 2)]

    def ordering(place: int) -> list[str | None]:
        results = []
        for number in range(20):
            with engines[place].begin() as connection:
                from orders.ledger import numbering

                own = replace(houses[place], numbers=type(house.numbers)())
                own.numbers.add(numbering.take_block(connection))
                who = f"86139{place}{number:07}"
                results += [each.refused for each in submit(deed(connection, own, NOW), [wish(who)])]
        return results

    with ThreadPoolExecutor(2) as pool:
        refusals = [refused for results in pool.map(ordering, range(2)) for refused in results]
    assert refusals.count(None) == 10 and refusals.count(SOLD_OUT) == 30
    assert kept(engines[0]) == {("F800", CENTRAL): (6, 6), ("F800", "杭州"): (4, 4)}
    with engines[0].begin() as connection:
        assert len(connection.execute(select(orders)).all()) == 10
    for engine in engines:
        engine.dispose()


def test_facts_of_an_offer_say_where_and_how_it_is_sold() -> None:
    assert CARD.facts == OfferFacts("SJK", "2002", CARD.names, 9_900, (), ("web",))


def test_an_identity_that_shows_a_document_is_no_order(bench: Bench, engine: Engine) -> None:
    stocked(bench, Stock("F800", CENTRAL, 3))
    shown = replace(wish(ALICE), identity="330106199001011234")
    fine = replace(wish(ALICE), identity="330***********1234")
    told = wishes(bench, shown, fine)
    assert [submitted.refused for submitted in told] == [IDENTITY, None]
    assert kept(engine)["F800", CENTRAL] == (3, 1)
