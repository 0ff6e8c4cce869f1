"""Dialogs on screens without a socket or a database: what stands in for the ledger, and who carries the octets.

    telephone ── octets ──► hear ──► Channel ──► Dialogs (a Conversation for each subscriber)
              ◄─ octets ─── say  ◄── Answer  ◄── the reply, laid out as the ledger keeps it

The gateways' side is not ours: over SMPP it is doubles/ussd_gateway.py, which writes octets from the vendors' manuals
and refuses what it is not waiting for; over HTTP it is a request as the gateway's manual has it.
"""

import json
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast
from zoneinfo import ZoneInfo

from prometheus_client import CollectorRegistry
from twisted.internet.defer import Deferred, succeed
from twisted.internet.task import Clock

from channels.smpp.pdus import DeliverSm, decode, encode
from channels.smpp.status import Class
from channels.ussd.channel import Channel
from channels.ussd.doors import Door
from channels.ussd.gateway import UssdGateway
from channels.ussd.gateway_settings import GatewaySettings
from channels.ussd.http import Caller
from channels.ussd.layout import Layout
from channels.ussd.meters import UssdMeters
from channels.ussd.session import Manner
from channels.ussd.settings import UssdLinkSettings
from channels.ussd.styles import Style
from dialogs.conversation import Conversation
from dialogs.editions import Editions
from dialogs.turn import Library
from dialogs.words import EndSession, Inbound, Kind, Say, SessionClosed
from gateway_config.screens import laid
from orders.arrival import Arrival, Taken
from orders.outbound import Diverted, Mark, Outbound
from tests.doubles.ussd_gateway import VENDORS, Session
from tests.doubles.ussd_gateway import UssdGateway as Vendor
from tests.doubles.ussd_gateway import Vendor as OfAVendor

ZONE = ZoneInfo("Asia/Shanghai")
SLOW = "SLOW"
TABLE = Style(
    method="get",
    body="query",
    session="SESSIONID",
    subscriber="MSISDN",
    service="USSDCODE",
    text="INPUT",
    event="clean",
    aborts=("clean-session",),
    reply="header",
    reply_action="Freeflow",
    goes_on="FC",
    ends="FB",
)

OWN = {
    "opens": [0x21], "replies": [0x22], "aborts": [0x23], "asks": 0x24, "ends": 0x25,
    "session_tag": 0x1400, "session_mask": 0xFFFF, "end_bit": 0,
}  # fmt: skip
OWNER = OfAVendor(dial=0x21, reply=0x22, abort=0x23, end=0x25, tag=0x1400, bit=False)


class Dialogs:
    """In the ledger's place. said: the layouts of each subscriber's replies; by_text: what was diverted."""

    def __init__(self, library: Library, clock: Clock) -> None:
        self.channel: Channel = cast(Channel, None)
        self.conversations: dict[str, Conversation] = {}
        self.said: dict[str, list[Layout]] = {}
        self.by_text: list[Outbound] = []
        self._editions = Editions.only(library)
        self._clock = clock
        self._ids = 0
        self._pending: list[tuple[Inbound, Deferred[Taken]]] = []
        self._sent: dict[int, Outbound] = {}

    def new_id(self) -> int:
        self._ids += 1
        return self._ids

    # ── what channels need of the writer ──

    def accept(self, arrival: Arrival, ours: bool = False) -> "Deferred[Taken]":
        told: Deferred[Taken] = Deferred()
        self._pending.append((arrival.inbound, told))
        return told

    def mark(self, mark: Mark) -> None:
        message = self._sent.pop(mark.outbound)
        if isinstance(mark, Diverted):
            self.by_text.append(message)

    def opened(self, link: str) -> int:
        return self.new_id()

    def confirmed(self, connection: int, number: int) -> None: ...
    def lost(self, connection: int) -> None: ...

    # ── turns ──

    def settle(self) -> None:
        """Commit what was heard, one after the other."""
        while self._pending:
            inbound, told = self._pending.pop(0)
            reply = self._turn(inbound, lambda conversation, kind=inbound.kind: conversation.hear(kind))  # type: ignore[misc]
            told.callback(Taken.TAKEN)
            if reply is not None and not isinstance(inbound.kind, SessionClosed):
                self._send(reply)

    def answered(self, subscriber: str, session: str, result: str, values: Any) -> None:
        """A service answers the oldest that waits; what comes of it is said where it was asked, or is late."""
        (request, *_) = self.conversations[subscriber].unanswered
        inbound = Inbound(self.new_id(), "ussd", subscriber, "*100#", self._now, cast(Kind, None), session)
        errand = request.resume is not None
        reply = self._turn(inbound, lambda conversation: conversation.answered(request, result, values))
        if reply is not None and not errand:
            self._send(reply)

    @property
    def _now(self) -> float:
        return float(self._clock.seconds())

    def _turn(self, inbound: Inbound, take: Callable[[Conversation], object]) -> Outbound | None:
        conversation = self.conversations[inbound.subscriber]
        conversation.effects = []
        conversation.now = self._now
        take(conversation)
        says = [effect for effect in conversation.effects if isinstance(effect, Say) and not effect.notice]
        if not says:
            return None
        ends = any(isinstance(effect, EndSession) for effect in conversation.effects)
        layout = laid(self._editions, ZONE, says)
        self.said.setdefault(inbound.subscriber, []).append(layout)
        now = self._now
        return Outbound(
            id=self.new_id(),
            subscriber=inbound.subscriber,
            channel="ussd",
            service=inbound.service,
            session=inbound.session,
            text=layout.head,
            created_at=now,
            expires_at=now + 60,
            lease_until=now + 60,
            ends=ends,
            layout=layout.written(),
        )

    def _send(self, message: Outbound) -> None:
        self._sent[message.id] = message
        self.channel.send(message)


