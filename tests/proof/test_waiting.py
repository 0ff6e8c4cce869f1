"""The proof of callers who wait in short: Hall is killed while they do, and one of them hangs up meanwhile."""

from pathlib import Path

from tests.peers.line import needs_asterisk
from tests.proof.waiting import Plan, prove, report

pytestmark = needs_asterisk
SHORT = Plan(callers=3, kills=1)


def test_nobody_is_lost_or_put_through_twice(tmp_path: Path) -> None:
    proof = prove(SHORT, tmp_path)
    assert not proof.violations, report(SHORT, proof)
    assert (proof.talks, proof.kills) == (SHORT.callers - 1, SHORT.kills)
