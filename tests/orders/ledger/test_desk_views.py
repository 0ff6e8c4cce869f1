from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine

from dialogs.words import AgentDecided, Inbound
from orders.desk_lanes import DeskRules
from orders.desk_words import TaskGone
from orders.ledger import agents, decisions, desk_board, desk_card, desk_claims, desk_queue
from orders.ledger.deed import Deed
from orders.order import Flag, OrderItem
from tests.orders.ledger.desk_seed import (
    LEASE,
    NOW,
    WANG,
    ZHAO,
    seed_agents,
    seed_heard,
    seed_offers,
    seed_order,
    seed_said,
    seed_subscriber,
    seed_task,
)
from tests.orders.ledger.test_desk_decisions import HOUSE

REASON = Flag("high_value", {"total": 276_000, "limit": 200_000})


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    with engine.begin() as connection:
        seed_offers(connection)
        seed_agents(connection, "li", "boss")
        yield connection


def test_a_card_holds_all_an_agent_should_know_before_he_rings(connection: Connection) -> None:
    seed_subscriber(connection, WANG, name="王先生")
    seed_order(connection, "1000000008", at=NOW - 90_000, flags=())
    seed_order(connection, "1000000016", items=[OrderItem("F800", 2, 138_000)], flags=[REASON])
    seed_order(connection, "1000000024", ZHAO)
    seed_task(connection, 1, "1000000016", flags=[REASON])
    seed_heard(connection, 1, NOW - 9, "你好啊", intent="none")
    seed_said(connection, 2, NOW - 9, "没有听懂")
    seed_heard(connection, 3, NOW - 5, "DG F800 2", intent="order")
    seed_heard(connection, 4, NOW - 4, "half of something", kind="part")
    seed_said(connection, 5, NOW - 3, "回复Y", state="failed")

    card = desk_card.task_card(connection, 1)

    assert card.name == "王先生"
    assert card.order is not None
    assert (card.order.number, card.order.total, card.order.state) == ("1000000016", 276_000, "held")
    assert card.order.items[0].names == {"zh": "酷派F800", "en": "Coolpad F800"}
    assert card.task.reasons == (REASON,)
    assert [order.number for order in card.earlier] == ["1000000008"]
    assert [(line.text, line.ours, line.understood) for line in card.conversation] == [
        ("你好啊", False, False),
        ("没有听懂", True, True),
        ("DG F800 2", False, True),
        ("回复Y", True, True),
    ]
    assert [line.state for line in card.conversation] == ["", "delivered", "", "failed"]
    assert {line.channel for line in card.conversation} == {"sms"}
    assert [event.act for event in card.events] == ["place_flagged"]


def test_a_card_is_found_however_many_orders_came_after_it(connection: Connection) -> None:
    for count in range(15):
        seed_order(connection, f"10000001{count:02}", at=NOW + count)
    seed_task(connection, 1, "1000000100")
    card = desk_card.task_card(connection, 1)
    assert card.order is not None and card.order.number == "1000000100"
    assert len(card.earlier) == 10


def test_a_card_shows_the_end_of_a_long_conversation(connection: Connection) -> None:
    seed_order(connection, "1000000016")
    seed_task(connection, 1, "1000000016")
    for count in range(100):
        seed_heard(connection, count, NOW + count, str(count))
    lines = [line.text for line in desk_card.task_card(connection, 1).conversation]
    assert lines == [str(count) for count in range(40, 100)]


def test_a_request_for_an_agent_has_a_card_without_an_order(connection: Connection) -> None:
    seed_order(connection, "1000000016")
    seed_task(connection, 1, None)
    card = desk_card.task_card(connection, 1)
    assert (card.order, card.events) == (None, ())
    assert [order.number for order in card.earlier] == ["1000000016"]


def test_an_offer_that_left_the_catalogue_does_not_hide_the_item(connection: Connection) -> None:
    seed_order(connection, "1000000016", items=[OrderItem("OLD", 1, 100)])
    seed_task(connection, 1, "1000000016")
    card = desk_card.task_card(connection, 1)
    assert card.order is not None
    assert (card.order.items[0].offer, card.order.items[0].names) == ("OLD", {})


def test_there_is_no_card_of_nothing(connection: Connection) -> None:
    with pytest.raises(TaskGone):
        desk_card.task_card(connection, 7)


def test_the_queue_lists_what_an_agent_would_get_next(connection: Connection) -> None:
    seed_order(connection, "1000000016")
    seed_task(connection, 1, "1000000016", due_at=NOW - 60)
    seed_task(connection, 2, None, ZHAO, priority=99)
    seed_task(connection, 3, "x", ZHAO, due_at=NOW + 60)
    seed_task(connection, 4, "y", ZHAO, priority=100)
    desk_claims.claim_next(connection, "li", NOW, LEASE)
    queue = desk_queue.queue(connection, "li", NOW, DeskRules())
    assert [(waiting.task.id, waiting.total) for waiting in queue.waiting] == [(2, None), (1, 138_000)]
    assert (queue.due, queue.later, queue.mine) == (2, 1, 4)
    assert desk_queue.queue(connection, "sun", NOW, DeskRules()).mine is None


def test_the_board_shows_the_desk_at_a_glance(connection: Connection) -> None:
    seed_order(connection, "1000000016")
    seed_task(connection, 1, "1000000016")
    desk_claims.claim_next(connection, "li", NOW, LEASE)
    told = Inbound(9, "desk", WANG, "", NOW, AgentDecided(1, "li", "confirmed"))
    decisions.take(Deed(connection, HOUSE, NOW, lambda *_: None), told)
    seed_task(connection, 2, None, due_at=NOW - 50)
    seed_task(connection, 3, None, ZHAO, priority=99)
    desk_claims.claim_next(connection, "li", NOW + 1, LEASE)
    agents.open_session(connection, "li", b"token", "csrf", NOW)

    board = desk_board.board(connection, NOW + 1)

    assert (board.due, board.later, board.held, board.oldest_at) == (1, 0, 1, NOW - 50)
    assert board.outcomes == {"confirmed": 1}
    boss, li = board.agents
    assert (boss.name, boss.role, boss.seen_at, boss.task) == ("boss", "supervisor", None, None)
    assert (li.name, li.seen_at, li.task, li.outcomes) == ("li", NOW, 3, {"confirmed": 1})
    assert desk_board.board(connection, NOW + 90_000).outcomes == {}


def test_the_board_of_an_empty_desk(connection: Connection) -> None:
    board = desk_board.board(connection, NOW)
    assert (board.due, board.later, board.held, board.oldest_at) == (0, 0, 0, None)
