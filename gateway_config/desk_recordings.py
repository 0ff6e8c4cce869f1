"""Recordings, as the desk asks for them: that somebody listens is noted before he does."""

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from orders.access import Did
from orders.desk_words import TaskGone
from orders.ledger import access_log, agents, recordings
from orders.ledger.desk_rows import load_task
from orders.recording import NoSuchRecording, Recording


class DeskRecordings:
    def __init__(self, run: Callable[..., Awaitable[Any]], folder: Path, now: Callable[[], float]) -> None:
        self._run = run
        self._folder = folder
        self._now = now

    async def of_task(self, task: int) -> Sequence[Recording]:
        def job(connection: Connection) -> list[Recording]:
            loaded = load_task(connection, task)
            if loaded is None:
                raise TaskGone("there is no such task; claim the next one")
            return recordings.of_task(connection, loaded.subscriber, task)

        found: list[Recording] = await self._run(job)
        return found

    async def listened(self, who: str, call: int) -> Path:
        now = self._now()

        def job(connection: Connection) -> Recording:
            found = recordings.one(connection, call)
            if found is None:
                raise NoSuchRecording("there is no recording of this call, or it is no longer kept")
            access_log.note(connection, now, who, agents.role(connection, who), Did.LISTENED, f"call {call}")
            return found

        found: Recording = await self._run(job)
        path = self._folder / found.file
        if not path.is_file():
            raise NoSuchRecording("the recording is not in the folder of recordings of this node: is it shared?")
        return path
