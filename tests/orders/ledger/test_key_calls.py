"""Orders that are confirmed without an agent: which, when the house rings, what follows, exactly once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, insert, select, update

from dialogs.words import AgentDecided, Digits, Inbound, Prompt, Request, Values
from orders import calling_hours, flag_rules
from orders.calling import HOUSE, CallsOut
from orders.calling_hours import CallingHours
from orders.ledger import confirming, decisions, desk_claims, key_calls, key_services, phone_calls
from orders.ledger.at_hand import Deed
from orders.ledger.deed import act, place
from orders.ledger.house import House
from orders.ledger.ids import Ids
from orders.ledger.offers import offers_sold
from orders.ledger.order_rows import load_order
from orders.ledger.services import Ask
from orders.ledger.tables import (
    call_attempts,
    call_tasks,
    dialogs,
    key_confirmations,
    order_events,
    outbound,
)
from orders.ledger.tables import phone_calls as calls_table
from orders.ledger.verifying import bad_orders
from orders.order import Act, Change, Flag, OrderItem, placed
from orders.telephoning import OVER, PhoneCall
from tests.orders.ledger.desk_seed import LEASE, NOW, SALT, WANG, ZHAO, seed_agents, seed_offers
from tests.peers.patience import WITHIN

NUMBER, OTHER = "1000000016", "1000000024"
HOUR = 3_600.0
RULES = flag_rules.standard()
FIRST = (Flag("first_order", {"earlier_orders": 0}, 100),)
COSTLY = (Flag("high_value", {"total": 500_000}, 100),)


def _never(*_: Any) -> Any:
    raise AssertionError("no turn is taken")


def said(channel: str, prompt: Prompt, language: str) -> str:
    return f"{language} {prompt.phrase}"


class Office:
    """One house on one database, whose clock is set by hand."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.now = NOW
        self.posted: list[str] = []
        self.house = House(
            "hall-1", Ids(0), _never, said, _never, flag_rules=RULES, calls_out=CallsOut(by_keys=True, after=60.0)
        )
        self.house = replace(self.house, offers=offers_sold(connection, NOW))

    @property
    def deed(self) -> Deed:
        def post(subscriber: str, prompt: Prompt, language: str, not_before: float = 0.0) -> None:
            self.posted.append(prompt.phrase)

        return Deed(self.connection, self.house, self.now, post)

    def order(self, number: str = NUMBER, flags: tuple[Flag, ...] = FIRST, who: str = WANG) -> None:
        order, event = placed(
            number=number,
            subscriber=who,
            channel="sms",
            service="10086",
            language="zh",
            items=(OrderItem("F800", 1, 138_000),),
            now=self.now,
            flags=flags,
            salt=SALT,
        )
        place(self.deed, [Change(None, order, event, 10)])

    def due(self, at: float, most: int = 10, at_once: int = 10) -> list[tuple[PhoneCall, str]]:
        self.now = at
        return key_calls.due(self.connection, self.house, at, most, at_once)

    def ended(self, call: PhoneCall, ending: str, *, after: float = 30.0, answered: bool = False) -> None:
        self.now += after
        answered_at = self.now - 20 if answered else None
        over = replace(call, state=OVER, ending=ending, changed_at=self.now, answered_at=answered_at)
        key_calls.over(self.connection, self.house, over, self.now)

    def answers(self, answer: str, number: str = NUMBER) -> str:
        asked = Request(1, "confirmation.answer", {"number": number, "answer": answer})
        return key_services.answered(self.deed, WANG, asked).result

    def texts(self, yes: bool = True, number: str = "") -> str:
        told = Inbound(5, "sms", WANG, "10086", self.now, Digits(""))
        asked = Request(1, "orders.answer", {"number": number, "yes": yes})
        return confirming.answered(self.deed, [Ask(told, asked)])[0].result

    def rows(self, table: Any) -> list[Any]:
        return list(self.connection.execute(select(table)))

    @property
    def task(self) -> Any:
        return self.connection.execute(select(call_tasks)).one()

    @property
    def keys_at(self) -> float | None:
        return self.connection.execute(select(key_confirmations.c.keys_at)).scalar_one()

    def state(self, number: str = NUMBER) -> str:
        order = load_order(self.connection, WANG, number)
        assert order is not None
        return order.state.value

    @property
    def attempts(self) -> list[tuple[str, str]]:
        query = select(call_attempts.c.agent, call_attempts.c.outcome).order_by(call_attempts.c.attempt)
        return [(row.agent, row.outcome) for row in self.connection.execute(query)]

    @property
    def written(self) -> list[str]:
        """Text messages that jobs have left to be sent."""
        return list(self.connection.scalars(select(outbound.c.text).order_by(outbound.c.id)))


