"""The writer: the queue before the one thread that commits.

    reactor:   accept ─┐  accept, mark, accept …             ┌─► acknowledge, send
                       ▼  (gather while the thread is busy)  │
    thread:            [ one transaction ]──commit───────────┘  [ jobs, each a transaction ]

Nobody waits in the reading path: `accept` answers with a Deferred that fires once the arrival is committed. Batches
make themselves: while one commits, the next gathers, so under light load a message is its own batch and under heavy
load hundreds share one `fsync`. What goes first, and how many at once, is in queue.py.

While the database is away, arrivals fail with `LedgerAway` and their peers keep them. What nobody outside keeps for us
(answers of message centres and of billing, the news that a connection was lost) is held and tried again, and so is
what may have been committed just as the database went away.

A message centre that has waited too long for our answer offers the message again on the same connection. What comes
again while its first copy has been waiting for `IMPATIENCE` seconds is that copy, and is told what it is told.

`run` is for everything else that needs a transaction: claims, the desk's questions, housekeeping. Such jobs come after
what had arrived before them, and those who wait for that are told before the jobs begin; a turn of jobs ends when it
has taken long, and the rest have the next one.
"""

from collections import deque
from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection, Engine
from twisted.internet.defer import Deferred
from twisted.logger import Logger
from twisted.python.failure import Failure

from orders.arrival import Arrival, LedgerAway, Taken
from orders.ledger import repeats
from orders.ledger.house import House
from orders.ledger.load import Done, Job, Load, Waiting, Written
from orders.ledger.queue import Queue
from orders.ledger.repeats import Doubts
from orders.ledger.taking import Taker
from orders.ledger.worker import Worker
from orders.outbound import Mark

T = TypeVar("T")

MARKS = 1_000
JOBS = 50
AGAIN = 1.0
IMPATIENCE = 5.0

log = Logger()


class Clock(Protocol):
    def callLater(self, delay: float, callable: Callable[..., Any], *args: Any) -> Any: ...


