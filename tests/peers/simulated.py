"""`hall simulate smsc` as an operator starts it, led by its terminal: handsets in the test's hands."""

import re
import signal
import subprocess
import threading

from tests.peers.hall import COMMAND
from tests.peers.patience import WITHIN
from tests.peers.ports import free_port

HEARD = re.compile(r"^(\d+) ◄ (\w+): (.*)$")
COUNTED = re.compile(r"^ +([\d,]+)  (.*)$")


class NothingHeard(Exception):
    pass


class SimulatedCentre:
    """options: as on the command line."""

    def __init__(self, *options: str) -> None:
        self.port = free_port()
        self._lines: list[str] = []
        self._unheard: list[tuple[str, str]] = []
        self._news = threading.Condition()
        listen = f"--listen=tcp:{self.port}:interface=127.0.0.1"
        self._process = subprocess.Popen(
            [*COMMAND, "simulate", "smsc", listen, "--type=13800000000", *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            bufsize=1,
        )
        threading.Thread(target=self._read, daemon=True).start()
        self.awaits("one message a line")

    def texts(self, msisdn: str, text: str) -> None:
        """Without a text, only to listen to what this handset is told."""
        assert self._process.stdin
        self._process.stdin.write(f"{msisdn}: {text}\n")
        self.awaits(f"{msisdn} texts to")

    def hears(self, msisdn: str) -> str:
        """The next whole message on this handset."""
        with self._news:
            found = self._news.wait_for(lambda: self._of(msisdn), WITHIN)
            if not found:
                raise NothingHeard(f"nothing for {msisdn}; the message centre said {self._lines[-20:]}")
            self._unheard.remove(found)
            return found[1]

    def awaits(self, words: str) -> None:
        with self._news:
            if not self._news.wait_for(lambda: any(words in line for line in self._lines), WITHIN):
                raise NothingHeard(f"not said: {words!r}; but {self._lines[-20:]}")

    def stop(self) -> dict[str, int]:
        """What happened how often."""
        self.close()
        counted = [match for line in self._lines if (match := COUNTED.match(line))]
        return {match[2]: int(match[1].replace(",", "")) for match in counted}

    def close(self) -> None:
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        self._process.wait(timeout=WITHIN)
        with self._news:
            self._news.wait_for(lambda: self._lines[-1:] == [""], WITHIN)

    def _of(self, msisdn: str) -> tuple[str, str] | None:
        return next((each for each in self._unheard if each[0] == msisdn), None)

    def _read(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            self._note(line.rstrip("\n"))
        self._note("")

    def _note(self, line: str) -> None:
        heard = HEARD.match(line)
        with self._news:
            self._lines.append(line)
            if heard:
                self._unheard.append((heard[1], heard[3]))
            self._news.notify_all()