@dataclass
class Screen:
    """What a subscriber sees of one session."""

    seen: list[str] = field(default_factory=list)
    inputs: int = 0
    ended: bool = False


class Carrier:
    """One way in. `dials`, `types`: what is put in; the answer, if it has come, stands in the screen."""

    def __init__(self, library: Library) -> None:
        self.clock = Clock()
        self.clock.advance(1_795_000_000.0)
        self.dialogs = Dialogs(library, self.clock)
        self.channel = self.dialogs.channel = Channel(
            self.dialogs, self.clock, self.clock.seconds, self.dialogs.new_id, UssdMeters(CollectorRegistry())
        )
        self.msisdn = ""
        self.screen = Screen()

    def begins(self, msisdn: str, conversation: Conversation) -> None:
        self.msisdn = msisdn
        self.dialogs.conversations[msisdn] = conversation

    def puts_in(self, text: str, opening: bool) -> None:
        if opening:
            self.screen = Screen()
        self.screen.inputs += 1
        (self._dial if opening else self._type)(text)
        self.dialogs.settle()

    def hangs_up(self) -> None:
        self.screen.ended = True
        self._abort()
        self.dialogs.settle()

    @property
    def locked(self) -> bool:
        """Whether nothing can be typed, because an answer is awaited."""
        return False

    @property
    def session(self) -> str:
        """What the ledger calls it."""
        return next((each.id for each in self.channel.sessions._here if each.subscriber == self.msisdn), "over/1/1")

    def _dial(self, text: str) -> None:
        raise NotImplementedError

    def _type(self, text: str) -> None:
        raise NotImplementedError

    def _abort(self) -> None:
        raise NotImplementedError


class OverSmpp(Carrier):
    def __init__(self, library: Library, kind: str) -> None:
        super().__init__(library)
        plain = {"name": "gw", "connect": "tcp:x", "system_id": "hall", "dialect": OWN if kind == "own" else kind}
        self.link = UssdLinkSettings.model_validate(plain)
        self.vendor = Vendor("mica" if kind == "own" else kind, answered=self._answered)
        self.vendor.vendor = VENDORS.get(kind, OWNER)
        self.book: dict[int, Screen] = {}
        self.gateway = UssdGateway(
            self.channel,
            self.dialogs,
            lambda subscriber, prefix: succeed(None),
            lambda link: Manner(link.room, link.budget, link.silence, SLOW),
        )
        self.gateway.configure({"gw": self.link})
        self.connection = self.gateway.opened("gw")
        client = SimpleNamespace(settings=self.link, bound=True, submit=self._submits)
        self.gateway.clients.append(cast(Any, client))
        self.calling: Session = cast(Session, None)
        self.heard = 0

    def _submits(self, token: object, pdu: Any) -> None:
        response = self.vendor.answer(encode(pdu, 1))
        (status,) = struct.unpack(">L", response[8:12])
        if status:
            self.gateway.refused(token, status, Class.PERMANENT)
        else:
            self.gateway.submitted(token, "1")

    def _hears(self, octets: bytes) -> None:
        self.heard += 1
        pdu = decode(octets)
        assert isinstance(pdu, DeliverSm)
        self.gateway.heard(self.connection, self.heard, "gw", pdu, b"")

    def _answered(self, session: Session, text: str) -> None:
        screen = self.book[id(session)]
        screen.seen.append(text)
        screen.ended = session.ended

    def _dial(self, text: str) -> None:
        self.calling, octets = self.vendor.dials(self.msisdn, text)
        self.book[id(self.calling)] = self.screen
        self._hears(octets)

    def _type(self, text: str) -> None:
        self._hears(self.vendor.types(self.calling, text))

    def _abort(self) -> None:
        self._hears(self.vendor.aborts(self.calling))


