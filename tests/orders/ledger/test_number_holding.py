"""A number is kept for one at a time, for as long as was said, and never longer."""

from collections.abc import Iterator
from threading import Barrier, Thread

import pytest
from sqlalchemy import Connection, Engine

from orders.ledger.engine import open_engine
from orders.ledger.number_finding import find
from orders.ledger.number_holding import Held, hold, let_go, number_named, sweep
from orders.ledger.number_reserving import (
    NotAvailable,
    ReservationState,
    release_reservation,
    reservation,
    reserve,
    search,
)
from orders.number_search import Criteria, begin
from orders.numbers import DAY, HoldRules, NumberState, PoolNumber
from tests.orders.ledger.bench import ALICE, BOB, NOW
from tests.orders.ledger.pool import deed, fill, house, states

ONE, TWO, THREE, FOUR = (f"1391234888{last}" for last in "1235")
QUARTER = HoldRules().browsing


@pytest.fixture
def pool(engine: Engine) -> Iterator[Connection]:
    with engine.begin() as connection:
        fill(connection, [ONE, TWO, THREE, FOUR])
        yield connection


def named(connection: Connection, number: str = ONE) -> PoolNumber:
    found = number_named(connection, number)
    assert found is not None
    return found


def test_a_number_is_held_by_the_first_and_nobody_else(pool: Connection) -> None:
    held = hold(deed(pool), ONE, ALICE)
    assert held.result is Held.HELD and held.number == named(pool)
    assert (held.number.state, held.number.holder, held.number.until) == (NumberState.HELD, ALICE, NOW + QUARTER)
    assert hold(deed(pool), ONE, BOB).result is Held.TAKEN
    assert named(pool).holder == ALICE


def test_ones_own_hold_begins_anew(pool: Connection) -> None:
    hold(deed(pool), ONE, ALICE)
    assert hold(deed(pool, NOW + 60), ONE, ALICE).result is Held.HELD
    assert named(pool).until == NOW + 60 + QUARTER


def test_a_hold_that_is_over_is_anybodys_without_a_sweep(pool: Connection) -> None:
    hold(deed(pool), ONE, ALICE)
    late = NOW + QUARTER
    assert hold(deed(pool, late - 1), ONE, BOB).result is Held.TAKEN
    assert hold(deed(pool, late), ONE, BOB).result is Held.HELD
    assert not let_go(deed(pool, late), ONE, ALICE), "it is no longer hers to give up"
    assert named(pool).holder == BOB


def test_so_many_at_once_and_no_more(pool: Connection) -> None:
    assert [hold(deed(pool), number, ALICE).result for number in (ONE, TWO, THREE, FOUR)] == [Held.HELD] * 3 + [
        Held.TOO_MANY
    ]
    assert hold(deed(pool), THREE, ALICE).result is Held.HELD, "which is hers already"
    let_go(deed(pool), TWO, ALICE)
    assert hold(deed(pool), FOUR, ALICE).result is Held.HELD
    assert hold(deed(pool, NOW + QUARTER), TWO, ALICE).result is Held.HELD, "the others are over"


def test_who_lets_go_gives_it_back_once(pool: Connection) -> None:
    hold(deed(pool), ONE, ALICE)
    assert not let_go(deed(pool), ONE, BOB)
    assert let_go(deed(pool), ONE, ALICE) and not let_go(deed(pool), ONE, ALICE)
    assert named(pool).state is NumberState.FREE and named(pool).until is None


@pytest.mark.parametrize("number", ["13900000000", "", "八八八", "1"])
def test_what_is_not_in_the_pool_cannot_be_held(pool: Connection, number: str) -> None:
    assert hold(deed(pool), number, ALICE).result is Held.UNKNOWN


def test_the_sweep_frees_what_is_over_and_nothing_else(engine: Engine) -> None:
    with engine.begin() as connection:
        fill(connection, [ONE, TWO, THREE])
        hold(deed(connection), ONE, ALICE)
        hold(deed(connection), THREE, ALICE)
        hold(deed(connection, NOW + 60), TWO, BOB)
        assert sweep(connection, NOW + QUARTER - 1) == 0
        assert sweep(connection, NOW + QUARTER) == 2
        page = find(connection, Criteria(), NOW + QUARTER, 9, begin(1))
    assert states(engine) == {ONE: "free", TWO: "held", THREE: "free"}
    assert {each.number for each in page.numbers} == {ONE, THREE}


