"""What a running Hall keeps is not looked through again and again."""

import gc
from collections.abc import Iterator

import pytest

from gateway_config import garbage


@pytest.fixture
def collector() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


@pytest.mark.usefixtures("collector")
def test_what_is_there_at_the_start_is_set_aside_and_what_comes_later_is_still_found() -> None:
    garbage.settle()
    assert gc.get_freeze_count() > 1_000
    circle: list[object] = []
    circle.append(circle)
    del circle
    assert gc.collect() >= 1
