"""The proof of calls in short: Hall is killed once, Asterisk once, and they are cut off from each other once."""

from pathlib import Path

from tests.peers.line import needs_asterisk
from tests.proof.calls import Plan, prove, report

pytestmark = needs_asterisk
SHORT = Plan(calls=40, at_once=20, rate=5.0, kills=1, deaths=1, cuts=1, seconds=(1.0, 2.0), seed=3)


def test_every_order_is_exact_and_every_call_ends(tmp_path: Path) -> None:
    proof = prove(SHORT, tmp_path)
    assert not proof.violations, report(proof)
    assert {what for what, _ in proof.away} == {"kill", "death", "cut"}
    assert proof.ordered()
