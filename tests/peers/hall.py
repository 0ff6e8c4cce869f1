"""Hall as a process of its own, started as an operator starts it: a configuration file, then `hall serve`."""

import json
import os
import signal
import subprocess
import sys
import time
import traceback
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner

from gateway_config.command import main
from tests.peers.patience import WITHIN
from tests.peers.ports import free_port

COMMAND = [sys.executable, "-c", "from gateway_config.command import main; main()"]
ANY_TIME = Path(__file__).parents[2] / "gateway_config" / "seed" / "calling_hours.yaml"
CATALOGUE = Path(__file__).parents[2] / "gateway_config" / "seed" / "catalogue.yaml"

CONFIGURATION = """
[node]
name = "hall-1"
data = {data}

[database]
url = {database}

[service]
language = "zh"
time_zone = "Asia/Shanghai"
country = "CN"

[web]
listen = "tcp:{web}:interface=127.0.0.1"
authentication = "none"

[[sms.link]]
name = "smsc-a"
connect = "tcp:127.0.0.1:{centre}"
bind = "{bind}"
system_id = "hall"
password = "secret"
short_codes = ["10086"]
window = {window}
{link}

[billing]
kind = "embedded"
default_balance = 18.88

[orders]
confirm = "flagged"
{orders}
[calls]
hours = {hours}
{calls}
"""


class NotReady(Exception):
    pass


@dataclass(frozen=True, slots=True)
class Setup:
    """Where one Hall lives: its folder, database, and the port of the message centre that it is to bind to."""

    folder: Path
    database: str
    centre: int
    web: int
    window: int = 50
    link: str = ""  # more lines of the link's configuration
    bind: str = "transceiver"
    calls: str = ""  # more lines of [calls]
    orders: str = ""  # and of [orders]

    @property
    def configuration(self) -> Path:
        return self.folder / "hall.toml"

    def prepare(self) -> None:
        self.configure()
        self.run("db", "upgrade")
        self.run("catalogue", "import", str(CATALOGUE))

    def configure(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        quoted = {"data": json.dumps(str(self.folder / "var")), "database": json.dumps(self.database)}
        quoted["hours"] = json.dumps(str(ANY_TIME))
        numbers = {"centre": self.centre, "web": self.web, "window": self.window}
        self.configuration.write_text(
            CONFIGURATION.format(
                **quoted, **numbers, link=self.link, bind=self.bind, calls=self.calls, orders=self.orders
            )
        )

    def run(self, *words: str, stdin: str = "") -> str:
        """One of the commands that come to an end. What it said, or what was wrong. It is carried out in this process:
        to start another takes longer than most of them.
        """
        done = CliRunner().invoke(main, [*words, "--config", str(self.configuration)], input=stdin)
        if done.exit_code:
            fault = "".join(traceback.format_exception(done.exception)) if done.exception else ""
            raise NotReady(f"hall {' '.join(words)} ended with {done.exit_code}:\n{done.output}{fault}")
        return done.stdout


def setup(
    folder: Path,
    database: str,
    centre: int,
    window: int = 50,
    link: str = "",
    bind: str = "transceiver",
    calls: str = "",
    orders: str = "",
) -> Setup:
    made = Setup(folder, database, centre, free_port(), window, link, bind, calls, orders)
    made.prepare()
    return made


class Hall:
    """A running `hall serve`. What it writes is kept in `hall.log` beside its configuration."""

    def __init__(self, setup: Setup, cores: Sequence[int] = ()) -> None:
        self._setup = setup
        self.log = setup.folder / "hall.log"
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*COMMAND, "serve", "--config", str(setup.configuration)], stdout=log, stderr=log
            )
        if cores:
            os.sched_setaffinity(self._process.pid, cores)

    @property
    def pid(self) -> int:
        return self._process.pid

    def await_ready(self) -> "Hall":
        until = time.monotonic() + WITHIN
        while not self._ready():
            if not self.alive():
                raise NotReady(f"hall serve ended with {self._process.returncode}:\n{self.tail()}")
            if time.monotonic() > until:
                raise NotReady(f"hall serve was not ready within {WITHIN:.0f} seconds:\n{self.tail()}")
            time.sleep(0.05)
        return self

    def alive(self) -> bool:
        return self._process.poll() is None

    def kill(self) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def end(self) -> None:
        if self.alive():
            self.kill()

    def stop(self) -> int:
        """As an operator stops it. Its exit status."""
        if self.alive():
            self._process.send_signal(signal.SIGTERM)
        try:
            return self._process.wait(timeout=WITHIN)
        except subprocess.TimeoutExpired:
            self.kill()
            raise NotReady(f"hall serve did not stop within {WITHIN:.0f} seconds:\n{self.tail()}") from None

    def tail(self, lines: int = 40) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def get(self, path: str) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self._setup.web}{path}", timeout=WITHIN) as answer:
            return str(answer.read().decode())

    def _ready(self) -> bool:
        try:
            self.get("/readyz")
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False
        return True
