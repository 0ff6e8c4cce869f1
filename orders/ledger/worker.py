"""Where the ledger's work is done: a thread in life, the caller's own steps in a test.

`do(work, then)` runs `work` away from the reactor and calls `then` with its result back on it. One worker does one
thing at a time, in the order given. `MemoryWorker` does nothing until told to `perform`, so that a test can look at
what has gathered while a batch is "committing".
"""

import threading
from collections import deque
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, Protocol, TypeVar

T = TypeVar("T")


class Worker(Protocol):
    def do(self, work: Callable[[], T], then: "Callable[[T | Exception], None]") -> None: ...

    def quit(self) -> None: ...


def outcome_of(work: Callable[[], T]) -> T | Exception:
    try:
        return work()
    except Exception as problem:  # noqa: BLE001 - it is handed to the caller, whatever it is
        return problem


class ThreadWorker:
    """One thread; `back` puts a call on the reactor (`reactor.callFromThread`)."""

    def __init__(self, back: Callable[..., Any], name: str = "ledger") -> None:
        self._back = back
        self._tasks: SimpleQueue[tuple[Callable[[], Any], Callable[[Any], None]] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def do(self, work: Callable[[], T], then: "Callable[[T | Exception], None]") -> None:
        self._tasks.put((work, then))

    def quit(self) -> None:
        self._tasks.put(None)
        self._thread.join(timeout=30)

    def _run(self) -> None:
        while (task := self._tasks.get()) is not None:
            work, then = task
            self._back(then, outcome_of(work))


class MemoryWorker:
    def __init__(self) -> None:
        self._tasks: deque[tuple[Callable[[], Any], Callable[[Any], None]]] = deque()

    def do(self, work: Callable[[], T], then: "Callable[[T | Exception], None]") -> None:
        self._tasks.append((work, then))

    def perform(self) -> bool:
        """Do the next thing; False when there is none."""
        if not self._tasks:
            return False
        work, then = self._tasks.popleft()
        then(outcome_of(work))
        return True

    def quit(self) -> None:
        self._tasks.clear()
