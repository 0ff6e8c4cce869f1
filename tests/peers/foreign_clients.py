"""ESMEs that we did not write, led from a test: each a process of its own that speaks lines of JSON.

test ── {"do": "submit", "tag", "octets", "destination_addr", "source_addr", "esm_class", "data_coding", …} ──► ESME
        {"do": "query", "tag", "message_id", "source_addr"}, {"do": "unbind"}
     ◄─ {"event": "bound", "status"} | {"event": "lost" | "unbound" | "error"}
        {"event": "answered", "tag", "status", "message_id"}
        {"event": "delivered", "source", "text", "part", "esm_class", "receipted", "state"}
"""

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.peers.needed import missing, program
from tests.peers.patience import WITHIN

HERE = Path(__file__).parent

Event = dict[str, Any]


def _node() -> list[str]:
    if not (HERE / "node_modules" / "smpp").is_dir():
        missing("npm's smpp in tests/peers/node_modules")
    return [program("node"), str(HERE / "client_node.js")]


CLIENTS: dict[str, Callable[[], list[str]]] = {
    "node": _node,
    "smpp34": lambda: [sys.executable, str(HERE / "client_smpp34.py")],
}


class NothingHeard(Exception):
    pass


class ForeignClient:
    def __init__(
        self, kind: str, port: int, mode: str, system_id: str, password: str = "secret", address_range: str = ""
    ) -> None:
        words = [str(port), mode, system_id, password, address_range]
        self._process = subprocess.Popen(
            [*CLIENTS[kind](), *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        self._events: list[Event] = []
        self._tags = 0
        self._news = threading.Condition()
        threading.Thread(target=self._read, daemon=True).start()
        self.bound = self.awaits(lambda event: event["event"] == "bound")["status"]

    def submits(self, to: str, octets: bytes, **fields: Any) -> Event:
        """Its answer."""
        return self._asks({"do": "submit", "destination_addr": to, "octets": octets.hex(), **fields})

    def queries(self, message_id: str, source: str) -> Event:
        return self._asks({"do": "query", "message_id": message_id, "source_addr": source})

    def hears(self, wanted: Callable[[Event], bool] = lambda event: True) -> Event:
        """The next deliver_sm of this kind; it is heard once."""
        return self.awaits(lambda event: event["event"] == "delivered" and wanted(event))

    def unbinds(self) -> None:
        self._order({"do": "unbind"})
        self.awaits(lambda event: event["event"] == "unbound")

    def awaits(self, wanted: Callable[[Event], bool]) -> Event:
        def found() -> Event | None:
            return next((event for event in self._events if wanted(event)), None)

        with self._news:
            event = self._news.wait_for(found, WITHIN)
            if event is None:
                raise NothingHeard(f"so far {self._events}")
            self._events.remove(event)
            return event

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(timeout=WITHIN)

    def _asks(self, order: Event) -> Event:
        self._tags += 1
        tag = self._tags
        self._order({**order, "tag": tag})
        return self.awaits(lambda event: event["event"] == "answered" and event["tag"] == tag)

    def _order(self, order: Event) -> None:
        assert self._process.stdin
        self._process.stdin.write(json.dumps(order) + "\n")

    def _read(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            with self._news:
                self._events.append(json.loads(line))
                self._news.notify_all()
