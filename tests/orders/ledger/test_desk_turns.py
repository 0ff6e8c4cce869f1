"""Who is given which task: by promise, urgency and age, of what he can take; and what he may leave to others."""

import random
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, insert, select

from orders.agent_states import Event, Told
from orders.desk_lanes import ANYBODY, RELEASE, DeskRules, Lane
from orders.desk_words import LeaseOver
from orders.ledger import agent_skills, agent_states, desk_claims, desk_history, desk_queue
from orders.ledger.tables import call_tasks
from tests.orders.ledger.desk_seed import IDS, LEASE, NOW, seed_agents, seed_task

RULES = DeskRules(patience=600.0, anyone_after=3_600.0, skipped_for=1_800.0, away=300.0)
HASTY = DeskRules(preview=90.0, preview_then=RELEASE)


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    with engine.begin() as connection:
        seed_agents(connection, "li", "sun")
        yield connection


def claim(connection: Connection, agent: str, now: float = NOW, rules: DeskRules = RULES) -> int | None:
    task = desk_claims.claim_next(connection, agent, now, LEASE, rules)
    return None if task is None else task.id


def taken(connection: Connection, agent: str, now: float = NOW) -> list[int]:
    """All that he would be given, one after the other."""
    order: list[int] = []
    while (task := claim(connection, agent, now)) is not None:
        order.append(task)
        gone = call_tasks.c.id == task
        connection.execute(call_tasks.update().where(gone).values(due_at=None, agent=None, lease_until=None))
    return order


def is_there(connection: Connection, agent: str, at: float) -> None:
    agent_states.happened(connection, agent, Told(Event.SIGN_IN, at, agent, "hall-1"))


def test_what_was_promised_comes_before_what_is_urgent_and_that_before_what_is_old(connection: Connection) -> None:
    seed_task(connection, 1, "1", "1", priority=10, due_at=NOW - 900, lane="zh")
    seed_task(connection, 2, "2", "2", priority=30, due_at=NOW - 5, lane="en")
    seed_task(connection, 3, "3", "3", priority=0, due_at=NOW, lane=str(Lane("zh", "", ANYBODY)))
    seed_task(connection, 4, "4", "4", priority=30, due_at=NOW - 60, lane="zh")
    seed_task(connection, 5, "5", "5", priority=90, due_at=NOW + 60, lane="zh")
    seed_task(connection, 6, "6", "6", priority=10, due_at=NOW - 1_000, lane="en")
    waiting = [each.task.id for each in desk_queue.queue(connection, "li", NOW, RULES).waiting]
    assert waiting == [3, 4, 2, 6, 1]
    assert taken(connection, "li") == waiting, "he is given what he sees"


def test_whoever_speaks_no_english_is_not_given_it_until_nobody_else_has_taken_it(connection: Connection) -> None:
    agent_skills.teach(connection, "li", ["zh"], ["numbers"])
    seed_task(connection, 1, "1", "1", priority=90, lane="en")
    seed_task(connection, 2, "2", "2", priority=80, lane="zh/lines")
    seed_task(connection, 3, "3", "3", priority=70, lane="zh/numbers")
    seed_task(connection, 4, "4", "4", priority=60, lane="zh")
    assert taken(connection, "li") == [3, 4]
    assert claim(connection, "li", NOW + 3_599) is None
    assert taken(connection, "li", NOW + 3_600) == [1, 2]


def test_a_promise_is_his_who_gave_it_and_anybodys_when_he_is_gone(connection: Connection) -> None:
    lane = str(Lane("zh", "", "li"))
    seed_task(connection, 1, "1", "1", due_at=NOW, lane=lane)
    is_there(connection, "li", NOW)
    assert claim(connection, "sun") is None
    assert [task.id for task in desk_queue.queue(connection, "li", NOW - 60, RULES).promised] == [1]
    assert desk_queue.queue(connection, "sun", NOW, RULES).promised == ()
    assert claim(connection, "sun", NOW + 301) == 1, "li gave no sign of life for five minutes"
    desk_claims.release(connection, "sun", 1, NOW + 301)
    assert claim(connection, "li", NOW + 302) == 1


def test_a_promise_that_is_not_kept_is_anybodys_after_a_while(connection: Connection) -> None:
    seed_task(connection, 1, "1", "1", due_at=NOW, lane=str(Lane("zh", "", "li")))
    is_there(connection, "li", NOW + 500)
    assert claim(connection, "sun", NOW + 599) is None
    assert claim(connection, "sun", NOW + 600) == 1


