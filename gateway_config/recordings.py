"""Recordings put together: fetched from Asterisk when a call is over, kept in a folder, swept when their time is over.

    Asterisk ── what has been recorded? ──► whose call was it? (ledger) ──► file ──► row ──► deleted at Asterisk
    folder   ── each hour: those that are too old, and files that no row names ──► gone

It is fetched, and not told of, so that a recording whose node died is found by the next that looks. Nodes that share
recordings share the folder; two that fetch the same write the same.
"""

import os
import re
import time
import wave
from collections.abc import Awaitable, Callable, Iterator, Sequence
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any, Final, Protocol

from sqlalchemy import Connection
from twisted.internet.defer import Deferred
from twisted.logger import Logger

from channels.clock import Clock
from channels.ivr import ari
from gateway_config.rounds import looking
from orders.ledger import recordings
from orders.ledger.writer import Writer
from orders.recording import Recording, call_named, file_of

EVERY: Final = 5.0  # seconds
SWEEP: Final = 3_600.0
ORPHAN: Final = 3_600.0  # seconds after which a file that no row names has none coming
_ours = re.compile(r"\d+\.wav")

log = Logger()


class Asterisk(Protocol):
    connected: bool

    async def recordings(self) -> list[str]: ...

    async def recording(self, name: str) -> bytes | None: ...

    async def ask(self, command: ari.Command) -> Any: ...


class Vault:
    """The folder. Whatever it does blocks."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, file: str, contents: bytes) -> float:
        """Whole or not at all; its length in seconds. Raises wave.Error for what is none."""
        with wave.open(BytesIO(contents)) as sound:
            seconds = float(sound.getnframes() / sound.getframerate())
        path = self.folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(f".{os.getpid()}")
        beside.write_bytes(contents)
        beside.chmod(0o640)
        beside.replace(path)
        return seconds

    def drop(self, files: Sequence[str]) -> None:
        for file in files:
            (self.folder / file).unlink(missing_ok=True)

    def orphans(self, now: float) -> dict[int, str]:
        """Files that have lain here for a while, by their calls."""
        return {int(path.stem): str(path.relative_to(self.folder)) for path in self._old(now)}

    def _old(self, now: float) -> Iterator[Path]:
        for path in self.folder.glob("????-??/*.wav"):
            if _ours.fullmatch(path.name) and path.stat().st_mtime < now - ORPHAN:
                yield path


class Recordings:
    """asterisks: those that calls are made by. kept: seconds. aside: does what blocks somewhere else. records: whether
    calls are recorded now."""

    def __init__(
        self,
        asterisks: Sequence[Asterisk],
        vault: Vault,
        kept: float,
        writer: Writer,
        clock: Clock,
        aside: Callable[..., "Deferred[Any]"],
        records: Callable[[], bool],
        now: Callable[[], float] = time.time,
    ) -> None:
        self._asterisks = asterisks
        self._vault = vault
        self._kept = kept
        self._writer = writer
        self._clock = clock
        self._aside = aside
        self._records = records
        self._now = now
        self._swept_at = 0.0

    async def run(self) -> None:
        await looking("recordings", self.look, EVERY, self._clock)

    async def look(self) -> None:
        sweeps = self._now() >= self._swept_at + SWEEP
        if sweeps or self._records():  # also what was recorded when it was still wanted
            for asterisk in self._asterisks:
                if asterisk.connected:
                    await self._collect(asterisk)
        if sweeps:
            await self.sweep()
            self._swept_at = self._now()

    async def _collect(self, asterisk: Asterisk) -> None:
        for name in await asterisk.recordings():
            call = call_named(name)
            if call is not None:
                await self._take(asterisk, name, call)

    async def _take(self, asterisk: Asterisk, name: str, call: int) -> None:
        found = await self._run(lambda connection: recordings.call_of(connection, call))
        if found is None:
            return  # the call goes on, or was made for another Hall
        subscriber, task, agent, at = found
        if subscriber and not subscriber.isdigit():  # a caller who withholds his number has none
            await asterisk.ask(ari.forget(name))  # he was erased meanwhile
            return
        contents = await asterisk.recording(name)
        if contents is None:
            return
        file = file_of(call, at)
        try:
            seconds = await self._aside(self._vault.put, file, contents)
        except (wave.Error, EOFError) as problem:
            log.warn("the recording of call {call} is none: {why}", call=str(call), why=str(problem))
            await asterisk.ask(ari.forget(name))
            return
        kept = Recording(call, subscriber, task, agent, at, seconds, file)
        await self._run(lambda connection: recordings.keep(connection, kept))
        await asterisk.ask(ari.forget(name))

    async def sweep(self) -> None:
        """Files first: what a row names is there, and what no row names is swept the next time."""
        before = self._now() - self._kept
        while old := await self._run(lambda connection: recordings.older(connection, before)):
            await self._aside(self._vault.drop, [each.file for each in old])
            await self._run(partial(recordings.forget, kept=old))
            log.info("{count} recordings are no longer kept", count=len(old))
        lying = await self._aside(self._vault.orphans, self._now())
        if lying:
            known = await self._run(lambda connection: recordings.known(connection, lying))
            await self._aside(self._vault.drop, [file for call, file in lying.items() if call not in known])

    def _run(self, job: Callable[[Connection], Any]) -> Awaitable[Any]:
        return self._writer.run(job)
