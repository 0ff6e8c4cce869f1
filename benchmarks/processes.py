"""The processes of a benchmark: which core each may use, and what it used of it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

TICKS = os.sysconf("SC_CLK_TCK")


def cores() -> tuple[list[int], list[int]]:
    """One for what is measured, the rest for who measures; with a single core both must share it."""
    every = sorted(os.sched_getaffinity(0))
    return every[:1], every[1:] or every


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


class Driver:
    """The message centre of `centre.py`, in its own process."""

    def __init__(self, port: int) -> None:
        command = [sys.executable, "-m", "benchmarks.centre", str(port)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        os.sched_setaffinity(self._process.pid, cores()[1])

    def measure(self, **order: Any) -> dict[str, Any]:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(order) + "\n")
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError("the message centre of the benchmark has died")
        return dict(json.loads(answer))

    def close(self) -> None:
        self._process.terminate()
        self._process.wait()


@contextmanager
def echo(port: int, driver: Driver) -> Iterator[int]:
    """The bare echo, bound to this driver; its process id."""
    driver.measure(loop="listening")
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.echo", str(port)])
    os.sched_setaffinity(process.pid, cores()[0])
    try:
        driver.measure(loop="bound")
        yield process.pid
    finally:
        process.terminate()
        process.wait()
