from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.proof.desk import Held, Plan, _out_of_turn, _two_at_once, _two_of_one_customer, prove, report

SHORT = Plan(orders=150, agents=16, seed=8)


@pytest.mark.slow
@pytest.mark.peers
def test_agents_on_two_nodes_never_have_one_order_and_forget_none(tmp_path: Path, postgres_url: str) -> None:
    proof = prove(SHORT, tmp_path, postgres_url)
    assert not proof.violations, report(SHORT, proof)
    assert proof.counts["claims"] >= SHORT.orders


def held(agent: str, task: int, asked: float, ended: float, how: str = "confirmed") -> Held:
    return Held(agent, task, asked, asked + 0.1, ended, ended + 0.1, how)


def row(number: int, subscriber: str) -> SimpleNamespace:
    return SimpleNamespace(id=number, subscriber=subscriber, lane="zh", priority=number, due_at=1.0)


def test_two_agents_with_one_customer_are_found_and_who_passes_him_over_is_right() -> None:
    tasks = {1: row(1, "A"), 2: row(2, "B"), 3: row(3, "B")}
    first, beside = held("li", 3, 1.0, 5.0), held("sun", 2, 2.0, 3.0)
    assert _two_of_one_customer([first, beside], tasks)
    other, later = held("sun", 1, 2.0, 3.0), held("sun", 2, 6.0, 7.0)
    every = [first, other, later]
    assert not _two_of_one_customer(every, tasks)
    assert not list(_out_of_turn(every, {3: [first], 1: [other], 2: [later]}, tasks, frozenset()))


def test_two_agents_with_one_order_are_found() -> None:
    assert _two_at_once({1: [held("li", 1, 1.0, 2.0, "release"), held("sun", 1, 1.5, 3.0)]})
    assert _two_at_once({1: [held("li", 1, 1.0, 2.0), held("sun", 1, 2.5, 3.0)]}), "confirmed twice"
    assert not _two_at_once({1: [held("li", 1, 1.0, 2.0, "release"), held("sun", 1, 2.5, 3.0)]})


def test_what_was_given_before_its_turn_is_found() -> None:
    tasks = {number: row(number, str(number)) for number in (1, 2)}
    late, soon = held("li", 1, 1.0, 2.0), held("sun", 2, 5.0, 6.0)
    of = {1: [late], 2: [soon]}
    assert list(_out_of_turn([late, soon], of, tasks, frozenset())), "2 was free when 1 was given"
    at_once = held("sun", 2, 1.05, 2.0)
    assert not list(_out_of_turn([late, at_once], {1: [late], 2: [at_once]}, tasks, frozenset()))
