"""What was said in calls: fetched once, kept for a while, swept, and gone with whoever is erased."""

import os
import wave
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, select
from twisted.internet.defer import Deferred, succeed
from twisted.internet.task import Clock

from channels.ivr.ari import Command
from gateway_config.recordings import ORPHAN, Recordings, Vault
from orders.ledger import phone_calls, recordings
from orders.ledger.tables import recordings as table
from orders.recording import Recording, call_named, file_of, named
from orders.telephoning import OVER, PhoneCall
from tests.orders.ledger.desk_seed import NOW, WANG

DAY = 86_400.0


def sound(seconds: float) -> bytes:
    made = BytesIO()
    with wave.open(made, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(8_000)
        written.writeframes(bytes(int(seconds * 16_000)))
    return made.getvalue()


@dataclass
class Pbx:
    """An Asterisk with what it has recorded."""

    kept: dict[str, bytes] = field(default_factory=dict)
    connected: bool = True

    async def recordings(self) -> list[str]:
        return sorted(self.kept)

    async def recording(self, name: str) -> bytes | None:
        return self.kept.get(name)

    async def ask(self, command: Command) -> Any:
        assert command.method == "DELETE"
        self.kept.pop(command.path.rpartition("/")[2], None)


@dataclass
class House:
    engine: Engine
    pbx: Pbx
    vault: Vault
    now: float = NOW

    def run(self, job: Callable[[Connection], Any]) -> "Deferred[Any]":
        with self.engine.begin() as connection:
            return succeed(job(connection))

    def aside(self, what: Callable[..., Any], *arguments: Any) -> "Deferred[Any]":
        try:
            return succeed(what(*arguments))
        except Exception:  # noqa: BLE001 - as a thread's failure
            from twisted.internet.defer import fail

            return fail()

    def call(self, number: int, subscriber: str = WANG, answered: bool = True, over: bool = True) -> None:
        call = PhoneCall(number, subscriber, 1, "li", "calling_agent", NOW, NOW)
        self.run(lambda connection: phone_calls.begin(connection, "hall-1", call))
        moved = replace(call, state="talking", answered_at=NOW + 9 if answered else None)
        if over:
            moved = replace(moved, state=OVER, ending="talked", changed_at=NOW + 60)
        self.run(lambda connection: phone_calls.moved(connection, moved))

    def look(self) -> None:
        keeping = Recordings(
            [self.pbx], self.vault, 90 * DAY, self, Clock(), self.aside, lambda: True, lambda: self.now
        )  # type: ignore[arg-type]
        done(keeping.look())

    @property
    def rows(self) -> list[Any]:
        with self.engine.begin() as connection:
            return list(connection.execute(select(table)))

    @property
    def files(self) -> list[str]:
        return sorted(str(path.relative_to(self.vault.folder)) for path in self.vault.folder.rglob("*.*"))


def done(work: Awaitable[None]) -> None:
    ended: list[Any] = []
    Deferred.fromCoroutine(work).addBoth(ended.append)  # type: ignore[arg-type]
    assert ended == [None], ended


@pytest.fixture
def house(engine: Engine, tmp_path: Path) -> Iterator[House]:
    yield House(engine, Pbx(), Vault(tmp_path / "recordings"))


def test_a_recording_is_fetched_when_its_call_is_over(house: House) -> None:
    house.pbx.kept = {named(7): sound(12.5), "somebody-elses": b"x", named(99): sound(1)}
    house.call(7, over=False)
    house.look()
    assert house.rows == []
    with house.engine.begin() as connection:
        phone_calls.end_those_of(connection, "hall-1", NOW + 60)
    house.look()
    house.look()
    [row] = house.rows
    assert (row.subscriber, row.call, row.task, row.agent, row.seconds) == (WANG, 7, 1, "li", 12.5)
    assert house.files == [row.file] == [file_of(7, NOW + 9)] == ["2023-11/7.wav"]
    assert sorted(house.pbx.kept) == [named(99), "somebody-elses"], "those are not ours, or not known yet"


def test_what_is_no_sound_is_not_kept(house: House) -> None:
    house.pbx.kept = {named(7): b"not a recording"}
    house.call(7)
    house.look()
    assert (house.rows, house.files, house.pbx.kept) == ([], [], {})


def test_who_was_erased_meanwhile_is_not_kept(house: House) -> None:
    house.pbx.kept = {named(7): sound(1)}
    house.call(7, subscriber="erased0123456789ab")
    house.look()
    assert (house.rows, house.files, house.pbx.kept) == ([], [], {})


def test_after_its_time_it_is_gone_and_so_is_what_no_row_names(house: House) -> None:
    house.pbx.kept = {named(7): sound(1), named(8): sound(1)}
    house.call(7)
    house.call(8)
    house.look()
    with house.engine.begin() as connection:
        gone = recordings.one(connection, 8)
        assert gone is not None
        recordings.forget(connection, [gone])
    lying = house.vault.folder / gone.file
    house.look()
    assert lying.exists(), "its row may be on the way"
    os.utime(lying, (NOW - 2 * ORPHAN, NOW - 2 * ORPHAN))
    os.utime(house.vault.folder / file_of(7, NOW + 9), (NOW, NOW))
    house.look()
    assert not lying.exists()
    assert [row.call for row in house.rows] == [7]
    house.now = NOW + 91 * DAY
    house.look()
    assert (house.rows, house.files) == ([], [])


def test_recordings_of_a_task_and_of_a_person(house: House) -> None:
    with house.engine.begin() as connection:
        kept = Recording(7, WANG, 1, "li", NOW, 3.0, "2023-11/7.wav")
        recordings.keep(connection, kept)
        recordings.keep(connection, kept)
        assert recordings.of_task(connection, WANG, 1) == recordings.of_subscriber(connection, WANG) == [kept]
        assert recordings.one(connection, 8) is None


@pytest.mark.parametrize(("name", "call"), [("hall-12", 12), ("hall-", None), ("12", None), ("hall-1x", None)])
def test_a_recording_says_which_call_it_was(name: str, call: int | None) -> None:
    assert call_named(name) == call
