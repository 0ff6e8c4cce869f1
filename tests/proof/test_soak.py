from pathlib import Path

import pytest

from tests.proof.soak import Plan, report, soak

SHORT = Plan(seconds=12, rate=100, seed=4, disconnect=4)


@pytest.mark.slow
@pytest.mark.peers
def test_every_message_is_accounted_for_whatever_the_message_centre_does(tmp_path: Path) -> None:
    soaked = soak(SHORT, tmp_path)
    assert not soaked.violations, report(SHORT, soaked)
    assert soaked.account.counts["messages texted and acknowledged"] == SHORT.messages