@pytest.mark.peers
def test_whoever_comes_at_once_on_other_nodes_only_one_gets_it(postgres_url: str) -> None:
    from orders.ledger import schema

    engine = open_engine(postgres_url)
    schema.upgrade(engine)
    with engine.begin() as connection:
        fill(connection, [ONE, TWO])
    got: list[tuple[str, str]] = []
    gate = Barrier(8)

    def node(name: str) -> None:
        own = open_engine(postgres_url)
        gate.wait()
        for number in (ONE, TWO) if int(name) % 2 else (TWO, ONE):
            with own.begin() as connection:
                if hold(deed(connection), number, name).result is Held.HELD:
                    got.append((number, name))
        own.dispose()

    nodes = [Thread(target=node, args=(str(name),)) for name in range(8)]
    for thread in nodes:
        thread.start()
    for thread in nodes:
        thread.join(30)
    engine.dispose()
    assert sorted(number for number, _ in got) == [ONE, TWO]


# ── Other halls ──────────────────────────────────────────────────────────────────────────────────────────────────────

UNTIL = NOW + 4 * 3600


def test_a_hall_reserves_the_numbers_it_names_and_gives_them_back(pool: Connection) -> None:
    at = deed(pool)
    made = reserve(at, "web", UNTIL, numbers=[TWO, ONE], subscriber=ALICE)
    assert [each.number for each in made.numbers] == [ONE, TWO] and made.state is ReservationState.STANDS
    assert {(each.state, each.holder, each.until) for each in made.numbers} == {("held", "hall:web", UNTIL)}
    assert reservation(at, made.id) == made and (made.client, made.subscriber, made.until) == ("web", ALICE, UNTIL)
    assert hold(at, ONE, BOB).result is Held.TAKEN
    released = release_reservation(at, made.id)
    assert released is not None and released.state is ReservationState.RELEASED
    assert {each.state for each in released.numbers} == {NumberState.FREE}


def test_a_hall_reserves_so_many_that_fit(pool: Connection) -> None:
    at = deed(pool)
    made = reserve(at, "web", UNTIL, criteria=Criteria(contains="888"), quantity=3)
    assert len(made.numbers) == 3
    other = reserve(at, "wap", UNTIL, criteria=Criteria(contains="888"))
    assert not {each.number for each in other.numbers} & {each.number for each in made.numbers}
    with pytest.raises(NotAvailable, match="so many numbers"):
        reserve(at, "wap", UNTIL, criteria=Criteria(contains="888"))


@pytest.mark.parametrize("numbers", [[ONE, TWO], [ONE, "13900000000"]])
def test_all_of_them_or_none(engine: Engine, numbers: list[str]) -> None:
    with engine.begin() as connection:
        fill(connection, [ONE, TWO])
        hold(deed(connection), TWO, BOB)
    with pytest.raises(NotAvailable) as refused, engine.begin() as connection:
        reserve(deed(connection), "web", UNTIL, numbers=numbers)
    assert refused.value.numbers == (numbers[1],)
    assert states(engine)[ONE] == "free"


def test_what_a_hall_has_reserved_already_is_not_reserved_once_more(pool: Connection) -> None:
    at = deed(pool)
    reserve(at, "web", UNTIL, numbers=[ONE])
    with pytest.raises(NotAvailable):
        reserve(at, "web", UNTIL, numbers=[ONE])


def test_a_reservation_is_over_when_its_time_is(pool: Connection) -> None:
    of = house()
    made = reserve(deed(pool, of=of), "web", UNTIL, numbers=[ONE])
    late = deed(pool, UNTIL, of)
    again = reserve(late, "wap", UNTIL + 60, numbers=[ONE])
    first = reservation(late, made.id)
    assert first is not None and first.state is ReservationState.OVER
    release_reservation(late, made.id)
    assert named(pool).holder == "hall:wap" and reservation(late, again.id) == again


def test_letting_go_of_what_is_over_leaves_what_came_after_it(pool: Connection) -> None:
    of = house()
    first = reserve(deed(pool, of=of), "web", UNTIL, numbers=[ONE])
    late = deed(pool, UNTIL, of)
    second = reserve(late, "web", UNTIL + 60, numbers=[ONE])
    release_reservation(late, first.id)
    assert reservation(late, second.id) == second and named(pool).state is NumberState.HELD


def test_nobody_knows_a_reservation_that_is_none(pool: Connection) -> None:
    assert reservation(deed(pool), 1) is None and release_reservation(deed(pool), 1) is None


def test_a_hall_searches_as_everybody_does(pool: Connection) -> None:
    at = deed(pool)
    page = search(at, Criteria(tail="1"), 5)
    assert [each.number for each in page.numbers] == [ONE] and page.next is None
    first = search(at, Criteria(), 3)
    assert first.next is not None
    assert len(search(at, Criteria(), 3, first.next).numbers) == 1


def test_cooling_is_long(pool: Connection) -> None:
    assert HoldRules().cooling == 90 * DAY
