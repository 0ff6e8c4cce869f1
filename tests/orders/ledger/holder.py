"""Another server, as far as the lock goes: a process that takes it, says so, and holds it until it is killed."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_PROGRAM = """
import sys
from orders.ledger.engine import NodeLock, open_engine
url, node = sys.argv[1:]
lock = NodeLock(url, open_engine(url), node)
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def holding(url: str, node: str) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-c", _PROGRAM, url, node]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None and process.stdout.readline() == "held\n"
            yield process
        finally:
            process.kill()
