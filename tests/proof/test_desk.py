from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.proof.desk import Held, Plan, _out_of_turn, _two_at_once, prove, report

SHORT = Plan(orders=150, agents=16, seed=8)


@pytest.mark.slow
@pytest.mark.peers
def test_agents_on_two_nodes_never_have_one_order_and_forget_none(tmp_path: Path, postgres_url: str) -> None:
    proof = prove(SHORT, tmp_path, postgres_url)
    assert not proof.violations, report(SHORT, proof)
    assert proof.counts["claims"] >= SHORT.orders


def held(agent: str, task: int, asked: float, ended: float, how: str = "confirmed") -> Held:
    return Held(agent, task, asked, asked + 0.1, ended, ended + 0.1, how)


def test_two_agents_with_one_order_are_found() -> None:
    assert _two_at_once({1: [held("li", 1, 1.0, 2.0, "release"), held("sun", 1, 1.5, 3.0)]})
    assert _two_at_once({1: [held("li", 1, 1.0, 2.0), held("sun", 1, 2.5, 3.0)]}), "confirmed twice"
    assert not _two_at_once({1: [held("li", 1, 1.0, 2.0, "release"), held("sun", 1, 2.5, 3.0)]})


def test_what_was_given_before_its_turn_is_found() -> None:
    tasks = {number: SimpleNamespace(id=number, lane="zh", priority=number, due_at=1.0) for number in (1, 2)}
    late, soon = held("li", 1, 1.0, 2.0), held("sun", 2, 5.0, 6.0)
    of = {1: [late], 2: [soon]}
    assert list(_out_of_turn([late, soon], of, tasks, frozenset())), "2 was free when 1 was given"
    at_once = held("sun", 2, 1.05, 2.0)
    assert not list(_out_of_turn([late, at_once], {1: [late], 2: [at_once]}, tasks, frozenset()))
