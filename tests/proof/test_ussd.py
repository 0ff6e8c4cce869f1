"""The proof of USSD sessions in short: forty of them at once, with cuts and a kill."""

import asyncio
from pathlib import Path

import pytest

from tests.proof.ussd import run

pytestmark = [pytest.mark.peers, pytest.mark.slow]


@pytest.mark.parametrize(("cuts", "kills"), [(3, 0), (2, 1)])
def test_nothing_is_answered_twice_and_nothing_is_lost(tmp_path: Path, cuts: int, kills: int) -> None:
    proof = asyncio.run(run(sessions=40, seconds=6.0, cuts=cuts, kills=kills, seed=7, folder=tmp_path, orders=20))
    assert proof.violations() == [], proof.report()
    assert proof.book.sessions > 40 and sum(proof.book.agreed.values()) > 10