class Asked:
    """A request as a gateway makes it; what was answered."""

    def __init__(self, method: str, args: Mapping[str, str], body: bytes, told: Callable[["Asked"], None]) -> None:
        self.method = method.encode()
        self.args = {name.encode(): [value.encode()] for name, value in args.items()}
        self.content = SimpleNamespace(read=lambda most: body)
        self.headers: dict[bytes, bytes] = {}
        self.status, self.body = 200, b""
        self._told = told
        self._finished: Deferred[None] = Deferred()

    def getHeader(self, name: bytes) -> bytes | None:
        return None

    def getClientAddress(self) -> Any:
        return SimpleNamespace(host="127.0.0.1")

    def setResponseCode(self, status: int) -> None:
        self.status = status

    def setHeader(self, name: bytes, value: bytes) -> None:
        self.headers[name] = value

    def write(self, data: bytes) -> None:
        self.body += data

    def notifyFinish(self) -> "Deferred[None]":
        return self._finished

    def finish(self) -> None:
        self._told(self)


class OverHttp(Carrier):
    def __init__(self, library: Library, style: str | Style) -> None:
        super().__init__(library)
        settings = GatewaySettings.model_validate({"name": "gw", "path": "/ussd/gw", "style": style})
        manner = Manner(settings.room, settings.budget, settings.silence, SLOW)
        caller = Caller(self.channel, settings, manner, lambda subscriber, prefix: succeed(None))
        self.channel.places["gw"] = caller
        self.style = settings.style
        self.door = Door(caller)
        self.sessions = 0
        self.history: list[str] = []

    @property
    def locked(self) -> bool:
        return self.screen.inputs > len(self.screen.seen)

    def _dial(self, text: str) -> None:
        self.sessions += 1
        behind = text.removeprefix("*100").strip("*#")
        self.history = behind.split("*") if behind else []
        self._asks("begin", text if self.style.opens else "*".join(self.history))

    def _type(self, text: str) -> None:
        self.history.append(text)
        self._asks("continue", text)

    def _abort(self) -> None:
        self._asks(self.style.aborts[0] if self.style.aborts else "", "")

    def _asks(self, event: str, text: str) -> None:
        style, screen = self.style, self.screen
        told = "*".join(self.history) if style.joined else text
        names = {style.session: f"s{self.sessions}", style.subscriber: self.msisdn, style.text: told}
        if style.service:
            names[style.service] = "*100#"
        if style.event and (event in style.opens or event in style.aborts or style.opens):
            names[style.event] = event
        body = json.dumps(names, ensure_ascii=False).encode() if style.body == "json" else b""
        args = {} if style.body == "json" else names
        self.door.render(Asked(style.method, args, body, lambda asked: self._told(screen, asked)))

    def _told(self, screen: Screen, asked: Asked) -> None:
        assert asked.status == 200, asked.body
        if screen.ended:
            return  # of the abort
        text, style = asked.body.decode(), self.style
        if style.reply == "json":
            told = json.loads(text)
            text, action = told[style.reply_text], told[style.reply_action]
        elif style.reply == "header":
            action = asked.headers[style.reply_action.encode()].decode()
        else:
            action = style.ends if text.startswith(style.ends) else style.goes_on
            assert text.startswith(action)
            text = text.removeprefix(action)
        assert action in (style.goes_on, style.ends)
        screen.seen.append(text)
        screen.ended = action == style.ends


CARRIERS: Mapping[str, Callable[[Library], Carrier]] = {
    "smpp, standard": lambda library: OverSmpp(library, "standard"),
    "smpp, tata": lambda library: OverSmpp(library, "tata"),
    "smpp, sixdee": lambda library: OverSmpp(library, "sixdee"),
    "smpp, mica": lambda library: OverSmpp(library, "mica"),
    "smpp, a table": lambda library: OverSmpp(library, "own"),
    "http, africastalking": lambda library: OverHttp(library, "africastalking"),
    "http, json": lambda library: OverHttp(library, "json"),
    "http, a table": lambda library: OverHttp(library, TABLE),
}
