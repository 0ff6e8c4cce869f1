"""`hall demo` as a person starts it, on ports of its own, until it is not needed any more."""

import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Playwright

from tests.peers.hall import COMMAND
from tests.peers.needed import program
from tests.peers.patience import WITHIN
from tests.peers.ports import free_port

# A browser that asks nobody but the demonstration: no updates, no lists, no sandbox (which root cannot have).
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
)


@dataclass(frozen=True, slots=True)
class Demonstration:
    address: str
    said: Path

    def ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/readyz", timeout=2):
                return True
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False


@contextmanager
def demonstrated(folder: Path, pace: str) -> Iterator[Demonstration]:
    """pace: seconds between two steps of a delivery."""
    web, smpp = free_port(), free_port()
    found = Demonstration(f"http://127.0.0.1:{web}", folder / "said")
    ports = ["--web-port", str(web), "--smpp-port", str(smpp)]
    with found.said.open("wb") as said:
        process = subprocess.Popen(
            [*COMMAND, "demo", "--data", str(folder), "--pace", pace, *ports], stdout=said, stderr=said
        )
    try:
        until = time.monotonic() + WITHIN
        while not found.ready():
            assert process.poll() is None, found.said.read_text()
            assert time.monotonic() < until, found.said.read_text()
            time.sleep(0.1)
        yield found
        process.terminate()
        assert process.wait(timeout=WITHIN) == 0
    finally:
        process.kill()
        process.wait()


def chromium(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path=program("chromium"), args=QUIET)
