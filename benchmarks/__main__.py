"""`make bench`: how many turns a second one core of Hall holds, how long a subscriber waits, and what limits it.

A turn is a text from a subscriber and the answer to it. Hall runs as in production (`hall serve`, its own database,
every commit on the disk before anything is acknowledged) and is pinned to one core; the message centre has the other.
Each run also measures two baselines on the same machine, because numbers of different machines cannot be compared and
ratios can: the same wire with nothing behind it, and the same rows with nothing in front of them.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import batches, rows
from benchmarks.conversations import CONVERSATIONS
from benchmarks.processes import Driver, cores, cpu_seconds, echo
from tests.peers import hall, postgres
from tests.peers.ports import free_port

WINDOW = 1000
BUSY = 0.9

HEADINGS = ("", "turns/s", "p50 ms", "p99 ms", "max ms", "µs CPU/turn", "core", "centre", "batch mean", "p50", "p99")
FORM = "{:<26}{:>9}{:>9}{:>9}{:>9}{:>13}{:>7}{:>8}{:>12}{:>6}{:>6}"


@dataclass(frozen=True, slots=True)
class Options:
    database: str
    seconds: float
    warm: float
    outstanding: tuple[int, ...]
    rates: tuple[float, ...]
    conversations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Result:
    turns_a_second: float
    core: float
    batch: float


class Bench:
    """One thing measured under the same loads: Hall, or the bare echo."""

    def __init__(self, driver: Driver, pid: int, serving: hall.Hall | None = None) -> None:
        self._driver = driver
        self._pid = pid
        self._serving = serving

    def measure(self, name: str, **load: Any) -> Result:
        cpu, before, began = cpu_seconds(self._pid), self._batches(), time.perf_counter()
        seen = self._driver.measure(**load)
        took = time.perf_counter() - began
        core = (cpu_seconds(self._pid) - cpu) / took
        sizes = self._batches().since(before)
        result = Result(len(seen["delays"]) / seen["seconds"], core, sizes.mean)
        print(_line(name, seen, result, seen["cpu"] / took, sizes), flush=True)
        return result

    def _batches(self) -> batches.Batches:
        return batches.read(self._serving.get) if self._serving else batches.Batches(0, 0, {})


def _line(name: str, seen: dict[str, Any], result: Result, centre: float, sizes: batches.Batches) -> str:
    delays, rate = seen["delays"], result.turns_a_second
    times = [f"{delays[int(share * (len(delays) - 1))] * 1000:.1f}" if delays else "-" for share in (0.5, 0.99, 1.0)]
    used = f"{result.core / rate * 1e6:.0f}" if rate else "-"
    edges = [sizes.percentile(share) for share in (0.5, 0.99)] if sizes.count else ["", ""]
    mean = f"{sizes.mean:.1f}" if sizes.count else ""
    line = FORM.format(name, f"{rate:,.0f}", *times, used, f"{result.core:.0%}", f"{centre:.0%}", mean, *edges)
    odd = {what: seen[what] for what in ("unanswered", "strange", "refused") if seen[what]}
    return f"{line}  {odd or ''}".rstrip()


def _loads(options: Options, conversation: str) -> Iterator[tuple[str, dict[str, Any]]]:
    common = {"conversation": conversation, "warm": options.warm, "seconds": options.seconds}
    for outstanding in options.outstanding:
        yield f"{conversation}, {outstanding} waiting", {"loop": "closed", "outstanding": outstanding, **common}
    for rate in options.rates:
        yield f"{conversation}, {rate:.0f} a second", {"loop": "open", "rate": rate, **common}


def measure_hall(options: Options, folder: Path, database: str) -> dict[str, Result]:
    port = free_port()
    driver = Driver(port)
    serving = hall.Hall(hall.setup(folder, database, port, window=WINDOW), cores()[0])
    try:
        serving.await_ready()
        driver.measure(loop="bound")
        bench = Bench(driver, serving.pid, serving)
        loads = [load for conversation in options.conversations for load in _loads(options, conversation)]
        return {name: bench.measure(name, **load) for name, load in loads}
    finally:
        serving.end()
        driver.close()


def measure_echo(options: Options) -> dict[str, Result]:
    port = free_port()
    driver = Driver(port)
    common = {"loop": "closed", "conversation": "balance", "warm": 0.5, "seconds": options.seconds / 2}
    try:
        with echo(port, driver) as pid:
            bench = Bench(driver, pid)
            names = {f"echo, {outstanding} waiting": outstanding for outstanding in options.outstanding}
            return {name: bench.measure(name, outstanding=number, **common) for name, number in names.items()}
    finally:
        driver.close()


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'hall.db'}"
        return
    with postgres.running() as server, server.database() as url:
        yield url


def compare(options: Options, measured: dict[str, Result], echoed: dict[str, Result]) -> None:
    print()
    most = options.outstanding[-1]
    for conversation in options.conversations:
        result = measured[f"{conversation}, {most} waiting"]
        wire = echoed[f"echo, {most} waiting"].turns_a_second
        batch = max(1, round(result.batch))
        bare = rows.turns_a_second(batch, options.seconds / 2)
        print(
            f"{conversation}: 1/{wire / result.turns_a_second:.1f} of the bare wire,"
            f" 1/{bare / result.turns_a_second:.1f} of its rows alone ({bare:,.0f} a second in batches of {batch});"
            f" {_limit(result)}"
        )


def _limit(result: Result) -> str:
    if result.core >= BUSY:
        return f"limited by its core ({result.core:.0%} busy)"
    return f"its core is {result.core:.0%} busy: limited by waiting for commits, or by the message centre"


def main() -> None:
    options = _options()
    os.sched_setaffinity(0, cores()[1])
    print(
        f"Hall on one core with {options.database}; {options.seconds:.0f} seconds a line after {options.warm:.0f} warm"
    )
    print(FORM.format(*HEADINGS))
    echoed = measure_echo(options)
    with tempfile.TemporaryDirectory(prefix="hall-bench-") as folder, database(options.database, Path(folder)) as url:
        measured = measure_hall(options, Path(folder), url)
    compare(options, measured, echoed)


def _options() -> Options:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.split("\n\n")[0])
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--seconds", type=float, default=5.0, help="how long each line is measured")
    parser.add_argument("--warm", type=float, default=2.0, help="how long before that it runs unmeasured")
    parser.add_argument("--outstanding", type=int, nargs="+", default=[10, 100, 1000], help="subscribers waiting")
    parser.add_argument("--rates", type=float, nargs="*", default=[500, 1500], help="turns a second in the open loop")
    parser.add_argument("--conversations", nargs="+", choices=sorted(CONVERSATIONS), default=sorted(CONVERSATIONS))
    given = parser.parse_args()
    return Options(
        given.database,
        given.seconds,
        given.warm,
        tuple(given.outstanding),
        tuple(given.rates),
        tuple(given.conversations),
    )


if __name__ == "__main__":
    main()
