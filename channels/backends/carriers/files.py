"""A carrier who takes files: ours into one folder, his out of another.

    outbox/20261122T080000Z-hall-1-7123.csv       whole or not there: written beside it, and then renamed
    inbox/*.csv                                   ── taken by renaming, so that one node reads it ──►
          20261122.csv.hall-1.taking              ── each line told to the ledger ──►
          done/20261122.csv                       and, if lines could not be used, done/20261122.csv.errors

A node that dies with a file in hand finds it when it starts again; what was told already is told in vain. A file that
stays `.taking` under another's name is that node's, which has not come back.
"""

import os
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from twisted.logger import Logger

from channels.backends.carriers import sheets
from channels.backends.carriers.line import Reply
from channels.backends.carriers.settings import CarrierSettings
from orders.consignment import ConsignmentState, IllegalStep, NoSuchConsignment, Step, Tiding
from orders.shipment import Shipment

DONE, TAKING = "done", "taking"

log = Logger()

Aside = Callable[..., Awaitable[Any]]
Tell = Callable[[str, int, Tiding], Awaitable[bool]]


class FilesCarrier:
    """aside: does what may wait for a disk away from the reactor."""

    def __init__(self, settings: CarrierSettings, node: str, aside: Aside, now: Callable[[], float]) -> None:
        assert settings.outbox and settings.inbox
        self._settings = settings
        self._outbox, self._inbox = settings.outbox, settings.inbox
        self._node = node
        self._aside = aside
        self._now = now

    async def take(self, shipments: Sequence[Shipment]) -> list[Reply]:
        try:
            await self._aside(self._write, shipments)
        except OSError as problem:
            return [Reply(each, unreached=f"{self._outbox}: {problem.strerror}") for each in shipments]
        return [Reply(each, self._taken(each)) for each in shipments]

    def _taken(self, shipment: Shipment) -> tuple[Tiding, ...]:
        new = shipment.consignment.state is ConsignmentState.WAITING
        return (Tiding(Step.OFFER, self._now(), "house"),) if new else ()

    def _write(self, shipments: Sequence[Shipment]) -> None:
        self._outbox.mkdir(parents=True, exist_ok=True)
        at = datetime.fromtimestamp(self._now(), UTC)
        name = f"{at:%Y%m%dT%H%M%SZ}-{self._node}-{shipments[0].consignment.id}.csv"
        part = self._outbox / f".{name}.part"
        with part.open("w", encoding="utf-8-sig", newline="") as file:
            file.write(sheets.written(shipments))
            file.flush()
            os.fsync(file.fileno())
        part.rename(self._outbox / name)

    # ── what he tells ──

    async def collect(self, tell: Tell) -> int:
        """Reads what lies in the inbox; how many lines were taken. Raises LedgerAway; the file is taken again later."""
        told = 0
        for file in await self._aside(self._claim):
            told += await self._one(file, tell)
        return told

    def _claim(self) -> list[Path]:
        """His files, and those that this node had in hand before."""
        self._inbox.mkdir(parents=True, exist_ok=True)
        mine = f".{self._node}.{TAKING}"
        for file in sorted(self._inbox.glob("*.csv")):
            try:
                file.rename(file.with_name(file.name + mine))
            except FileNotFoundError:
                continue  # another node was quicker
        return sorted(self._inbox.glob(f"*{mine}"))

    async def _one(self, file: Path, tell: Tell) -> int:
        lines, problems = await self._aside(self._read, file)
        told = 0
        for line in lines:
            try:
                await tell(self._settings.name, line.told.consignment, line.told.tiding)
                told += 1
            except (NoSuchConsignment, IllegalStep) as refused:
                problems.append(f"{line.number}: {refused}")
        await self._aside(self._finish, file, problems)
        return told

    def _read(self, file: Path) -> tuple[list[sheets.Line], list[str]]:
        try:
            text = file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            return [], ["1: is not UTF-8"]
        return sheets.read(text, self._settings.words, self._now(), f"carrier:{self._settings.name}")

    def _finish(self, file: Path, problems: list[str]) -> None:
        name = file.name.removesuffix(f".{self._node}.{TAKING}")
        done = self._inbox / DONE
        done.mkdir(exist_ok=True)
        if problems:
            ordered = sorted(problems, key=lambda problem: int(problem.partition(":")[0]))
            (done / f"{name}.errors").write_text("".join(f"{name}:{each}\n" for each in ordered), encoding="utf-8")
            log.warn("{name}: {count} lines could not be used", name=name, count=len(problems))
        file.replace(done / name)
