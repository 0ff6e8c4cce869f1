from pathlib import Path

import pytest

from tests.proof.kill import Plan, prove, report

SHORT = Plan(kills=3, seconds=(0.2, 1.0), cuts=1, talking=30, seed=7)


@pytest.mark.slow
def test_what_was_acknowledged_has_its_effect_once_whenever_hall_is_killed(tmp_path: Path, ledger_url: str) -> None:
    proof = prove(SHORT, tmp_path, ledger_url)
    assert not proof.violations, report(SHORT, ledger_url, proof)
    assert proof.verdict.counts["orders"] > SHORT.talking, "too little happened to prove anything"
