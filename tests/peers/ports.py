"""Ports for servers that are told their port before they listen.

Asking the kernel for a free port, giving it back and listening on it later loses a race now and then: what the kernel
gives away are the ports of outgoing connections too, and the tests next door make thousands of those. So these ports
lie below the kernel's own range, and a lock on a file, held until the process ends, keeps two runs of the tests apart.
"""

import fcntl
import os
import socket
import tempfile
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import IO

FIRST, LAST = 10_000, 19_999

_mine: list[IO[bytes]] = []
_turns = count(os.getpid() * 100)


class NoPortLeft(Exception):
    """Every port from FIRST to LAST is listened on or promised to somebody."""


def free_port() -> int:
    """A port nobody listens on, by TCP or UDP, and that nobody else who asks here is given while this process lives."""
    for _ in range(FIRST, LAST + 1):
        port = FIRST + next(_turns) % (LAST + 1 - FIRST)
        if _locked(port) and _free(port):
            return port
    raise NoPortLeft(f"no port from {FIRST} to {LAST} is free")


def _locked(port: int) -> bool:
    folder = Path(tempfile.gettempdir()) / f"hall-test-ports-{os.getuid()}"
    folder.mkdir(exist_ok=True)
    lock = (folder / str(port)).open("wb")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return False
    _mine.append(lock)
    return True


def _free(port: int) -> bool:
    return all(_bindable(port, kind) for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM))


def _bindable(port: int, kind: socket.SocketKind) -> bool:
    with closing(socket.socket(socket.AF_INET, kind)) as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
