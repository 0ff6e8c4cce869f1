"""Who is erased is nowhere any more, and what was ordered is proved all the same."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Boolean, Connection, Engine, LargeBinary, Table, Text, insert, select, update

from dialogs.words import AgentDecided, Inbound
from orders.ledger import access_log, decisions, desk_claims, marks
from orders.ledger.deed import Deed
from orders.ledger.desk_card import task_card
from orders.ledger.erasing import GOES, PLAN, CannotErase, erase, people, remaining
from orders.ledger.house import House
from orders.ledger.ids import Ids
from orders.ledger.order_rows import load_order, update_orders
from orders.ledger.tables import (
    call_attempts,
    call_tasks,
    metadata,
    order_events,
    order_private,
    orders,
)
from orders.ledger.verifying import bad_log, bad_marks, bad_orders
from orders.order import Act, Change, OrderState, changed
from tests.orders.ledger.desk_seed import (
    LEASE,
    NOW,
    WANG,
    ZHAO,
    seed_heard,
    seed_offers,
    seed_order,
    seed_said,
    seed_subscriber,
    seed_task,
)

NUMBER, OTHER = "1000000016", "1000000024"
WORDS = "长安街的隐私"
NOBODY = "erased0a1b2c3d4e5f"


class Desk:
    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.house = House("hall-1", Ids(0), None, None, None)  # type: ignore[arg-type]

    def deed(self, at: float = NOW + 100) -> Deed:
        return Deed(self.connection, self.house, at, lambda *_, **__: None)

    def erase(self, who: str = WANG, force: bool = False) -> Any:
        return erase(self.deed(), who, NOBODY, "ann@hall", "he asked for it", force)

    def whole(self) -> bool:
        connection = self.connection
        return not [*bad_orders(connection), *bad_marks(connection), *bad_log(connection)]


@pytest.fixture
def desk(engine: Engine):  # type: ignore[no-untyped-def]
    """Wang ordered, changed his address on the telephone, and got it; Zhao ordered, too."""
    with engine.begin() as connection:
        desk = Desk(connection)
        seed_offers(connection)
        seed_subscriber(connection, WANG, name="王先生", address=WORDS)
        seed_heard(connection, 1, NOW, f"寄到{WORDS}，电话13800138000")
        seed_said(connection, 2, NOW, f"好的，{WORDS}")
        seed_order(connection, NUMBER, ids=desk.house.ids)
        seed_order(connection, OTHER, ZHAO, ids=desk.house.ids)
        seed_task(connection, 7, NUMBER)
        desk_claims.claim_next(connection, "li", NOW + 1, LEASE)
        decided = AgentDecided(7, "li", "changed", f"{WORDS}，邻居代收", {"address": WORDS}, None)
        told = _decision(decided)
        decisions.take(desk.deed(NOW + 60), told)
        _complete(desk)
        marks.due(connection, desk.house, NOW + 86_400)
        yield desk


def _decision(decided: AgentDecided) -> Any:
    return Inbound(9, "desk", WANG, "", NOW + 60, decided)


def _complete(desk: Desk) -> None:
    order = load_order(desk.connection, WANG, NUMBER)
    assert order is not None and order.state == "inProgress"
    update_orders(
        desk.connection, desk.house.ids, [Change(order, *changed(order, Act.COMPLETE, "carrier:sf", NOW + 90))]
    )


def test_every_table_that_holds_people_says_what_becomes_of_them() -> None:
    assert {table.name for table in people()} == set(PLAN)
    for name, emptied in PLAN.items():
        assert set(emptied or ()) <= set(metadata.tables[name].columns.keys())


def test_his_orders_stay_and_are_proved_and_he_is_nowhere(desk: Desk) -> None:
    assert desk.whole()
    erased = desk.erase()
    assert erased.orders == (NUMBER,)
    assert desk.whole()
    assert remaining(desk.connection, WANG) == {}
    row = desk.connection.execute(select(orders).where(orders.c.number == NUMBER)).one()
    assert (row.subscriber, row.address, row.salt, row.state) == (NOBODY, None, None, OrderState.COMPLETED)
    assert {each.subscriber for each in desk.connection.execute(select(order_events))} == {NOBODY, ZHAO}
    assert desk.connection.execute(select(order_private)).all() == []
    [attempt] = desk.connection.execute(select(call_attempts)).all()
    assert (attempt.agent, attempt.outcome, attempt.note, attempt.changes) == ("li", "changed", "", "{}")
    [noted] = access_log.listed(desk.connection)
    assert (noted.who, noted.act, noted.what, noted.why) == ("ann@hall", "erased", NOBODY, "he asked for it")


def test_nothing_of_him_can_be_read_in_any_table(desk: Desk) -> None:
    desk.erase()
    for table in metadata.sorted_tables:
        for row in desk.connection.execute(select(table)):
            said = " ".join(map(str, row))
            assert not [word for word in (WANG, "13800138000", WORDS, "王先生", "邻居") if word in said], table.name


def _filled(table: Table) -> dict[str, Any]:
    """A row that has his number and his words wherever they can stand."""
    emptied = PLAN[table.name]
    row: dict[str, Any] = {}
    for column in table.columns:
        if column.name == "subscriber":
            row[column.name] = WANG
        elif isinstance(column.type, Text):
            private = emptied is GOES or column.name in (emptied or {})
            row[column.name] = f"{WORDS} {WANG}" if private else "x"
        else:
            kind = column.type
            row[column.name] = False if isinstance(kind, Boolean) else b"x" if isinstance(kind, LargeBinary) else 1
    return row


@pytest.mark.parametrize("name", sorted(set(PLAN) - {"orders", "order_events", "order_private", "order_items"}))
def test_whatever_stood_in_a_table_is_gone(engine: Engine, name: str) -> None:
    with engine.begin() as connection:
        connection.execute(insert(metadata.tables[name]), [_filled(metadata.tables[name])])
        Desk(connection).erase()
        assert remaining(connection, WANG) == {}
        [*rows] = connection.execute(select(metadata.tables[name]))
        assert WORDS not in str(rows) and len(rows) == (PLAN[name] is not GOES)


def test_what_others_wrote_of_him_is_told(desk: Desk) -> None:
    seed_heard(desk.connection, 11, NOW, "我朋友 13800138000 也要", who=ZHAO)
    desk.erase()
    assert remaining(desk.connection, WANG) == {"inbound.content": 1}


def test_what_is_under_way_is_not_erased_unless_it_is_cancelled(desk: Desk) -> None:
    seed_task(desk.connection, 8, OTHER, ZHAO)
    with pytest.raises(CannotErase, match=f"order {OTHER} is under way.*--force"):
        desk.erase(ZHAO)
    assert desk.connection.scalar(select(orders.c.subscriber).where(orders.c.number == OTHER)) == ZHAO
    desk.erase(ZHAO, force=True)
    row = desk.connection.execute(select(orders).where(orders.c.number == OTHER)).one()
    assert (row.subscriber, row.state) == (NOBODY, "cancelled")
    task = desk.connection.execute(select(call_tasks).where(call_tasks.c.id == 8)).one()
    assert task.due_at is None and desk.whole()


def test_what_a_carrier_has_is_waited_for(desk: Desk) -> None:
    order = load_order(desk.connection, ZHAO, OTHER)
    assert order is not None
    for act in (Act.CONFIRM, Act.ASK_CANCEL):
        after, event = changed(order, act, "agent:li", NOW + 5)
        update_orders(desk.connection, desk.house.ids, [Change(order, after, event)])
        order = after
    with pytest.raises(CannotErase, match="with a carrier"):
        desk.erase(ZHAO, force=True)


def test_nobody_is_erased_who_is_not_there(desk: Desk) -> None:
    with pytest.raises(CannotErase, match="nothing is known"):
        desk.erase("8613000000000")


def _without_a_reason(connection: Connection) -> None:
    """Somebody took the salt, and a pseudonym of his own making, to hide whose order it is."""
    for table in ("orders", "order_items", "order_events", "order_private"):
        his = metadata.tables[table].c.subscriber == WANG
        connection.execute(update(metadata.tables[table]).where(his).values(subscriber="erased0"))
    connection.execute(order_private.delete())
    connection.execute(update(orders).where(orders.c.number == NUMBER).values(salt=None))


def _but_kept_a_word(connection: Connection) -> None:
    row = {"subscriber": NOBODY, "number": NUMBER, "event": 1, "data": '{"note":"x"}'}
    connection.execute(insert(order_private), [row])


@pytest.mark.parametrize(
    ("spoil", "what"),
    [(_without_a_reason, "its salt is gone"), (_but_kept_a_word, "its private note is not as it was written")],
)
def test_an_erasing_that_was_none_is_found(desk: Desk, spoil: Callable[[Connection], None], what: str) -> None:
    if spoil is _but_kept_a_word:
        desk.erase()
    spoil(desk.connection)
    [bad] = bad_orders(desk.connection)
    assert NUMBER in bad.where and what in bad.what


def test_an_agent_still_sees_what_was_done_and_not_for_whom(desk: Desk) -> None:
    desk.erase()
    card = task_card(desk.connection, 7)
    assert card.name is None and card.conversation == () and card.task.subscriber == NOBODY
    assert [event.act for event in card.events] == ["place_flagged", "change", "complete"]
    assert "address" not in card.events[1].data and "note" not in card.events[1].data
