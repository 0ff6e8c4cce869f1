"""Message centres that we did not write, led from a test.

Each runs as a process of its own (`smsc_node.js`, `smsc_smpp34.py`) and speaks lines of JSON, the same for all:

    test ── {"do": "deliver", "tag", "source", "destination", "esm_class", "coding", "octets", …} ──►  centre
            {"do": "answer", "statuses": [0x58]}   to the next submit_sm
            {"do": "unbind"}
         ◄─ {"event": "listening" | "bound" | "lost" | "error"}
            {"event": "answered", "tag", "status"} | {"event": "undelivered", "tag"}
            {"event": "submitted", "destination", "text", "part", "message_id", "registered", "status", …}

What is dialled or typed in a USSD session has {"ussd": {"op", "tag", "mark"}}, and what is said into it {"ussd": {"op",
"mark"}}.

What the centre's library decoded is taken as it is; only the parts of a long message are put in a row here.
"""

import json
import queue
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from tests.peers.needed import missing, program
from tests.peers.patience import WITHIN
from tests.peers.ports import free_port

HERE = Path(__file__).parent
SHORT_CODE = "10086"
UDHI, RECEIPT = 0x40, 0x04
UCS2 = 8
DELIVERED = 2

Event = dict[str, Any]
Found = TypeVar("Found")


def _node() -> list[str]:
    if not (HERE / "node_modules" / "smpp").is_dir():
        missing("npm's smpp in tests/peers/node_modules")
    return [program("node"), str(HERE / "smsc_node.js")]


def _smpp34() -> list[str]:
    return [sys.executable, str(HERE / "smsc_smpp34.py")]


COMMANDS: dict[str, Callable[[], list[str]]] = {"node": _node, "smpp34": _smpp34}


class NothingHeard(Exception):
    pass


class ForeignCentre:
    def __init__(self, kind: str) -> None:
        self.port = free_port()
        command = [*COMMANDS[kind](), str(self.port)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        self._lines: queue.Queue[Event] = queue.Queue()
        self._unread: list[Event] = []
        self._pending: dict[int, Event] = {}
        self._answers: dict[int, int] = {}
        self._tags = 0
        self._references = 0
        self.events: Counter[str] = Counter()
        threading.Thread(target=self._read, daemon=True).start()
        self.await_count("listening", 1)

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(timeout=WITHIN)

    # ── what the handsets do ─────────────────────────────────────────────────────────────────────────────────────────

    def texts(self, msisdn: str, *texts: str) -> list[int]:
        """Short messages on their way; the tags by which their answers are known."""
        return [self._deliver(msisdn, text, 0, _octets(text)) for text in texts]

    def delivers(self, msisdn: str, octets: bytes, coding: int, esm_class: int = 0, **extra: Any) -> int:
        """A deliver_sm with whatever is in it; `sar` and `payload` as the centres understand them."""
        return self._deliver(msisdn, "", esm_class, octets, coding=coding, **extra)

    def puts_in(self, msisdn: str, text: str, op: int, tag: int, mark: str) -> int:
        """What is dialled or typed in a USSD session, marked as its gateway marks it."""
        return self._deliver(msisdn, text, 0, _octets(text), ussd={"op": op, "tag": tag, "mark": mark})

    def texts_long(self, msisdn: str, text: str) -> list[int]:
        """In parts of 67 characters, the last one first."""
        self._references = self._references % 255 + 1
        pieces = [text[at : at + 67] for at in range(0, len(text), 67)]
        tags = []
        for number in range(len(pieces), 0, -1):
            header = bytes([5, 0, 3, self._references, len(pieces), number])
            tags.append(self._deliver(msisdn, text, UDHI, header + pieces[number - 1].encode("utf-16-be")))
        return tags

    def hears(self, msisdn: str) -> str:
        """The next whole message that Hall sends to this subscriber."""
        return "".join(each["text"] for each in self.hears_parts(msisdn))

    def hears_parts(self, msisdn: str) -> list[Event]:
        first = self._take(lambda event: _accepted_for(msisdn, event))
        if first["part"] is None:
            return [first]
        reference, total, number = first["part"]
        parts = {number: first}
        while len(parts) < total:
            more = self._take(lambda event: _accepted_for(msisdn, event) and _group(event) == [reference, total])
            parts[more["part"][2]] = more
        return [parts[each] for each in sorted(parts)]

    # ── what the centre does ─────────────────────────────────────────────────────────────────────────────────────────

    def receipt(self, of: Event, state: int = DELIVERED) -> int:
        text = f"id:{of['message_id']} sub:001 dlvrd:001 stat:DELIVRD err:000 text:"
        extra = {"receipted": of["message_id"], "state": state}
        return self._deliver(of["destination"], text, RECEIPT, text.encode(), **extra)

    def answers_next(self, *statuses: int) -> None:
        self._order({"do": "answer", "statuses": statuses})

    def unbinds(self) -> None:
        self._order({"do": "unbind"})

    def redelivers(self, tags: list[int]) -> None:
        for tag in tags:
            self._order(self._pending[tag])

    def statuses(self, tags: list[int]) -> list[int]:
        """What each was answered with, once all have been."""
        self._until(lambda: all(tag in self._answers for tag in tags) or None)
        return [self._answers[tag] for tag in tags]

    def unanswered(self, tags: list[int]) -> list[int]:
        return [tag for tag in tags if tag not in self._answers]

    def await_count(self, event: str, count: int) -> None:
        self._until(lambda: self.events[event] >= count or None)

    # ── lines ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _deliver(self, msisdn: str, text: str, esm_class: int, octets: bytes, **extra: Any) -> int:
        self._tags += 1
        coding = UCS2 if esm_class & UDHI or not text.isascii() else 0
        order: Event = {"do": "deliver", "tag": self._tags, "source": msisdn, "destination": SHORT_CODE}
        order |= {"esm_class": esm_class, "coding": coding, "octets": octets.hex(), **extra}
        self._pending[self._tags] = order
        self._order(order)
        return self._tags

    def _order(self, order: Event) -> None:
        assert self._process.stdin
        self._process.stdin.write(json.dumps(order) + "\n")

    def _read(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            self._lines.put(json.loads(line))

    def _take(self, wanted: Callable[[Event], bool]) -> Event:
        def found() -> Event | None:
            return next((event for event in self._unread if wanted(event)), None)

        event = self._until(found)
        self._unread.remove(event)
        return event

    def _until(self, found: Callable[[], Found | None]) -> Found:
        until = time.monotonic() + WITHIN
        while (result := found()) is None:
            try:
                self._note(self._lines.get(timeout=max(0.0, until - time.monotonic())))
            except queue.Empty:
                raise NothingHeard(f"not within {WITHIN:.0f} seconds; so far {dict(self.events)}") from None
        return result

    def _note(self, event: Event) -> None:
        self.events[event["event"]] += 1
        if event["event"] == "submitted":
            self._unread.append(event)
        elif event["event"] == "answered":
            self._answers[event["tag"]] = event["status"]


def _octets(text: str) -> bytes:
    return text.encode("ascii" if text.isascii() else "utf-16-be")


def _group(event: Event) -> list[int]:
    return list(event["part"] or ())[:2]


def _accepted_for(msisdn: str, event: Event) -> bool:
    return bool(event["destination"] == msisdn and event["status"] == 0)
