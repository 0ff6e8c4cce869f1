"""Taking a load, in the thread: which errors are whose, and what is tried again.

    the database cannot be reached      `Away`: stop here; what is committed stays committed, the rest is handed back
    two nodes got in each other's way   (deadlock, serialisation failure) the same transaction again, `TRIES` times
    a turn failed after it had written  `Poisoned`: again, with the culprit set aside
    anything else                       halve, until the culprit stands alone; it goes to quarantine, the rest commits

A transaction may therefore run more than once. Everything in it is made to come out the same.

When the database goes away in the middle of a commit, nobody knows whether it was one. Its arrivals are not handed
back (their peers would offer again what may have been taken) but kept, and looked for by their ids when they are tried
again: those that are stored have had their effect.
"""

import time
import traceback
from collections.abc import Callable, Sequence
from typing import TypeVar

from sqlalchemy import Connection, Engine, insert
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from twisted.logger import Logger

from dialogs.words import AgentDecided
from orders.arrival import Arrival, Taken
from orders.ledger import numbering, receipts, repeats
from orders.ledger.batch import Batch
from orders.ledger.gathered import Committed, quarantine_row
from orders.ledger.house import House
from orders.ledger.load import Done, Load, Written
from orders.ledger.repeats import Doubts
from orders.ledger.tables import quarantine
from orders.ledger.talk import Poisoned
from orders.outbound import Mark

T = TypeVar("T")

TRIES = 5
JOBS_WITHIN = 0.02
COLLISIONS = ("40001", "40P01")

log = Logger()


class Away(Exception):
    """The database cannot be reached."""


class InDoubt(Away):
    """It went away in the middle of a commit."""