@pytest.fixture
def office(engine: Engine) -> Iterator[Office]:
    with engine.begin() as connection:
        seed_offers(connection)
        seed_agents(connection, "li")
        office = Office(connection)
        yield office
        assert list(bad_orders(connection)) == []


# ── Whom the house rings ─────────────────────────────────────────────────────────────────────────────────────────────


def test_the_house_rings_first_and_agents_leave_him_to_it_for_a_while(office: Office) -> None:
    office.order()
    assert office.keys_at == NOW + 60
    assert office.task.due_at == NOW + 60 + office.house.calls_out.head_start
    assert office.due(NOW + 59) == []
    [(call, number)] = office.due(NOW + 60)
    assert (call.subscriber, call.agent, number) == (WANG, HOUSE, NUMBER)
    assert office.due(NOW + 61) == [], "once"
    assert desk_claims.claim_next(office.connection, "li", NOW + 61, LEASE) is None


@pytest.mark.parametrize("flags", [COSTLY, FIRST + COSTLY])
def test_what_a_rule_leaves_to_agents_is_theirs_at_once(office: Office, flags: tuple[Flag, ...]) -> None:
    office.order(flags=flags)
    assert office.rows(key_confirmations) == []
    assert office.task.due_at == NOW
    assert office.due(NOW + 60) == []


def test_a_house_that_does_not_ring_by_itself_leaves_all_of_it_to_agents(office: Office) -> None:
    office.house = replace(office.house, calls_out=CallsOut(by_keys=False))
    office.order()
    assert office.keys_at is None
    assert office.task.due_at == NOW


def test_what_cannot_be_given_back_must_have_been_agreed_to(office: Office) -> None:
    offers = {code: replace(offer, no_return=True) for code, offer in office.house.offers.items()}
    office.house = replace(office.house, offers=offers)
    office.order()
    assert office.rows(key_confirmations) == []


def test_nobody_is_rung_at_night(office: Office) -> None:
    """NOW is 22:13 UTC."""
    office.house = replace(office.house, calling_hours=calling_hours.parse("- hours: 08:00-20:00", "h.yaml", _utc()))
    office.order()
    morning = office.keys_at
    assert morning is not None and 9 * HOUR < morning - NOW < 10 * HOUR
    office.house = replace(office.house, calling_hours=CallingHours())
    office.order(OTHER, who=ZHAO)
    office.house = replace(office.house, calling_hours=calling_hours.parse("- hours: 08:00-20:00", "h.yaml", _utc()))
    assert office.due(NOW + 120) == [], "the hours were changed meanwhile"
    assert [call.subscriber for call, _ in office.due(morning)] == [WANG, ZHAO]


def _utc() -> Any:
    from datetime import UTC

    return UTC


def test_no_more_at_once_than_all_nodes_together_may(office: Office) -> None:
    for place_ in range(4):
        office.order(f"10000000{place_}6", who=f"861380013800{place_}")
    assert len(office.due(NOW + 60, at_once=3)) == 3
    assert office.due(NOW + 60, at_once=3) == []
    assert len(office.due(NOW + 60, most=1, at_once=9)) == 1


def test_one_call_at_a_time_for_each_person(office: Office) -> None:
    office.order()
    office.order(OTHER)
    [(call, _)] = office.due(NOW + 60)
    assert office.due(NOW + 61) == []
    office.ended(call, "no_answer")
    assert [number for _, number in office.due(NOW + 60 + key_calls.BUSY + 60)] == [OTHER]


def test_whoever_speaks_with_us_already_is_let_be(office: Office) -> None:
    office.order()
    row = {"subscriber": WANG, "thread": "ivr:10086/pbx-a.1", "place": "[]", "repeats": 0, "turns": 1}
    office.connection.execute(insert(dialogs), [row | {"expires_at": NOW + 600}])
    assert office.due(NOW + 60) == []
    assert len(office.due(NOW + 660)) == 1


def test_a_card_in_the_hands_of_an_agent_is_his(office: Office) -> None:
    office.order()
    office.connection.execute(update(call_tasks).values(agent="li", lease_until=NOW + 300))
    assert office.due(NOW + 60) == []
    assert len(office.due(NOW + 400)) == 1