class Writer:
    """deliver: told of every load that was written, on the reactor, after those who wait for their arrivals: a peer
    that answers what it is sent then has surely read our acknowledgement of what it had sent us.
    direct:  which channels can send what is committed at once; asked for each load.
    """

    def __init__(
        self,
        engine: Engine,
        house: House,
        worker: Worker,
        clock: Clock,
        now: Callable[[], float],
        deliver: Callable[[Written], None] = lambda written: None,
        direct: Callable[[], frozenset[str]] = frozenset,
    ) -> None:
        self.house = house
        self.away = False
        self._worker = worker
        self._clock = clock
        self._now = now
        self._deliver = deliver
        self._direct = direct
        self._doubts = Doubts()
        self._taker = Taker(engine, self._doubts, now)
        self._queue = Queue()
        self._uncommitted: dict[tuple[str, bytes], Waiting] = {}
        self._marks: list[Mark] = []
        self._sure: dict[int, int] = {}
        self._jobs: deque[tuple[Job, Deferred[Any]]] = deque()
        self._idle: list[Deferred[None]] = []
        self._busy = False
        self._called = False

    @property
    def waiting(self) -> int:
        return len(self._queue)

    # ── what others ask of it ──

    def accept(self, arrival: Arrival, ours: bool = False) -> "Deferred[Taken]":
        """Fires once what the arrival causes is committed; fails with LedgerAway when nothing was stored.

        ours: nobody outside would offer it again, so it is kept until it can be stored.
        """
        waiting = Waiting(arrival, Deferred(), ours, self._now())
        if arrival.fingerprint:
            first = self._uncommitted.setdefault(waiting.mark, waiting)
            if waiting.since - first.since >= IMPATIENCE:
                first.again.append(waiting.told)
                return waiting.told
        self._queue.add(waiting)
        self._wake()
        return waiting.told

    def mark(self, mark: Mark) -> None:
        """Record what a message centre answered; it goes into the next transaction."""
        self._marks.append(mark)
        self._wake()

    def run(self, job: Callable[[Connection], T]) -> "Deferred[T]":
        """Do `job` in a transaction of its own. It may be done twice, and must come out the same."""
        told: Deferred[T] = Deferred()
        self._jobs.append((job, told))
        self._wake()
        return told

    def drained(self) -> "Deferred[None]":
        """Fires when nothing waits and nothing is being written."""
        told: Deferred[None] = Deferred()
        self._idle.append(told)
        self._wake()
        return told

    # ── connections, whose acknowledgements may be in doubt ──

    def start(self) -> "Deferred[None]":
        """Learn what the last life of this node left in doubt, before anything is accepted."""

        def learn(database: Connection) -> None:
            repeats.close_former_life(database, self.house.node, self._now())
            self._learn(database)

        return self.run(learn)

    def opened(self, link: str) -> int:
        """The id of a new connection; its row is there before anything that comes on it."""
        now = self._now()
        number = self.house.ids.next(now)
        self._first(lambda database: repeats.open_connection(database, number, self.house.node, link, now))
        return number

    def confirmed(self, connection: int, number: int) -> None:
        """The peer has surely read our acknowledgements up to `number`."""
        self._sure[connection] = number

    def lost(self, connection: int) -> None:
        """From here on, what is not sure on this connection is in doubt."""
        now, sure = self._now(), self._sure.pop(connection, 0)

        def close(database: Connection) -> None:
            repeats.note_sure(database, connection, sure)
            repeats.close_connection(database, connection, now)
            self._learn(database, connection)

        self._first(close)

    def _first(self, job: Job) -> None:
        self._queue.add_opening(job)
        self._wake()

    def _learn(self, database: Connection, only: int | None = None) -> None:
        now = self._now()
        self._doubts.forget_old(now)
        for fingerprint, doubt in repeats.doubtful(database, self.house.node, now, only):
            self._doubts.add(fingerprint, doubt)

    # ── gathering and writing ──

    def _wake(self) -> None:
        if not (self._busy or self._called):
            self._called = True
            self._clock.callLater(0, self._write)

    def _write(self) -> None:
        self._called = False
        if self._busy:
            return
        load = self._gather()
        if not load:
            self._tell_idle()
            return
        self._busy = True
        house = self.house
        self._worker.do(lambda: self._taker.take(load, house), lambda written: self._written(load, written))

    def _gather(self) -> Load:
        load = Load(direct=self._direct())
        self._queue.move_into(load, self._now())
        load.marks, self._marks = self._marks[:MARKS], self._marks[MARKS:]
        load.sure, self._sure = self._sure, {}
        while self._jobs and len(load.jobs) < JOBS:
            load.jobs.append(self._jobs.popleft())
        return load

    def _written(self, load: Load, written: Written | Exception) -> None:
        if isinstance(
            written, Exception
        ):  # a fault of ours, outside any transaction: nothing of it is known to be done
            log.failure("a load was not written", Failure(written))
            written = Written(away=written)
        self.away = written.away is not None
        for waiting, verdict in zip(load.arrivals, written.verdicts, strict=False):
            self._tell_one(waiting, verdict)
        try:
            self._deliver(written)
        except Exception:  # noqa: BLE001 - the writer goes on
            log.failure("what was committed could not be handed on; the sweep will find it")
        if written.away is not None:
            self._hand_back(load, written)
            self._lose_jobs(load, written.away)
        elif load.jobs:
            self._worker.do(lambda: self._taker.do(load, self.house), lambda done: self._done(load, done))
        else:
            self._go_on()

    def _done(self, load: Load, done: Done | Exception) -> None:
        if isinstance(done, Exception):
            log.failure("jobs were not done", Failure(done))
            done = Done(away=done)
        self.away = done.away is not None
        results, load.jobs = zip(load.jobs, done.results, strict=False), load.jobs[len(done.results) :]
        for (_, told), result in results:
            if isinstance(result, Exception):
                told.errback(result)
            else:
                told.callback(result)
        if done.away is not None:
            self._lose_jobs(load, done.away)
        else:
            self._jobs.extendleft(reversed(load.jobs))
            self._go_on()

    def _go_on(self) -> None:
        self._busy = False
        self._wake()

    def _lose_jobs(self, load: Load, away: Exception) -> None:
        log.warn("the database is away: {problem}", problem=str(away))
        for _, told in load.jobs:
            told.errback(LedgerAway(str(away)))
        self._busy, self._called = False, True
        self._clock.callLater(AGAIN, self._write)

    def _tell_one(self, waiting: Waiting, verdict: Taken | Exception) -> None:
        if self._uncommitted.get(waiting.mark) is waiting:
            del self._uncommitted[waiting.mark]
        waiting.tell(verdict)

    def _hand_back(self, load: Load, written: Written) -> None:
        kept = []
        for waiting in load.arrivals[len(written.verdicts) :]:
            if waiting.ours or waiting.arrival.inbound.id in written.unsure:
                kept.append(waiting)
            else:
                self._tell_one(waiting, LedgerAway(str(written.away)))
        self._queue.put_back([] if written.opened else load.openings, kept)
        if not written.opened:
            self._marks[:0] = load.marks
            self._sure = load.sure | self._sure

    def _tell_idle(self) -> None:
        idle, self._idle = self._idle, []
        for told in idle:
            told.callback(None)