class Taker:
    """Takes one load after another; lives in the thread, and is the only one to touch the doubts while it works."""

    def __init__(self, engine: Engine, doubts: Doubts, now: Callable[[], float]) -> None:
        self._engine = engine
        self._doubts = doubts
        self._now = now
        self._unsure: set[int] = set()  # inbounds of a commit of which nobody knows whether it was one

    def take(self, load: Load, house: House) -> Written:
        written = Written()
        began = time.perf_counter()
        try:
            if load.openings or load.arrivals or load.marks or load.sure:
                self._take_arrivals(load, house, written)
        except Away as away:
            written.away = away
        written.seconds = time.perf_counter() - began
        written.unsure = frozenset(self._unsure)
        return written

    def do(self, load: Load, house: House) -> Done:
        """As many of its jobs as there is time for while others wait, but one at least."""
        done, until = Done(), time.perf_counter() + JOBS_WITHIN
        try:
            for job, _ in load.jobs:
                done.results.append(self._job(job, house))
                if time.perf_counter() > until:
                    break
        except Away as away:
            done.away = away
        return done

    # ── arrivals ──

    def _take_arrivals(self, load: Load, house: House, written: Written) -> None:
        arrivals = [waiting.arrival for waiting in load.arrivals]

        def everything(connection: Connection) -> Committed:
            for opening in load.openings:
                opening(connection)
            for number, sure in load.sure.items():
                repeats.note_sure(connection, number, sure)
            receipts.mark(connection, load.marks, self._now())
            return self._batch(connection, house, load.direct, arrivals)

        try:
            committed = self._take_turns(house, arrivals, everything)
        except Away:
            raise
        except Exception:  # noqa: BLE001 - somebody in it is the culprit; find out who
            self._piecemeal(load, house, arrivals, written)
        else:
            written.opened = True
            self._settle(committed, written)

    def _piecemeal(self, load: Load, house: House, arrivals: list[Arrival], written: Written) -> None:
        for opening in load.openings:
            self._job(opening, house)
        for number, sure in load.sure.items():
            self._transaction(lambda c, n=number, s=sure: repeats.note_sure(c, n, s))  # type: ignore[misc]
        self._halve_marks(load.marks)
        written.opened = True
        self._halve(load, house, arrivals, written)

    def _halve(self, load: Load, house: House, arrivals: list[Arrival], written: Written) -> None:
        if not arrivals:
            return
        culprits: dict[int, str] = {}
        while True:
            try:
                committed = self._take_turns(
                    house,
                    arrivals,
                    lambda connection: self._batch(connection, house, load.direct, arrivals, culprits),
                )
            except Away:
                raise
            except Poisoned as poisoned:
                culprits[poisoned.culprit] = poisoned.trace
            except Exception as problem:  # noqa: BLE001 - see above
                if len(arrivals) == 1:
                    self._alone(load, house, arrivals[0], problem, written)
                else:
                    middle = len(arrivals) // 2
                    self._halve(load, house, arrivals[:middle], written)
                    self._halve(load, house, arrivals[middle:], written)
                return
            else:
                self._settle(committed, written)
                return

    def _alone(self, load: Load, house: House, arrival: Arrival, problem: Exception, written: Written) -> None:
        told = arrival.inbound
        trace = "".join(traceback.format_exception(problem))
        if isinstance(told.kind, AgentDecided):
            written.verdicts.append(problem)
            return
        try:
            committed = self._take_turns(
                house,
                [arrival],
                lambda connection: self._batch(connection, house, load.direct, [arrival], {told.id: trace}),
            )
        except Away:
            raise
        except Exception:  # noqa: BLE001 - not even its text can be stored: keep what can be
            log.failure("an inbound that cannot be stored as it is goes to quarantine bare", id=str(told.id))
            row = quarantine_row(told, self._now(), trace)
            plain = {name: ascii(value) if isinstance(value, str) else value for name, value in row.items()}
            self._transaction(lambda connection: connection.execute(insert(quarantine), plain))
            written.verdicts.append(Taken.QUARANTINED)
        else:
            self._settle(committed, written)

    def _batch(
        self,
        connection: Connection,
        house: House,
        direct: frozenset[str],
        arrivals: Sequence[Arrival],
        culprits: dict[int, str] | None = None,
    ) -> Committed:
        batch = Batch(connection, house, self._doubts, self._now(), direct)
        return batch.take(arrivals, culprits, self._unsure)

    def _take_turns(
        self, house: House, arrivals: Sequence[Arrival], work: Callable[[Connection], Committed]
    ) -> Committed:
        ids = {arrival.inbound.id for arrival in arrivals}
        try:
            committed = self._transaction(work, lambda: self._enough_numbers(house))
        except InDoubt:
            self._unsure |= ids
            raise
        self._unsure -= ids
        return committed

    def _enough_numbers(self, house: House) -> None:
        """Each try uses up order numbers of its own, so there must be enough before each."""
        if house.numbers.low:
            house.numbers.add(self._transaction(numbering.take_block))

    def _settle(self, committed: Committed, written: Written) -> None:
        for fingerprint, doubt in committed.settled:
            self._doubts.settle(fingerprint, doubt)
        written.verdicts.extend(committed.verdicts)
        written.batches.append(committed)

    # ── marks and jobs ──

    def _halve_marks(self, marks: list[Mark]) -> None:
        if not marks:
            return
        try:
            self._transaction(lambda connection: receipts.mark(connection, marks, self._now()))
        except Away:
            raise
        except Exception:  # noqa: BLE001 - one of them is the culprit
            if len(marks) == 1:
                # Its lease runs out and it is sent again: once too often is better than never.
                log.failure("the answer to message {id} could not be recorded", id=str(marks[0].outbound))
                return
            middle = len(marks) // 2
            self._halve_marks(marks[:middle])
            self._halve_marks(marks[middle:])

    def _job(self, job: Callable[[Connection], T], house: House) -> T | Exception:
        try:
            return self._transaction(job, lambda: self._enough_numbers(house))
        except Away:
            raise
        except Exception as problem:  # noqa: BLE001 - it is the asker's
            return problem

    # ── one transaction ──

    def _transaction(self, work: Callable[[Connection], T], before: Callable[[], None] = lambda: None) -> T:
        tries, stale = 0, 0
        while True:
            before()
            done = False
            try:
                with self._engine.begin() as connection:
                    result = work(connection)
                    done = True
                return result  # noqa: TRY300 - the commit is part of what may fail
            except (OperationalError, InterfaceError) as problem:
                if collided(problem) and tries < TRIES:
                    tries += 1
                elif done:
                    raise InDoubt(str(problem.orig)) from problem
                elif problem.connection_invalidated and not stale:
                    stale += 1  # the pooled connection had died; a fresh one may well do
                else:
                    raise Away(str(problem.orig)) from problem
            except DBAPIError as problem:
                if not collided(problem) or tries >= TRIES:
                    raise
                tries += 1


def collided(problem: DBAPIError) -> bool:
    return getattr(problem.orig, "sqlstate", None) in COLLISIONS
