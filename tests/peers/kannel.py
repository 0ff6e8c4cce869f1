"""Debian's Kannel, its two boxes in a folder of their own on ports of loopback, as an application of a message centre.

    message centre ◄── SMPP ── bearerbox ◄──► smsbox ── GET /heard ──► the test: what a handset texted, and the answer
                                                ▲  └─── GET /report ─► the test: what became of a message
                                                └── sendsms ────────── the test

Kannel is not run by root: for root it runs as `nobody`.
"""

import contextlib
import os
import pwd
import subprocess
import tempfile
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.peers.needed import program
from tests.peers.patience import WITHIN
from tests.peers.ports import free_port

SERVICE = "10010"
TEXT, UNICODE = 0, 2
DELIVERED_TO_PHONE, SENT_TO_CENTRE = 1, 8

CONFIGURATION = """
group = core
admin-port = {admin}
admin-password = admin
admin-allow-ip = 127.0.0.1
smsbox-port = {boxes}
box-allow-ip = 127.0.0.1
sms-resend-freq = 1

group = smsbox
bearerbox-host = 127.0.0.1
bearerbox-port = {boxes}
sendsms-port = {send}
global-sender = {service}
mo-recode = true

group = sendsms-user
username = test
password = test
user-allow-ip = 127.0.0.1
concatenation = true
max-messages = 10

group = sms-service
keyword = default
catch-all = true
get-url = "http://127.0.0.1:{test}/heard?from=%p&coding=%c&charset=%C&text=%b"
accept-x-kannel-headers = true
concatenation = true
max-messages = 10
omit-empty = true
"""

BIND = """
group = smsc
smsc = smpp
smsc-id = hall
host = 127.0.0.1
{mode}
smsc-username = kannel
smsc-password = secret
system-type = ""
address-range = {service}
source-addr-ton = 0
source-addr-npi = 0
reconnect-delay = 1
enquire-link-interval = 5
"""
TRANSCEIVER = ("port = {centre}\ntransceiver-mode = true",)
TWO_BINDS = ("port = {centre}", "receive-port = {centre}")


class NothingHeard(Exception):
    pass


@dataclass(frozen=True, slots=True)
class Ports:
    admin: int
    boxes: int
    send: int


class Kannel:
    """answer: what it replies to a text."""

    def __init__(self, folder: Path, centre: int, answer: Callable[[str], str], binds: Sequence[str]) -> None:
        self.heard: list[tuple[str, str]] = []
        self.reports: list[tuple[str, int]] = []
        self._news = threading.Condition()
        self._answer = answer
        self._web = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        threading.Thread(target=self._web.serve_forever, daemon=True).start()
        self._ports = Ports(free_port(), free_port(), free_port())
        self._configuration = folder / "kannel.conf"
        self._configuration.write_text(
            CONFIGURATION.format(
                admin=self._ports.admin,
                boxes=self._ports.boxes,
                send=self._ports.send,
                test=self._web.server_address[1],
                service=SERVICE,
            )
            + "".join(BIND.format(mode=mode.format(centre=centre), service=SERVICE) for mode in binds)
        )
        self._configuration.chmod(0o644)
        self._user = "nobody" if os.geteuid() == 0 else None
        self._boxes = [self._start("bearerbox")]
        self._await_status(lambda status: status.count("(online ") == len(binds))
        self._boxes.append(self._start("smsbox"))
        self._await_status(lambda status: "on-line" in status)

    def sends(self, msisdn: str, text: str, *, reports: int = 0) -> None:
        query = {"username": "test", "password": "test", "to": msisdn, "text": text, "charset": "UTF-8"}
        query["coding"] = str(TEXT if text.isascii() else UNICODE)
        if reports:
            url = f"http://127.0.0.1:{self._web.server_address[1]}/report?to=%P&from=%p&what=%d"
            query |= {"dlr-mask": str(reports), "dlr-url": url}
        self._get(f"http://127.0.0.1:{self._ports.send}/cgi-bin/sendsms?{urllib.parse.urlencode(query)}")

    def hears(self, text: str) -> str:
        """Who texted this."""
        return self._awaited(self.heard, lambda each: each[1] == text)[0]

    def is_told(self, what: int) -> None:
        self._awaited(self.reports, lambda each: each[1] == what)

    def close(self) -> None:
        for box in reversed(self._boxes):
            box.terminate()
        for box in self._boxes:
            try:
                box.wait(timeout=10)
            except subprocess.TimeoutExpired:
                box.kill()
                box.wait()
        self._web.shutdown()
        self._web.server_close()

    def _start(self, box: str) -> "subprocess.Popen[bytes]":
        log = (self._configuration.parent / f"{box}.log").open("wb")
        with log:
            command = [program(box), str(self._configuration)]
            return subprocess.Popen(command, stdout=log, stderr=log, cwd="/", user=self._user)

    def _await_status(self, good: Callable[[str], bool]) -> None:
        url = f"http://127.0.0.1:{self._ports.admin}/status.txt?password=admin"
        waiting = threading.Event()
        for _ in range(int(WITHIN / 0.2)):
            with contextlib.suppress(urllib.error.URLError, ConnectionError):
                if good(self._get(url)):
                    return
            if any(box.poll() is not None for box in self._boxes):
                break
            waiting.wait(0.2)
        raise NothingHeard(f"Kannel did not come up:\n{self.log()}")

    def log(self) -> str:
        logs = self._configuration.parent.glob("*.log")
        return "\n".join(log.read_text(errors="replace")[-3000:] for log in logs)

    def _get(self, url: str) -> str:
        with urllib.request.urlopen(url, timeout=WITHIN) as answer:
            return str(answer.read().decode("utf-8", "replace"))

    def _awaited(
        self, told: list[tuple[str, str]] | list[tuple[str, int]], wanted: Callable[[tuple[str, object]], bool]
    ) -> tuple[str, object]:
        with self._news:
            if not self._news.wait_for(lambda: any(map(wanted, told)), WITHIN):
                raise NothingHeard(f"Kannel has told {told}:\n{self.log()}")
            return next(each for each in told if wanted(each))

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        kannel = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                address, _, query = self.path.partition("?")
                reply = kannel._told(address, query)
                body = reply.encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/plain; charset=UTF-8")
                self.send_header("X-Kannel-Coding", str(TEXT if reply.isascii() else UNICODE))
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        return Handler

    def _told(self, address: str, query: str) -> str:
        fields = urllib.parse.parse_qs(query, keep_blank_values=True, encoding="latin-1")
        reply = ""
        with self._news:
            if address == "/report":
                self.reports.append((fields["to"][0], int(fields["what"][0])))
            else:
                octets = fields["text"][0].encode("latin-1")
                text = octets.decode("utf-16-be" if "16" in fields["charset"][0] else "utf-8")
                self.heard.append((fields["from"][0].lstrip("+ "), text))
                reply = self._answer(text)
            self._news.notify_all()
        return reply


@contextlib.contextmanager
def running(centre: int, answer: Callable[[str], str], binds: Sequence[str]) -> Iterator[Kannel]:
    program("bearerbox")
    with tempfile.TemporaryDirectory(prefix="hall-kannel-") as made:
        folder = Path(made)
        folder.chmod(0o755)
        if os.geteuid() == 0:
            owner = pwd.getpwnam("nobody")
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        kannel = Kannel(folder, centre, answer, binds)
        try:
            yield kannel
        finally:
            kannel.close()
