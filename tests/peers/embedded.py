"""The embedded message centre in a process of its own, and its handsets in the test's hands.

As a process (`python -m tests.peers.embedded PORT`) it reads what a handset texts, and writes whatever a handset's
messages become, as JSON lines.
"""

import json
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from tests.peers.patience import WITHIN
from tests.peers.ports import free_port

ROOT = Path(__file__).parents[2]


class EmbeddedCentre:
    def __init__(self) -> None:
        self.port = free_port()
        self._told: list[dict[str, Any]] = []
        self._news = threading.Condition()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.peers.embedded", str(self.port)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        threading.Thread(target=self._listen, daemon=True).start()
        self._awaits(lambda told: told.get("event") == "listening")

    def texts(self, msisdn: str, text: str) -> None:
        stdin = self._process.stdin
        assert stdin is not None
        stdin.write(json.dumps({"from": msisdn, "text": text}) + "\n")
        stdin.flush()

    def hears(self, msisdn: str) -> str:
        """What Hall says to this handset first."""
        told = self._awaits(lambda told: told.get("to") == msisdn and told["whole"])
        return str(told["text"])

    def times(self, msisdn: str) -> int:
        """How many messages this handset has had."""
        with self._news:
            return len({told["id"] for told in self._told if told.get("to") == msisdn and told["whole"]})

    def said_to(self, msisdn: str) -> list[str]:
        """All that Hall has said to this handset."""
        with self._news:
            return [str(told["text"]) for told in self._told if told.get("to") == msisdn and told["whole"]]

    def silent(self, msisdn: str) -> bool:
        with self._news:
            return not any(told.get("to") == msisdn for told in self._told)

    def close(self) -> None:
        self._process.kill()
        self._process.wait()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            with self._news:
                self._told.append(json.loads(line))
                self._news.notify_all()

    def _awaits(self, wanted: Any) -> dict[str, Any]:
        until = time.monotonic() + WITHIN
        with self._news:
            while True:
                found = next((told for told in self._told if wanted(told)), None)
                if found is not None:
                    return found
                left = until - time.monotonic()
                assert left > 0, f"the centre told only: {self._told}"
                self._news.wait(left)


def main(port: int) -> None:
    from twisted.internet import reactor
    from twisted.internet.stdio import StandardIO
    from twisted.protocols.basic import LineOnlyReceiver

    from channels.sms.centre.centre import MessageCentre
    from channels.sms.centre.wire import CentreFactory

    house: Any = reactor
    numbers = iter(range(1, sys.maxsize))
    centre = MessageCentre(house, lambda: next(numbers))
    known: set[str] = set()

    def tell(**what: Any) -> None:
        print(json.dumps(what), flush=True)

    class Orders(LineOnlyReceiver):
        delimiter = b"\n"

        def lineReceived(self, line: bytes) -> None:
            said = json.loads(line)
            if said["from"] not in known:
                known.add(said["from"])
                centre.listen(said["from"], self._heard)
            centre.submit_mo(said["from"], said["text"])

        def _heard(self, message: Any) -> None:
            if message.direction == "in":
                tell(to=message.msisdn, id=message.id, text=message.text, whole=message.arrived == message.segments)

        def connectionLost(self, reason: Any = None) -> None:
            house.stop()

    house.listenTCP(port, CentreFactory(centre, house), interface="127.0.0.1")
    StandardIO(Orders())
    tell(event="listening")
    house.run()


if __name__ == "__main__":
    main(int(sys.argv[1]))
