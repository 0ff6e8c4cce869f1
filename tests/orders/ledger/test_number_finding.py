"""Searching the pool gives just what a reading of every number gives, each once, and not to everybody the same."""

import random
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, delete, update

from orders.ledger.number_finding import find
from orders.ledger.number_streams import ALL, streams_for
from orders.ledger.tables import numbers
from orders.number_grades import grade_of
from orders.number_patterns import ends_with
from orders.number_search import Criteria, begin, mark_of, wanted
from tests.orders.ledger.bench import NOW
from tests.orders.ledger.pool import RULES, fill

CHANCE = random.Random(7)
POOL = sorted(
    {f"139{CHANCE.randrange(10**8):08d}" for _ in range(3000)}
    | {f"1391234{tail}" for tail in ("8888", "8866", "6688", "1234", "4321", "5201", "0520", "5252", "1314", "8181")}
    | {"13952052001", "13911223344", "13988776655", "13912312312", "13900000000"}
)


@pytest.fixture(scope="module")
def filled(shared_engine: Engine) -> Engine:
    with shared_engine.begin() as connection:
        fill(connection, POOL[::2], "hz")
        fill(connection, POOL[1::2], "nb")
    return shared_engine


@pytest.fixture
def pool(filled: Engine) -> Iterator[Connection]:
    with filled.connect() as connection, connection.begin() as doing:
        yield connection
        doing.rollback()


def fits(number: str, wish: Criteria) -> bool:
    prepaid = grade_of(number, RULES).prepaid
    return (
        number.endswith(wish.tail)
        and wish.contains in number[-8:]
        and (not wish.pattern or ends_with(number, wish.pattern))
        and not (wish.without_4 and "4" in number[-8:])
        and (not wish.grade or grade_of(number, RULES).grade == wish.grade)
        and (not wish.region or number in POOL[::2])
        and (wish.least is None or prepaid >= wish.least)
        and (wish.most is None or prepaid <= wish.most)
    )


def all_pages(pool: Connection, wish: Criteria, size: int = 7, chance: int = 1) -> list[str]:
    found, page = [], find(pool, wish, NOW, size, begin(chance))
    while True:
        found += [each.number for each in page.numbers]
        if page.next is None:
            return found
        assert len(page.numbers) == size
        mark = mark_of(str(page.next))
        assert mark == page.next
        page = find(pool, wish, NOW, size, mark)


WISHES = [
    Criteria(),
    Criteria(tail="8"),
    Criteria(tail="88"),
    Criteria(tail="888"),
    Criteria(tail="8888"),
    Criteria(tail="12348888"),
    Criteria(tail="13912348888"),
    Criteria(tail="0"),
    Criteria(contains="5"),
    Criteria(contains="52"),
    Criteria(contains="520"),
    Criteria(contains="5201"),
    Criteria(contains="2052001"),
    Criteria(contains="52052001"),
    Criteria(contains="520", without_4=True),
    Criteria(without_4=True),
    Criteria(tail="8", without_4=True),
    Criteria(tail="66", contains="88"),
    Criteria(pattern="AABB"),
    Criteria(pattern="ABAB"),
    Criteria(pattern="AAAA"),
    Criteria(pattern="AAA"),
    Criteria(pattern="AA"),
    Criteria(pattern="ABBA"),
    Criteria(pattern="AABBCC"),
    Criteria(pattern="AABBCCDD"),
    Criteria(pattern="ABCABC"),
    Criteria(pattern="ABC"),
    Criteria(pattern="ABCD"),
    Criteria(pattern="DCBA"),
    Criteria(pattern="?8?8"),
    Criteria(pattern="88??"),
    Criteria(pattern="123?????"),
    Criteria(pattern="A8A8"),
    Criteria(pattern="AAB?"),
    Criteria(pattern="1?AA"),
    Criteria(grade="ABAB"),
    Criteria(region="hz"),
    Criteria(region="hz", tail="8"),
    Criteria(least=100_000),
    Criteria(most=5_000),
    Criteria(least=5_000, most=50_000, tail="6"),
    Criteria(region="hz", grade="NO4", contains="77"),
]


@pytest.mark.parametrize("wish", WISHES, ids=lambda wish: str(wish).replace("Criteria", ""))
def test_every_number_that_fits_is_found_once_and_no_other(pool: Connection, wish: Criteria) -> None:
    found = all_pages(pool, wish, 7 if wish != Criteria() else 97)
    assert len(found) == len(set(found))
    assert sorted(found) == [number for number in POOL if fits(number, wish)]


def test_each_search_begins_somewhere_else_and_shows_all_the_same(pool: Connection) -> None:
    wish = Criteria(tail="8")
    firsts = [[n.number for n in find(pool, wish, NOW, 5, begin(chance)).numbers] for chance in range(1, 30)]
    assert len({first[0] for first in firsts}) > 20
    assert sorted(all_pages(pool, wish, chance=1)) == sorted(all_pages(pool, wish, chance=2))


def test_what_is_not_to_be_had_is_not_shown_but_what_is_over_is(pool: Connection) -> None:
    number = "13912348888"
    wish = Criteria(tail=number)
    assert all_pages(pool, wish) == [number]
    held = update(numbers).where(numbers.c.number == number)
    pool.execute(held.values(state="held", until=NOW + 1))
    assert all_pages(pool, wish) == []
    pool.execute(held.values(state="held", until=NOW))
    assert all_pages(pool, wish) == [number]
    pool.execute(held.values(state="ordered", until=None, spread=None))
    assert all_pages(pool, wish) == []


def test_pages_go_on_when_numbers_come_and_go_meanwhile(pool: Connection) -> None:
    first = find(pool, Criteria(tail="8"), NOW, 5, begin(3))
    assert first.next is not None
    pool.execute(delete(numbers).where(numbers.c.number.in_([each.number for each in first.numbers])))
    second = find(pool, Criteria(tail="8"), NOW, 5, first.next)
    assert len(second.numbers) == 5 and not set(first.numbers) & set(second.numbers)


@pytest.mark.parametrize(
    "wish",
    [Criteria(tail="8884", without_4=True), Criteria(contains="4", without_4=True), Criteria(least=2, most=1)],
)
def test_what_contradicts_itself_is_not_looked_for(pool: Connection, wish: Criteria) -> None:
    assert wish.impossible and find(pool, wish, NOW, 5, begin(1)).numbers == ()


@pytest.mark.parametrize("wish", [Criteria(tail=str(d)) for d in range(10)] + WISHES[3:], ids=str)
def test_a_search_reads_no_more_streams_than_it_must(wish: Criteria) -> None:
    assert 1 <= len(streams_for(wish)) <= 40
    if len(wish.tail) >= 3 or len(wish.contains) >= 3 or wish.grade or wish.region:
        assert streams_for(wish) != ALL


def test_what_is_written_behind_the_command_is_a_tail_or_a_pattern() -> None:
    assert wanted("888") == Criteria(tail="888")
    assert wanted("aabb") == Criteria(pattern="AABB")
    assert wanted("?8?8") == Criteria(pattern="?8?8")
    assert wanted(" ") == Criteria()


@pytest.mark.parametrize("text", ["", "1-2", "a-b-c", "1-2-3-4", f"{1 << 60}-1-0"])
def test_a_mark_that_is_none_is_no_mark(text: str) -> None:
    assert mark_of(text) is None