def test_an_order_that_was_settled_meanwhile_is_not_rung_about(office: Office) -> None:
    office.order()
    order = load_order(office.connection, WANG, NUMBER)
    assert order is not None
    act(office.deed, order, Act.CANCEL, "subscriber")
    assert office.rows(key_confirmations) == []
    assert office.due(NOW + 60) == []


# ── What he presses ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_1_confirms_as_an_agent_does(office: Office) -> None:
    office.order()
    [(call, _)] = office.due(NOW + 60)
    assert office.answers("confirm") == "confirmed"
    assert office.state() == "inProgress"
    assert (office.task.outcome, office.task.due_at, office.attempts) == ("confirmed", None, [(HOUSE, "confirmed")])
    assert office.posted == ["notice.confirmed"]
    event = office.connection.execute(select(order_events).order_by(order_events.c.event.desc()).limit(1)).one()
    assert (event.actor, event.act) == ("subscriber", "confirm")
    assert office.answers("confirm") == "settled", "once"
    office.ended(call, "talked", answered=True)
    assert office.attempts == [(HOUSE, "confirmed")], "the end of the call adds nothing to it"
    assert office.rows(key_confirmations) == []


def test_2_leaves_him_to_an_agent_at_once_with_the_reason(office: Office) -> None:
    office.order()
    [(call, _)] = office.due(NOW + 60)
    assert office.answers("change") == "for_agent"
    office.ended(call, "talked", answered=True)
    assert (office.state(), office.keys_at, office.attempts) == ("held", None, [(HOUSE, "wants_change")])
    task = desk_claims.claim_next(office.connection, "li", office.now, LEASE)
    assert task is not None
    assert [flag.code for flag in task.reasons] == ["wants_change", "first_order"]
    assert task.priority == 10 + key_services.SOONER


def test_what_is_to_be_said_of_it(office: Office) -> None:
    office.order()
    told = key_services.opened(office.deed, WANG, Request(1, "confirmation.open", {"number": NUMBER}))
    names: Values = {"zh": "酷派F800", "en": "Coolpad F800"}
    assert told.values == {"number": NUMBER, "name": names, "quantity": 1, "total": 138_000}
    stranger = key_services.opened(office.deed, ZHAO, Request(1, "confirmation.open", {"number": NUMBER}))
    assert stranger.result == "settled"


# ── Nobody there ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("ending", "answered", "outcome", "again"),
    [
        ("no_answer", False, "no_answer", 0.5 * HOUR),
        ("rejected", False, "no_answer", 0.5 * HOUR),
        ("busy", False, "busy", 300.0),
        ("powered_off", False, "powered_off", 2 * HOUR),
        ("talked", True, "no_key", HOUR),
    ],
)
def test_he_is_rung_again_by_the_rules(office: Office, ending: str, answered: bool, outcome: str, again: float) -> None:
    office.order()
    [(call, _)] = office.due(NOW + 60)
    office.ended(call, ending, answered=answered)
    assert office.attempts == [(HOUSE, outcome)]
    assert office.keys_at == pytest.approx(office.now + again)
    assert office.task.due_at == pytest.approx(office.now + again + office.house.calls_out.head_start)
    assert len(office.due(office.now + again)) == 1


def test_after_so_many_calls_of_the_house_it_is_the_agents_turn_and_at_the_end_the_order_is_given_up(
    office: Office,
) -> None:
    office.order()
    for _ in range(office.house.call_rules.by_keys):
        [(call, _)] = office.due(office.keys_at or 0.0)
        office.ended(call, "no_answer")
    assert office.keys_at is None
    assert office.due(office.now + 30 * 24 * HOUR) == []
    tries = office.house.call_rules.tries
    for _ in range(tries - office.house.call_rules.by_keys):
        office.now = office.task.due_at
        task = desk_claims.claim_next(office.connection, "li", office.now, LEASE)
        assert task is not None
        decided = AgentDecided(task.id, "li", "no_answer")
        decisions.take(office.deed, Inbound(9, "desk", WANG, "", office.now, decided))
    assert office.state() == "cancelled"
    assert office.posted[-1] == "notice.unreachable"
    assert [outcome for _, outcome in office.attempts] == ["no_answer"] * tries


def test_a_number_that_is_none_ends_it(office: Office) -> None:
    office.order()
    [(call, _)] = office.due(NOW + 60)
    office.ended(call, "no_such_number")
    assert (office.state(), office.task.outcome) == ("cancelled", "no_such_number")


def test_what_was_not_even_tried_is_no_attempt(office: Office) -> None:
    office.order()
    [(call, _)] = office.due(NOW + 60)
    office.ended(call, "failed")
    assert office.attempts == []
    assert office.keys_at == office.now + key_calls.SOON


