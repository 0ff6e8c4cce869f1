"""Who ordered by telephone is rung for the survey: in his hours, a few times, once; if not reached, he is texted."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, insert, select, update

from dialogs.words import Begun
from orders import calling_hours
from orders.calling import HOUSE
from orders.calling_hours import CallingHours
from orders.ledger import phone_calls, survey_calls, surveys
from orders.ledger.tables import phone_calls as calls_table
from orders.ledger.tables import subscribers
from orders.ledger.tables import surveys as table
from orders.telephoning import OVER, PhoneCall
from tests.orders.ledger.bench import ALICE
from tests.orders.ledger.test_surveys import Asking

AFTER, HOUR = 7_200.0, 3_600.0


def open_at(hours: str) -> CallingHours:
    return calling_hours.parse(f"- hours: {hours}", "hours.yaml", ZoneInfo("UTC"))


class Ringing(Asking):
    """Whoever orders by text is rung, so that an order is quickly made."""

    def rings(self, after: float = 0.0, at_once: int = 10) -> list[tuple[PhoneCall, str]]:
        self.now += after
        with self.engine.begin() as connection:
            return survey_calls.due(connection, self.house, self.now, 10, at_once)

    def ended(self, call: PhoneCall, number: str, ending: str, answered: bool = False) -> None:
        self.now += 30
        over = replace(call, state=OVER, ending=ending, answered_at=self.now - 20 if answered else None)
        with self.engine.begin() as connection:
            survey_calls.over(connection, self.house, over, number, self.now)

    @property
    def survey(self) -> tuple[float | None, float | None, int]:
        (row,) = self.bench.rows(table)
        return row.ring_at, row.due_at, row.rung

    def alter(self, **values: object) -> None:
        with self.engine.begin() as connection:
            connection.execute(update(table).values(**values))


@pytest.fixture
def ringing(engine: Engine) -> Ringing:
    asking = Ringing(engine, ring=frozenset({"sms"}))
    asking.house = replace(asking.house, calling_hours=open_at("00:00-24:00"))
    return asking


def test_he_is_rung_instead_of_texted_and_once_he_has_been_asked_nobody_asks_again(ringing: Ringing) -> None:
    number = ringing.delivered()
    assert ringing.rings(AFTER - 1) == []
    [(call, order)] = ringing.rings(1)
    assert (order, call.subscriber, call.agent, call.task) == (number, ALICE, HOUSE, 0)
    assert ringing.begins() == [], "no text beside the call"
    assert ringing.rings(1) == [], "he is being rung"
    assert ringing.asks("opened", number).result == "open"
    assert ringing.asks("scored", number, score=4).result == "good"
    ringing.ended(call, number, "talked", answered=True)
    assert ringing.survey == (None, None, 1)
    assert (ringing.rings(1e5), ringing.begins(0)) == ([], [])


def test_who_is_not_reached_is_rung_again_by_the_rules_and_then_texted(ringing: Ringing) -> None:
    number = ringing.delivered()
    [(call, _)] = ringing.rings(AFTER)
    ringing.ended(call, number, "busy")
    assert ringing.survey[0] == ringing.now + 300, "five minutes, as after any busy line"
    assert ringing.rings(299) == []
    [(call, _)] = ringing.rings(1)
    ringing.ended(call, number, "no_answer")
    assert ringing.survey == (None, ringing.now, 2)
    assert ringing.begins() == [Begun("survey", {"number": number})]


def test_who_answers_and_is_gone_before_he_was_asked_has_not_been_asked(ringing: Ringing) -> None:
    number = ringing.delivered()
    [(call, _)] = ringing.rings(AFTER)
    ringing.ended(call, number, "talked", answered=True)
    assert ringing.survey[0] == ringing.now + HOUR


def test_what_the_line_did_not_try_is_no_try(ringing: Ringing) -> None:
    number = ringing.delivered()
    [(call, _)] = ringing.rings(AFTER)
    ringing.ended(call, number, "failed")
    ring_at, _, rung = ringing.survey
    assert (ring_at, rung) == (ringing.now + 300, 0)


def test_where_nobody_can_ring_he_is_texted_a_day_later(ringing: Ringing) -> None:
    number = ringing.delivered()
    assert ringing.begins(AFTER + surveys.RINGS_FOR - 1) == []
    assert ringing.begins(1) == [Begun("survey", {"number": number})]
    assert ringing.asks("opened", number).result == "open"
    assert ringing.rings() == [], "he has been asked"


def test_a_number_that_cannot_read_texts_is_rung_and_never_texted(ringing: Ringing) -> None:
    assert ringing.house.survey is not None
    rules = replace(ringing.house.survey, ring=frozenset(), no_texts=ALICE, tries=1)
    ringing.house = replace(ringing.house, survey=rules)
    number = ringing.delivered()
    assert ringing.survey[1] is None
    [(call, _)] = ringing.rings(AFTER)
    ringing.ended(call, number, "no_answer")
    assert ringing.survey == (None, None, 1)
    assert ringing.begins(1e5) == []


def test_nobody_is_rung_at_night_or_while_he_speaks_or_beyond_the_limit(ringing: Ringing) -> None:
    ringing.delivered()
    open_house = ringing.house
    ringing.house = replace(open_house, calling_hours=open_at("03:00-03:01"))
    assert ringing.rings(AFTER) == []
    opens_at = ringing.survey[0]
    assert opens_at is not None and opens_at % 86_400 == 3 * HOUR
    ringing.alter(ring_at=ringing.now)
    ringing.house = open_house
    with ringing.engine.begin() as connection:
        other = PhoneCall(1, ALICE, 5, "li", "talking", ringing.now, ringing.now)
        phone_calls.begin(connection, "hall-1", other)
    assert ringing.rings() == []
    assert ringing.survey[0] == ringing.now + 120
    with ringing.engine.begin() as connection:
        connection.execute(update(calls_table).values(ending="talked", agent=HOUSE))
        row = {"subscriber": "86139", "id": 2, "task": 0, "agent": HOUSE, "node": "hall-2", "state": "ringing"}
        connection.execute(insert(calls_table), [row | {"began_at": 0, "changed_at": 0}])
    assert ringing.rings(120, at_once=1) == [], "another node is ringing somebody"
    assert len(ringing.rings(0, at_once=2)) == 1


def test_who_wants_no_marketing_is_left_alone_by_rule_and_so_is_who_waited_too_long(ringing: Ringing) -> None:
    ringing.delivered()
    ringing.alter(delivered_at=0)
    assert ringing.rings(AFTER) == []
    assert ringing.survey == (None, None, 0)
    assert ringing.house.survey is not None
    ringing.house = replace(ringing.house, survey=replace(ringing.house.survey, respect_optout=True))
    ringing.alter(delivered_at=ringing.now, ring_at=ringing.now)
    with ringing.engine.begin() as connection:
        there = connection.execute(select(subscribers).where(subscribers.c.subscriber == ALICE)).first()
        values = {"subscriber": ALICE, "marketing": False, "updated_at": 0}
        connection.execute(update(subscribers).values(marketing=False) if there else insert(subscribers).values(values))
    assert ringing.rings() == []
    assert ringing.survey == (None, None, 0)


def test_who_rings_us_rates_the_last_delivery_that_he_may_and_once(ringing: Ringing) -> None:
    first = ringing.delivered()
    assert ringing.asks("taken", "").values["number"] == first
    ringing.now += 10
    second = ringing.delivered()
    with ringing.engine.begin() as connection:
        assert surveys.may_rate(connection, ringing.house, ALICE, ringing.now)
    assert ringing.asks("taken", "").values["number"] == second
    assert ringing.asks("scored", second, score=1).result == "low"
    assert ringing.asks("taken", "").values["number"] == first, "it was opened, and not answered"
    assert ringing.asks("scored", first, score=5).result == "good"
    assert ringing.asks("taken", "").result == "none"
    assert (ringing.rings(1e5), ringing.begins()) == ([], [])
    with ringing.engine.begin() as connection:
        assert not surveys.may_rate(connection, ringing.house, ALICE, ringing.now)
