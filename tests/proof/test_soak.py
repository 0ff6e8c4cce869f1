from pathlib import Path

import pytest

from tests.proof.soak import Plan, report, soak

SHORT = Plan(seconds=12, rate=100, seed=4, disconnect=4)
NARROW = Plan(seconds=15, rate=60, seed=7, disconnect=6, throughput=0, throttle=1.2)


@pytest.mark.slow
@pytest.mark.peers
def test_every_message_is_accounted_for_whatever_the_message_centre_does(tmp_path: Path) -> None:
    soaked = soak(SHORT, tmp_path)
    assert not soaked.violations, report(SHORT, soaked)
    assert soaked.account.counts["messages texted and acknowledged"] == SHORT.messages


@pytest.mark.slow
@pytest.mark.peers
def test_nothing_is_left_over_when_hall_has_to_find_what_a_message_centre_takes(tmp_path: Path) -> None:
    soaked = soak(NARROW, tmp_path)
    assert not soaked.violations, report(NARROW, soaked)
    assert soaked.account.counts["messages texted and acknowledged"] == NARROW.messages
