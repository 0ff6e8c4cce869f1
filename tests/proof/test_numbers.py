from pathlib import Path

import pytest

from tests.proof.numbers import Plan, prove, report

SHORT = Plan(kills=1, callers=16, halls=2, diallers=6, seconds=(0.5, 1.0), seed=7)


@pytest.mark.slow
@pytest.mark.peers
def test_whoever_wants_it_at_once_each_number_is_sold_once_or_free(tmp_path: Path, postgres_url: str) -> None:
    proof = prove(SHORT, tmp_path, postgres_url)
    assert not proof.violations, report(SHORT, proof)
    assert proof.counts["numbers that are sold"] and proof.counts["times somebody was quicker"]
