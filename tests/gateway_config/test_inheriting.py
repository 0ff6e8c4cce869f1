"""The heir of a fallen node: each Asterisk is asked until nothing is left there, and again when the node falls anew."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
import pytest_twisted
from twisted.internet.defer import Deferred, succeed

from gateway_config import inheriting
from gateway_config.inheriting import Heir


@dataclass
class Line:
    """left: what the fallen nodes have there still."""

    connected: bool = True
    left: dict[str, int] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    async def inherit(self, application: str) -> bool:
        self.asked.append(application)
        left, self.left[application] = self.left.get(application, 0), 0
        return left == 0


class Writer:
    def run(self, job: Callable[[Any], Any]) -> "Deferred[Any]":
        return succeed(job(None))


@dataclass
class Fallen:
    names: tuple[str, ...] = ("hall-1",)
    ended: list[str] = field(default_factory=list)


@pytest.fixture
def fallen(monkeypatch: pytest.MonkeyPatch) -> Fallen:
    made = Fallen()
    monkeypatch.setattr(inheriting.fallen, "inheritance", lambda connection, node, now: made.names)
    monkeypatch.setattr(inheriting.phone_calls, "end_those_of", lambda connection, name, now: made.ended.append(name))
    return made


def heir(*lines: Line, called: Callable[[str], str] = "ivr-{}".format) -> tuple[Heir, list[Any]]:
    settled: list[Any] = []
    with_names = [(line, called) for line in lines]
    return Heir("hall-2", with_names, Writer(), lambda: 0.0, settled.append), settled  # type: ignore[arg-type]


@pytest_twisted.ensureDeferred
async def test_it_asks_until_there_is_nothing_left(fallen: Fallen) -> None:
    line = Line(left={"ivr-hall-1": 3})
    one, settled = heir(line)
    for _ in range(4):
        await one.look()
    assert line.asked == ["ivr-hall-1", "ivr-hall-1"]
    assert (settled, fallen.ended) == ([line], ["hall-1"])


@pytest_twisted.ensureDeferred
async def test_who_came_back_and_fell_again_is_asked_after_again(fallen: Fallen) -> None:
    line = Line()
    one, _ = heir(line)
    await one.look()
    fallen.names = ()
    await one.look()
    fallen.names = ("hall-1",)
    await one.look()
    assert line.asked == ["ivr-hall-1", "ivr-hall-1"]
    assert fallen.ended == ["hall-1", "hall-1"]


@pytest_twisted.ensureDeferred
async def test_an_asterisk_that_is_away_is_asked_later(fallen: Fallen) -> None:
    away, there = Line(connected=False), Line()
    one, _ = heir(away, there)
    await one.look()
    away.connected = True
    await one.look()
    assert (len(away.asked), len(there.asked)) == (1, 1)


@pytest_twisted.ensureDeferred
async def test_where_nobody_knows_what_it_was_called_only_its_rows_are_ended(fallen: Fallen) -> None:
    line = Line()
    one, _ = heir(line, called=lambda node: "")
    await one.look()
    assert (line.asked, fallen.ended) == ([], ["hall-1"])
