"""After a delivery he is asked how it was: once, by day, and not in the middle of something else."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, select, update

from dialogs.words import Begun, Request
from orders.ledger import survey_services, surveys
from orders.ledger.tables import call_tasks, subscribers
from orders.ledger.tables import surveys as table
from orders.lookup import Answer
from orders.surveying import SurveyRules, decent
from tests.orders.ledger.bench import ALICE
from tests.orders.ledger.test_delivery import SF, Post, Step

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).timestamp()


@pytest.mark.parametrize(
    ("moment", "then"),
    [
        ("2026-11-22T08:00:00", "2026-11-22T08:00:00"),
        ("2026-11-22T20:59:59", "2026-11-22T20:59:59"),
        ("2026-11-22T21:00:00", "2026-11-23T08:00:00"),
        ("2026-11-22T23:30:00", "2026-11-23T08:00:00"),
        ("2026-11-22T03:00:00", "2026-11-22T08:00:00"),
    ],
)
def test_nobody_is_asked_in_the_night(moment: str, then: str) -> None:
    assert decent(at(moment), (8, 21), SHANGHAI) == at(then)


class Asking(Post):
    def __init__(self, engine: Engine, **rules: object) -> None:
        super().__init__(engine, SF)
        survey = replace(SurveyRules(hours=(0, 24)), **rules)  # type: ignore[arg-type]
        self.house = replace(self.house, survey=survey, time_zone=UTC)

    def delivered(self) -> str:
        number = self.order()
        self.round()
        self.tell(number, Step.PICK_UP, Step.DELIVER)
        return number

    def begins(self, after: float = 0.0) -> list[Begun]:
        self.now += after
        with self.engine.begin() as connection:
            found = surveys.due(connection, self.house, self.now, 10)
        return [each.kind for each in found if isinstance(each.kind, Begun)]

    def asks(self, service: str, number: str, **arguments: int | str) -> Answer:
        answering = getattr(survey_services, service)
        with self.engine.begin() as connection:
            request = Request(1, f"survey.{service}", {"number": number, **arguments})
            answer: Answer = answering(self.deed(connection), ALICE, request)
        return answer

    def row(self) -> object:
        (only,) = self.bench.rows(table)
        return only


@pytest.fixture
def asking(engine: Engine) -> Asking:
    return Asking(engine)


def test_he_is_asked_some_time_after_it_was_delivered_and_once(asking: Asking) -> None:
    number = asking.delivered()
    assert asking.begins(7_199.0) == []
    assert asking.begins(1.0) == [Begun("survey", {"number": number})]
    assert asking.asks("opened", number).values == {
        "number": number,
        "name": {"zh": "酷派F800", "en": "Coolpad F800"},
    }
    assert asking.begins(1e5) == []
    assert asking.asks("opened", number).result == "closed"


def test_who_was_busy_is_come_back_to_until_it_has_been_too_long(asking: Asking) -> None:
    asking.delivered()
    assert len(asking.begins(7_200.0)) == 1
    assert asking.begins(599.0) == []
    assert len(asking.begins(1.0)) == 1
    assert asking.begins(72 * 3_600.0) == []
    assert asking.begins(1e6) == []


def test_his_score_and_his_reason_are_kept_once(asking: Asking) -> None:
    number = asking.delivered()
    asking.asks("opened", number)
    assert asking.asks("commented", number, comment="early").result == "closed"
    assert asking.asks("scored", number, score=2).result == "low"
    assert asking.asks("scored", number, score=5).result == "closed"
    assert asking.asks("commented", number, comment="太慢了").result == "kept"
    (row,) = asking.bench.rows(table)
    assert (row.score, row.comment, row.carrier) == (2, "太慢了", "sf")
    assert asking.bench.rows(call_tasks) == []


def test_a_good_score_is_asked_no_further(asking: Asking) -> None:
    number = asking.delivered()
    asking.asks("opened", number)
    assert asking.asks("scored", number, score=3).result == "good"


def test_an_answer_counts_for_so_long(asking: Asking) -> None:
    number = asking.delivered()
    asking.asks("opened", number)
    asking.now += 72 * 3_600.0 + 1
    assert asking.asks("scored", number, score=5).result == "closed"


def test_a_low_score_may_have_somebody_ring_him(engine: Engine) -> None:
    asking = Asking(engine, call_back=True)
    number = asking.delivered()
    asking.asks("opened", number)
    asking.asks("scored", number, score=1)
    assert [row.order_number for row in asking.bench.rows(call_tasks)] == [None]


def test_who_wants_no_marketing_is_left_alone_where_the_operator_says_so(engine: Engine) -> None:
    asking = Asking(engine, respect_optout=True)
    with engine.begin() as connection:
        connection.execute(subscribers.insert().values(subscriber=ALICE, updated_at=asking.now))
        connection.execute(update(subscribers).values(marketing=False))
    asking.delivered()
    assert asking.begins(7_200.0) == []
    with engine.begin() as connection:
        assert connection.execute(select(table.c.due_at)).scalar_one() is None


def test_nobody_is_asked_where_nobody_is_to_be(engine: Engine) -> None:
    post = Asking(engine)
    post.house = replace(post.house, survey=None)
    post.delivered()
    assert post.bench.rows(table) == []
