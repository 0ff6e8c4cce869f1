"""Who is put through to whom, and how many are before one."""

from orders.agent_states import ReadyAgent
from orders.desk_lanes import Hand
from orders.waiting import Caller, State, ahead, in_turn, matched

LI, ZHANG = ReadyAgent("li", "PJSIP/8001", 10.0), ReadyAgent("zhang", "PJSIP/8002", 20.0)


def caller(number: int, since: float, language: str = "zh", passed: tuple[str, ...] = ()) -> Caller:
    told = f"86138{number:08d}", f"a.{number}", "hall-1", language, "asked", number + 100
    return Caller(number, *told, since, passed=frozenset(passed))


def names(pairs: "list[tuple[Caller, ReadyAgent]]") -> list[tuple[int, str]]:
    return [(caller.id, agent.name) for caller, agent in pairs]


def test_first_come_first_served_by_who_has_been_ready_for_longest() -> None:
    callers = [caller(2, 200.0), caller(1, 100.0), caller(3, 300.0)]
    assert names(matched(callers, (LI, ZHANG), {})) == [(1, "li"), (2, "zhang")]
    assert [each.id for each in in_turn(callers)] == [1, 2, 3]


def test_two_who_asked_at_once_have_an_order_all_the_same() -> None:
    callers = [caller(2, 100.0), caller(1, 100.0)]
    assert [ahead(callers, each) for each in callers] == [1, 0]


def test_an_agent_who_did_not_come_is_passed_over_for_that_caller() -> None:
    callers = [caller(1, 100.0, passed=("li",)), caller(2, 200.0)]
    assert names(matched(callers, (LI,), {})) == [(2, "li")]


def test_who_speaks_what_nobody_does_lets_others_go_first() -> None:
    callers = [caller(1, 100.0, language="en"), caller(2, 200.0)]
    hands = {"li": Hand("li", frozenset({"zh"})), "zhang": Hand("zhang", frozenset({"zh", "en"}))}
    assert names(matched(callers, (LI,), hands)) == [(2, "li")]
    assert names(matched(callers, (LI, ZHANG), hands)) == [(1, "zhang"), (2, "li")]


def test_who_talks_already_is_before_nobody() -> None:
    talking = Caller(1, "8613800138000", "a.1", "hall-1", "zh", "asked", 7, 100.0, State.TALKING, "li")
    waiting = caller(2, 200.0)
    assert ahead([talking, waiting], waiting) == 0
    assert names(matched([talking, waiting], (ZHANG,), {})) == [(2, "zhang")]
