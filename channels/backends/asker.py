"""Committed look-ups, taken to the systems that can answer them.

    ledger ── ask(lookup) ──> Asker ── answer(lookup, within) ──> backend
       ▲                        │
       └── answered | postponed ┘        exactly one of them for each lookup

Somebody waits for a lookup: it is answered by `give_up_at`, come what may. For an errand (`resume` is set) nobody does:
when it fails it is postponed, longer each time, until `give_up_at` leaves no room for another try.

Stopping postpones what is under way to this very moment: the row stays, and whoever starts next asks again.
"""

from collections.abc import Callable, Mapping

from twisted.internet.defer import CancelledError, Deferred, DeferredSemaphore, TimeoutError
from twisted.logger import Logger
from twisted.python.failure import Failure

from channels.backends.backend import Backend, failed
from channels.clock import Clock, limited
from orders.lookup import Answer, Lookup

LONGEST_DELAY = 60.0
LONGEST_ATTEMPT = 30.0


class Asker:
    _log = Logger()

    def __init__(
        self,
        backends: Mapping[str, Backend],
        clock: Clock,
        answered: Callable[[Lookup, Answer], None],
        postponed: Callable[[Lookup, float], None],
        concurrent: int = 20,
    ) -> None:
        """backends: by the first word of the services they answer, `billing` for `billing.balance`."""
        self._backends = backends
        self._clock = clock
        self._answered = answered
        self._postponed = postponed
        self._turnstile = DeferredSemaphore(concurrent)
        self._tasks: dict[int, Deferred[None]] = {}
        self._stopped = False

    @property
    def under_way(self) -> int:
        return len(self._tasks)

    def ask(self, lookup: Lookup, now: float) -> None:
        """One that is under way already is not asked a second time."""
        if lookup.id in self._tasks:
            return
        if self._stopped:
            self._postponed(lookup, now)
            return
        task = Deferred.fromCoroutine(self._asked(lookup, now))
        self._tasks[lookup.id] = task
        task.addBoth(self._forget, lookup)
        task.addErrback(self._unexpected)

    def stop(self) -> None:
        """The latest first: whoever still waits for his turn must not get it because another has gone."""
        self._stopped = True
        for task in reversed(list(self._tasks.values())):
            task.cancel()

    async def _asked(self, lookup: Lookup, now: float) -> None:
        backend = self._backends.get(lookup.service.partition(".")[0])
        if backend is None:
            self._answered(lookup, failed("unsupported"))
            return
        try:
            answer = await self._answer(backend, lookup, lookup.give_up_at - now)
        except CancelledError:
            self._postponed(lookup, self._clock.seconds())
            return
        self._settle(lookup, answer)

    async def _answer(self, backend: Backend, lookup: Lookup, within: float) -> Answer:
        """Never raises but when it is cancelled: a backend that raises has failed."""
        if within <= 0:
            return failed("timeout")
        limit = within if lookup.resume is None else min(within, LONGEST_ATTEMPT)
        asking = Deferred.fromCoroutine(self._in_turn(backend, lookup, self._clock.seconds() + limit))
        try:
            return await limited(asking, limit, self._clock, _give_up)
        except TimeoutError:
            return failed("timeout")
        except CancelledError:
            raise
        except Exception:  # noqa: BLE001 (a backend's mistake must not leave a subscriber without an answer)
            self._log.failure("{service} raised", service=lookup.service)
            return failed("unavailable")

    async def _in_turn(self, backend: Backend, lookup: Lookup, deadline: float) -> Answer:
        await self._turnstile.acquire()
        try:
            return await backend.answer(lookup, max(deadline - self._clock.seconds(), 0.0))
        finally:
            self._turnstile.release()

    def _settle(self, lookup: Lookup, answer: Answer) -> None:
        again = self._clock.seconds() + min(2.0 ** min(lookup.attempts, 10), LONGEST_DELAY)
        hopeless = answer.values.get("reason") == "unsupported"
        if answer.result != "failed" or lookup.resume is None or hopeless or again >= lookup.give_up_at:
            self._answered(lookup, answer)
        else:
            self._postponed(lookup, again)

    def _forget(self, result: object, lookup: Lookup) -> object:
        self._tasks.pop(lookup.id, None)
        return result

    def _unexpected(self, failure: Failure) -> None:
        self._log.failure("the answer to a look-up could not be handed over", failure)


def _give_up(result: Answer | Failure, limit: float) -> Answer:
    if isinstance(result, Answer):
        return result
    raise TimeoutError(limit, "no answer in time")
