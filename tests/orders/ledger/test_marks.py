"""What chains cannot show, since nothing of it is left: an order that was taken away whole, an end together with its
state. A node's marks show it."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import Connection, Engine, delete, select, update

from orders.ledger import access_log, marks
from orders.ledger.engine import reading
from orders.ledger.house import House
from orders.ledger.ids import Ids
from orders.ledger.order_rows import load_order, update_orders
from orders.ledger.tables import access_log as access_rows
from orders.ledger.tables import audit_marks, order_events, order_items, orders
from orders.ledger.verifying import bad_marks, bad_orders, sealed_by
from orders.order import Act, Change, changed
from tests.orders.ledger.desk_seed import WANG, ZHAO, seed_order

AT = 1_760_000_000.0  # when ids are made by the clock
FIRST, SECOND = "1000000016", "1000000024"


def _never(*_: object) -> None:
    raise AssertionError("no turn is taken here")


@pytest.fixture
def house() -> House:
    return House(node="hall-1", ids=Ids(0), take_turn=_never, render=_never, join=_never)  # type: ignore[arg-type]


@pytest.fixture
def connection(engine: Engine):  # type: ignore[no-untyped-def]
    with engine.begin() as connection:
        yield connection


@pytest.fixture
def marked(connection: Connection, house: House) -> Connection:
    """Two orders, one of them cancelled a minute later; a mark after each step."""
    seed_order(connection, FIRST, at=AT, ids=house.ids)
    seed_order(connection, SECOND, ZHAO, at=AT + 1, ids=house.ids)
    access_log.note(connection, AT + 2, "ann", "agent", "opened", "task 1")
    assert marks.due(connection, house, AT + 60)
    cancel(connection, house, AT + 70)
    assert marks.due(connection, house, AT + 140)
    return connection


def cancel(connection: Connection, house: House, at: float) -> None:
    order = load_order(connection, WANG, FIRST)
    assert order is not None
    update_orders(connection, house.ids, [Change(order, *changed(order, Act.CANCEL, "subscriber", at))])


def faults(connection: Connection) -> list[str]:
    return [str(bad) for bad in bad_marks(connection)]


def test_all_that_was_written_is_marked_once(marked: Connection, house: House) -> None:
    assert [(row.serial, row.events, row.logged) for row in marked.execute(select(audit_marks))] == [
        (1, 2, 1),
        (2, 1, 1),
    ]
    assert faults(marked) == [] and marks.unmarked(marked) == 0
    assert marks.due(marked, house, AT + 300) is None  # nothing is new
    access_log.note(marked, AT + 310, "ann", "agent", "opened", "task 2")
    mark = marks.due(marked, house, AT + 320)
    assert mark is not None and (mark.events, mark.logged) == (0, 2) and faults(marked) == []


def test_a_mark_waits_for_a_minute_and_for_what_may_still_be_committed(connection: Connection, house: House) -> None:
    seed_order(connection, FIRST, at=AT, ids=house.ids)
    assert marks.due(connection, house, AT + 1) is None  # not settled
    assert marks.due(connection, house, AT + 6)
    cancel(connection, house, AT + 10)
    assert marks.due(connection, house, AT + 30) is None
    assert marks.unmarked(connection) == 1
    assert marks.due(connection, house, AT + 66)


def test_much_is_marked_at_once(connection: Connection, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marks, "MOST", 1)
    monkeypatch.setattr(marks, "_mine", marks._mine.limit(None).limit(1))
    seed_order(connection, FIRST, at=AT, ids=house.ids)
    seed_order(connection, SECOND, ZHAO, at=AT, ids=house.ids)
    assert [bool(marks.due(connection, house, AT + 60 + step)) for step in range(3)] == [True, True, False]
    assert faults(connection) == [] and marks.unmarked(connection) == 0


def test_each_node_marks_its_own(connection: Connection, house: House) -> None:
    other = replace(house, node="hall-2", ids=Ids(2))
    seed_order(connection, FIRST, at=AT, ids=house.ids)
    order = load_order(connection, WANG, FIRST)
    assert order is not None
    update_orders(connection, other.ids, [Change(order, *changed(order, Act.CANCEL, "subscriber", AT + 5))])
    for node in (house, other):
        mark = marks.due(connection, node, AT + 60)
        assert mark is not None and mark.events == 1
    assert faults(connection) == [] and marks.ordinals(connection) == [0, 2]


def _without_the_order(connection: Connection) -> None:
    for table in (orders, order_items, order_events):
        connection.execute(delete(table).where(table.c.number == SECOND))


def _without_its_end(connection: Connection) -> None:
    connection.execute(delete(order_events).where(order_events.c.act == "cancel"))
    connection.execute(update(orders).where(orders.c.number == FIRST).values(state="held"))


def _without_a_mark(connection: Connection) -> None:
    connection.execute(delete(audit_marks).where(audit_marks.c.serial == 1))


def _with_another_mark(connection: Connection) -> None:
    connection.execute(update(audit_marks).where(audit_marks.c.serial == 1).values(at=AT))


def _with_an_order_more(connection: Connection) -> None:
    seed_order(connection, "1000000032", ZHAO, at=AT + 0.5, ids=Ids(0))


def _without_the_log(connection: Connection) -> None:
    connection.execute(delete(access_rows))


def _with_another_log(connection: Connection) -> None:
    connection.execute(update(access_rows).values(hash=bytes(32)))


@pytest.mark.parametrize(
    ("spoil", "mark", "what"),
    [
        (_without_the_order, "0/1", "2 events of orders were written since the mark before it, and 1 are there"),
        (_without_its_end, "0/2", "1 events of orders were written since the mark before it, and 0 are there"),
        (_without_a_mark, "0/2", "mark 0/1 is missing before it"),
        (_with_another_mark, "0/1", "is not as it was"),
        (_with_an_order_more, "0/1", "and 3 are there"),
        (_without_the_log, "0/1", "the access log had 1 rows then, and now has fewer"),
        (_with_another_log, "0/1", "a row of the access log"),
    ],
)
def test_what_was_taken_away_is_found(
    marked: Connection, spoil: Callable[[Connection], None], mark: str, what: str
) -> None:
    spoil(marked)
    first = faults(marked)[0]
    assert first.startswith(f"mark {mark} of ") and what in first
    if spoil is _without_its_end:
        assert list(bad_orders(marked)) == []  # what is there is whole


def test_a_mark_that_an_auditor_wrote_down_is_still_there(marked: Connection) -> None:
    mark = marks.last_of(marked, 0)
    noted = f"{mark.name}:{mark.hash.hex()[:12]}"
    assert sealed_by(marked, noted) is None
    assert "is not there" in str(sealed_by(marked, "0/9:abcdef123456"))
    assert "is another one" in str(sealed_by(marked, f"{mark.name}:000000000000"))
    assert "write" in str(sealed_by(marked, "x"))


def test_marks_are_few_and_small(connection: Connection, house: House) -> None:
    """Each reads what is new since the last, and no more."""
    seed_order(connection, FIRST, at=AT, ids=house.ids)
    marks.due(connection, house, AT + 60)
    assert marks.due(connection, house, AT + 120) is None
    names = {"ordinal": 0, "beyond": 0, "before": 1}
    query = marks._mine.compile(connection.engine, compile_kwargs={"render_postcompile": True})
    if connection.dialect.name == "sqlite":
        values = query.construct_params(names)
        plan = connection.exec_driver_sql(
            f"EXPLAIN QUERY PLAN {query}", tuple(values[name] for name in query.positiontup or ())
        )
        assert "order_events_made" in str(plan.all())


def test_a_mark_made_beside_is_the_one_that_would_have_been_made_here(connection: Connection, house: House) -> None:
    seed_order(connection, FIRST, at=AT, ids=house.ids)
    beside = marks.ready(connection, house.ids.ordinal, AT + 60)
    assert beside is not None and beside == marks.due(connection, house, AT + 60)
    marks.keep(connection, beside)  # too late: it is there
    assert [row.serial for row in connection.execute(select(audit_marks))] == [1] and faults(connection) == []
    cancel(connection, house, AT + 70)
    beside = marks.ready(connection, house.ids.ordinal, AT + 140)
    assert beside is not None and beside.serial == 2
    marks.keep(connection, beside)
    assert marks.unmarked(connection) == 0 and faults(connection) == []


def test_what_is_being_committed_while_a_mark_is_made_is_in_the_next(engine: Engine, house: House) -> None:
    with engine.begin() as connection:
        seed_order(connection, FIRST, at=AT, ids=house.ids)
    with engine.begin() as connection:
        seed_order(connection, SECOND, ZHAO, at=AT + 1, ids=house.ids)
        with reading(engine) as beside:
            first = marks.ready(beside, house.ids.ordinal, AT + 60)
    with engine.begin() as connection:
        assert first is not None and first.events == 1
        marks.keep(connection, first)
        assert marks.due(connection, house, AT + 120)
        assert marks.unmarked(connection) == 0 and faults(connection) == []


def test_who_stops_leaves_nothing_unmarked(connection: Connection, house: House) -> None:
    seed_order(connection, FIRST, at=AT, ids=house.ids)
    marks.due(connection, house, AT + 10)
    cancel(connection, house, AT + 11)
    marks.last_words(connection, house, AT + 11)
    assert marks.unmarked(connection) == 0 and faults(connection) == []
