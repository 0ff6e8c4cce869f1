"""A line without Asterisk: what the exchange asks of it, a page is told; what the page does, the exchange hears."""

from pathlib import Path
from typing import Any

import pytest
from twisted.internet.task import Clock

from channels.ivr import ari
from channels.ivr.ari import Arrived, Left, Played, Pressed
from gateway_config.pretend_line import MOST_CALLS, PretendLine


class Exchange:
    def __init__(self) -> None:
        self.heard_events: list[ari.Event] = []

    def heard(self, line: object, event: ari.Event) -> None:
        self.heard_events.append(event)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def line(clock: Clock, tmp_path: Path) -> PretendLine:
    made = PretendLine(clock, tmp_path)
    made.exchange = Exchange()  # type: ignore[assignment]
    return made


def heard(line: PretendLine, clock: Clock) -> list[Any]:
    clock.advance(0)
    events, line.exchange.heard_events = line.exchange.heard_events, []  # type: ignore[attr-defined]
    return list(events)


def test_what_the_page_does_is_an_event(line: PretendLine, clock: Clock) -> None:
    call = line.ring("13800138000")
    line.press(call, "1")
    line.played(call, f"{call}.0")
    line.hang_up(call)
    assert line.exchange.heard_events == []  # type: ignore[attr-defined]
    assert heard(line, clock) == [
        Arrived(call, "13800138000", "10086"),
        Pressed(call, "1"),
        Played(call, f"{call}.0"),
        Left(call, "hung up"),
    ]


def test_what_is_asked_of_it_is_told_to_the_page(line: PretendLine, clock: Clock) -> None:
    call = line.ring("13800138000")
    told: list[int] = []
    line.listen(call, lambda: told.append(1))
    line.send(ari.answer(call))
    line.send(ari.play(call, f"{call}.0", ("speech/zh/a\tzh\t您好", "\tzh\t酷派F800")))
    line.send(ari.stop(f"{call}.0"))
    line.send(ari.hang_up(call))
    sounds = [
        {"file": "speech/zh/a.wav", "language": "zh", "words": "您好"},
        {"file": "", "language": "zh", "words": "酷派F800"},
    ]
    assert line.since(call, 0) == [
        (1, {"play": f"{call}.0", "sounds": sounds}),
        (2, {"stop": f"{call}.0"}),
        (3, {"over": True}),
    ]
    assert (line.since(call, 2), len(told)) == ([(3, {"over": True})], 3)
    assert heard(line, clock)[-1] == Left(call, "Normal Clearing")


def test_pages_that_never_hang_up_fill_no_memory(line: PretendLine, clock: Clock) -> None:
    calls = [line.ring("13800138000") for _ in range(MOST_CALLS + 5)]
    assert line.since(calls[0], 0) == []
    assert Left(calls[0], "hung up") in heard(line, clock)


def test_prompts_are_files_of_the_shelf_and_no_others(line: PretendLine, tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"RIFF")
    (tmp_path.parent / "b.wav").write_bytes(b"RIFF")
    assert line.prompt("a") == b"RIFF"
    assert line.prompt("../b") is None
    assert line.prompt("nothing") is None