def test_the_calls_of_a_node_that_died_are_made_again_after_their_lease(office: Office) -> None:
    office.order()
    [(_, _)] = office.due(NOW + 60)
    phone_calls.end_those_of(office.connection, "hall-1", NOW + 90)
    assert office.due(NOW + 100) == []
    assert len(office.due(NOW + 60 + key_calls.LEASE)) == 1
    assert [row.ending for row in office.rows(calls_table)] == ["lost", None]


# ── By text ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_after_the_first_miss_he_is_written_to_once_and_a_yes_confirms(office: Office) -> None:
    office.order()
    assert office.texts() == "none", "nobody has asked him yet"
    [(call, _)] = office.due(NOW + 60)
    office.ended(call, "no_answer")
    assert office.written == ["zh notice.missed_confirm"]
    [(call, _)] = office.due(office.keys_at or 0.0)
    office.ended(call, "busy")
    assert office.written == ["zh notice.missed_confirm"], "once"
    assert office.texts() == "confirmed"
    assert office.state() == "inProgress"
    assert office.task.done_at is not None
    assert office.texts() == "none"


def test_a_no_by_text_cancels(office: Office) -> None:
    office.order()
    [(call, _)] = office.due(NOW + 60)
    office.ended(call, "no_answer")
    assert office.texts(yes=False, number=NUMBER) == "declined"
    assert office.state() == "cancelled"


def test_an_order_that_is_for_agents_is_not_confirmed_by_text_though_he_is_written_to(office: Office) -> None:
    office.order(flags=COSTLY)
    office.now = NOW + 60
    task = desk_claims.claim_next(office.connection, "li", office.now, LEASE)
    assert task is not None
    decisions.take(office.deed, Inbound(9, "desk", WANG, "", office.now, AgentDecided(task.id, "li", "busy")))
    assert office.posted == ["notice.missed"]
    assert office.texts() == "none"
    assert office.texts(number=NUMBER) == "refused"
    assert office.state() == "held"


def test_a_miss_of_an_agent_is_a_first_miss_as_well_and_the_house_rings_no_more(office: Office) -> None:
    office.order()
    office.connection.execute(update(call_tasks).values(agent="li", lease_until=NOW + 300))
    decided = AgentDecided(office.task.id, "li", "no_answer")
    decisions.take(office.deed, Inbound(9, "desk", WANG, "", NOW, decided))
    assert (office.posted, office.keys_at) == (["notice.missed_confirm"], None)
    assert office.texts() == "confirmed"


def test_nobody_is_written_to_where_that_is_not_wanted(office: Office) -> None:
    office.house = replace(office.house, calls_out=CallsOut(by_keys=True, texts=False))
    office.order()
    [(call, _)] = office.due(NOW + 60)
    office.ended(call, "no_answer")
    assert office.written == []


def test_several_orders_that_wait_for_a_yes_are_chosen_from(office: Office) -> None:
    for number in (NUMBER, OTHER):
        office.order(number)
        [(call, _)] = office.due(office.now + 60)
        office.ended(call, "no_answer")
    assert office.texts() == "several"
    assert office.texts(number=OTHER) == "confirmed"
    assert (office.state(NUMBER), office.state(OTHER)) == ("held", "inProgress")


# ── Several nodes ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("ledger_url", ["postgresql"], indirect=True)
def test_nodes_that_look_at_once_ring_each_customer_once_and_keep_to_the_limit_together(
    engine: Engine,
) -> None:
    with engine.begin() as connection:
        seed_offers(connection)
        office = Office(connection)
        for place_ in range(40):
            office.order(f"1000000{place_:03d}", who=f"8613800138{place_:03d}")
    together, made = Barrier(4), list[tuple[PhoneCall, str]]()

    def node(ordinal: int) -> None:
        house = replace(office.house, node=f"hall-{ordinal}", ids=Ids(ordinal))
        together.wait(WITHIN)
        for _ in range(5):
            with engine.begin() as connection:
                made.extend(key_calls.due(connection, house, NOW + 60, 7, 30))

    with ThreadPoolExecutor(4) as nodes:
        list(nodes.map(node, range(1, 5)))
    assert len(made) == len({call.subscriber for call, _ in made}) == len({call.id for call, _ in made}) == 30
    with engine.begin() as connection:
        assert sorted(connection.scalars(select(calls_table.c.id))) == sorted(call.id for call, _ in made)