def test_who_skipped_it_is_not_offered_it_for_a_while_and_others_are(connection: Connection) -> None:
    seed_task(connection, 1, "1", "1", priority=90)
    seed_task(connection, 2, "2", "2", priority=10)
    assert claim(connection, "li") == 1
    left = desk_claims.release(connection, "li", 1, NOW)
    desk_history.remark(connection, IDS.next(NOW), left, "li", NOW, "my aunt", "acquainted")
    assert claim(connection, "li") == 2
    assert claim(connection, "sun") == 1
    desk_claims.release(connection, "sun", 1, NOW)
    desk_claims.release(connection, "li", 2, NOW)
    assert claim(connection, "li", NOW + 1_800) == 1
    task = desk_claims.load_task(connection, 1)
    assert task is not None
    assert [(each.reason, each.note) for each in desk_history.remarks(connection, task)] == [("acquainted", "my aunt")]


def test_whoever_only_reads_loses_it_where_that_is_the_rule(connection: Connection) -> None:
    seed_task(connection, 1, "1", "1")
    assert claim(connection, "li", NOW, HASTY) == 1
    assert desk_claims.extend(connection, "li", 1, NOW + 30, LEASE, HASTY) == NOW + 90
    assert claim(connection, "li", NOW + 60, HASTY) == 1, "a reload begins no new time"
    with pytest.raises(LeaseOver):
        desk_claims.extend(connection, "li", 1, NOW + 90, LEASE, HASTY)
    assert claim(connection, "sun", NOW + 90, HASTY) == 1
    desk_claims.dialled(connection, "sun", 1, NOW + 150, LEASE)
    assert desk_claims.extend(connection, "sun", 1, NOW + 170, LEASE, HASTY) == NOW + 170 + LEASE


def test_once_it_was_dialled_that_is_known_until_it_is_somebody_elses(connection: Connection) -> None:
    seed_task(connection, 1, "1", "1")
    claim(connection, "li")
    desk_claims.dialled(connection, "li", 1, NOW + 5, LEASE)
    desk_claims.dialled(connection, "li", 1, NOW + 50, LEASE)
    task = desk_claims.load_task(connection, 1)
    assert task is not None and (task.claimed_at, task.dialled_at) == (NOW, NOW + 5)
    assert claim(connection, "sun", NOW + 50 + LEASE) == 1
    task = desk_claims.load_task(connection, 1)
    assert task is not None and (task.claimed_at, task.dialled_at) == (NOW + 50 + LEASE, None)


def test_what_is_in_hand_waits_no_more(connection: Connection) -> None:
    for task in (1, 2, 3):
        seed_task(connection, task, str(task), str(task), due_at=NOW - task)
    seed_task(connection, 4, "4", "4", due_at=NOW + 60)
    claim(connection, "li")
    counts = desk_queue.counted(connection, NOW)
    assert (counts.due, counts.later, counts.held, counts.oldest_at) == (2, 1, 1, NOW - 2)
    assert desk_queue.queue(connection, "li", NOW, RULES).mine == 3


def test_in_whatever_lanes_they_wait_they_are_given_out_as_a_list_would_be(connection: Connection) -> None:
    chance = random.Random(7)
    rows = []
    for task in range(1, 201):
        lane = chance.choice(["", "zh", "en", "zh/numbers", "en/numbers", "zh//*", "zh/numbers/sun", "en//li"])
        rows.append(
            {"subscriber": str(task), "id": task, "reasons": "[]", "created_at": NOW, "attempts": 0, "lane": lane}
            | {"priority": chance.randrange(5) * 10, "due_at": NOW + chance.randrange(-9_000, 900)}
        )
    connection.execute(insert(call_tasks), rows)
    is_there(connection, "sun", NOW)
    agent_skills.teach(connection, "li", ["zh"], None)
    expected = sorted((row for row in rows if _his(row)), key=_rank)
    assert [row["id"] for row in expected] == taken(connection, "li")


def _his(row: dict[str, object]) -> bool:
    """Said once more, without lanes: li speaks Chinese and knows everything; sun is there."""
    waited = NOW - float(str(row["due_at"]))
    language, _, promised_by = (str(row["lane"]) + "//").split("/")[:3]
    if promised_by == "li":
        return waited >= 0
    if promised_by == "sun" and waited < 600:
        return False
    return waited >= (3_600 if language == "en" else 0)


def _rank(row: dict[str, object]) -> tuple[object, ...]:
    promised = str(row["lane"]).count("/") == 2
    return not promised, -int(str(row["priority"])), row["due_at"], row["id"]


def test_nobody_is_left_when_all_have_been_given_out(connection: Connection) -> None:
    seed_task(connection, 1, "1", "1", lane="en/numbers/li")
    assert taken(connection, "sun") == [1]
    assert connection.execute(select(call_tasks.c.id).where(call_tasks.c.due_at.is_not(None))).all() == []
