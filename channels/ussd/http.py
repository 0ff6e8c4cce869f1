"""USSD over HTTP: a gateway asks with each input, and waits for the answer.

    POST /ussd/NAME ──► said ──► dialled | typed ──► Channel ──► ledger
                   ◄── answered ◄── Answer ◄── Outbound (committed) ◄──┘

The request is held until the answer is committed, or the budget is spent. A gateway that gave up waiting asks again
with the same words: it joins whoever is still waiting, or is told what it was told before. An answer that nobody waits
for any more is lost; if it matters, it goes as a text message.

Where gateways ask, who may, and what they bring is doors.py's.
"""

from collections import OrderedDict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from twisted.internet.defer import Deferred
from twisted.logger import Logger
from twisted.python.failure import Failure

from channels.msisdn import normalise
from channels.ussd.channel import Channel
from channels.ussd.gateway import Recall
from channels.ussd.gateway_settings import GatewaySettings
from channels.ussd.session import Answer, Manner, Name, Session
from channels.ussd.styles import BadRequest, Reply, Said, Style, answered, dialled, fresh
from orders.arrival import LedgerAway
from orders.outbound import Outbound

REMEMBERED: Final = 2_000  # sessions that are over, whose last word may be asked for again

PLAIN: Final = b"text/plain; charset=utf-8"
NOTED: Final = Reply(b"", b"text/plain")

log = Logger()


class Request(Protocol):
    """As much of Twisted's as is used; zope's description of it has methods without `self`."""

    args: Mapping[bytes, list[bytes]]
    content: Any
    method: bytes

    def getHeader(self, name: bytes, /) -> bytes | None: ...
    def getClientAddress(self) -> Any: ...
    def setResponseCode(self, status: int, /) -> None: ...
    def setHeader(self, name: bytes, value: bytes, /) -> None: ...
    def write(self, data: bytes, /) -> None: ...
    def finish(self) -> None: ...
    def notifyFinish(self) -> "Deferred[None]": ...


@dataclass(slots=True, eq=False)
class Asked:
    """An input that has no answer yet, and the style that it came in, which may be another by now. waiting: for it;
    nobody when the gateway has given up."""

    heard: Said
    style: Style
    waiting: list[Request] = field(default_factory=list)


@dataclass(slots=True)
class Talk:
    """What is known of a session here. text: of its last request; asked: what is to be answered, in its order.
    told: the last answer, and the message that it was."""

    text: str
    asked: deque[Asked] = field(default_factory=deque)
    told: Reply | None = None
    message: Outbound | None = None

    @property
    def waiting(self) -> bool:
        return any(asked.waiting for asked in self.asked)


class Caller:
    """The place of one gateway."""

    def __init__(
        self, channel: Channel, settings: GatewaySettings, manner: Manner, recall: Recall, country: str = "CN"
    ) -> None:
        self.channel = channel
        self.follow(settings, manner)
        self._recall = recall
        self._country = country
        self._talks: OrderedDict[tuple[str, str], Talk] = OrderedDict()  # by session and subscriber

    def follow(self, settings: GatewaySettings, manner: Manner) -> None:
        """From now on. What is under way is answered as it was asked."""
        self.settings, self.style, self.manner = settings, settings.style, manner

    def leave(self) -> None:
        """Nobody asks here any more: who still waits is let go."""
        for talk in self._talks.values():
            self._let_go(talk)

    # ── what is asked ──

    def asked(self, request: Request, heard: Said) -> None:
        subscriber = normalise(heard.subscriber, self._country)
        if not subscriber:
            raise BadRequest(f"{self.style.subscriber} is no telephone number")
        if heard.event and heard.event in self.style.aborts:
            self._left(request, heard, subscriber)
            return
        talk = self._talks.get((heard.session, subscriber))
        opens = bool(heard.event) and heard.event in self.style.opens
        if talk is not None and not opens and self._again(talk, heard):
            self._waits(request, talk, heard)
            return
        if talk is None and not opens and (heard.text or self.style.opens):
            found = self._recall(subscriber, f"{self.settings.name}/{heard.session}/")
            found.addCallback(lambda known: self._unknown(request, heard, subscriber, known))
            found.addErrback(lambda failure: self._not_now(failure, request, heard))
        elif talk is None or opens:
            self._dialled(request, heard, subscriber)
        else:
            self._typed(request, heard, subscriber, talk, None)

    def _again(self, talk: Talk, heard: Said) -> bool:
        """The same request once more: its text stands for all inputs, or it is still being answered."""
        return talk.text == heard.text and (self.style.joined or talk.waiting)

    def _waits(self, request: Request, talk: Talk, heard: Said) -> None:
        if talk.asked:
            self._hold(request, talk.asked[-1])
        else:
            _send(request, talk.told or answered(self.style, heard, self._too_slow(heard), True))

    def _hold(self, request: Request, asked: Asked) -> None:
        asked.waiting.append(request)
        request.notifyFinish().addErrback(lambda _: self._gone(request, asked))

    @staticmethod
    def _gone(request: Request, asked: Asked) -> None:
        if request in asked.waiting:
            asked.waiting.remove(request)

    def _unknown(self, request: Request, heard: Said, subscriber: str, known: tuple[str, str] | None) -> None:
        """A session of which this node knows nothing: it began elsewhere, or begins with more than a code."""
        if known is None and not self.style.opens:
            self._dialled(request, heard, subscriber)
            return
        before = heard.text.rpartition("*")[0] if self.style.joined else ""
        self._typed(request, heard, subscriber, self._talk(heard, subscriber, before), known)

    def _dialled(self, request: Request, heard: Said, subscriber: str) -> None:
        talk = self._talk(heard, subscriber, "")
        code = heard.service or self.settings.codes[0]
        text = dialled(code, heard.text) if self.style.joined or not heard.text.startswith(("*", "#")) else heard.text
        name = Name(self.settings.name, heard.session, self.channel.new_id())
        self._take(
            request,
            talk,
            heard,
            lambda: self.channel.sessions.dialled(
                name, subscriber, self.settings.service(code), text, self.manner, talk, self.channel.now()
            ),
        )

    def _typed(self, request: Request, heard: Said, subscriber: str, talk: Talk, known: tuple[str, str] | None) -> None:
        text = fresh(talk.text, heard.text) if self.style.joined else heard.text
        service, session = known or (self.settings.service(heard.service), "")
        name = Name.read(session) or Name(self.settings.name, heard.session, self.channel.new_id())
        self._take(
            request,
            talk,
            heard,
            lambda: self.channel.sessions.typed(name, subscriber, service, text, self.manner, talk, self.channel.now()),
        )

    def _talk(self, heard: Said, subscriber: str, text: str) -> Talk:
        """Gateways use the name of a session again, and another's screen is nobody's business: both make the key."""
        key = heard.session, subscriber
        talk = self._talks[key] = Talk(text)
        self._talks.move_to_end(key)
        if len(self._talks) > REMEMBERED:
            self._forget_one()
        return talk

    def _forget_one(self) -> None:
        """The oldest that waits for nothing; one that is forgotten too early is asked of the ledger."""
        oldest = next((key for key, talk in self._talks.items() if not talk.waiting), None)
        if oldest is not None:
            del self._talks[oldest]

    def _take(self, request: Request, talk: Talk, heard: Said, happens: Callable[[], Any]) -> None:
        asked = Asked(heard, self.style)
        talk.text, talk.told, talk.message = heard.text, None, None
        talk.asked.append(asked)
        self._hold(request, asked)
        told = self.channel.take(happens())
        if told is not None:
            told.addErrback(lambda failure: self._away(failure, talk, asked))

    def _away(self, failure: Failure, talk: Talk, asked: Asked) -> None:
        """Nothing was stored: he is told so at once, and may dial again."""
        failure.trap(LedgerAway)
        if asked in talk.asked:
            self._tell(talk, asked, answered(asked.style, asked.heard, self._too_slow(asked.heard), True))

    def _not_now(self, failure: Failure, request: Request, heard: Said) -> None:
        failure.trap(LedgerAway)
        _send(request, answered(self.style, heard, self._too_slow(heard), True))

    def _too_slow(self, heard: Said) -> str:
        return self.channel.sessions.too_slow(self.manner, normalise(heard.subscriber, self._country))

    # ── the end of a session ──

    def _left(self, request: Request, heard: Said, subscriber: str) -> None:
        """If the gateway says that its last answer did not reach him, what matters of it goes as a text message."""
        talk = self._talks.pop((heard.session, subscriber), None)
        well = heard.event.lower() in ("success", "end", "ended", "completed")
        if talk is not None and talk.message is not None and talk.message.by_text and not well:
            self.channel.divert(talk.message, f"the gateway says that its session ended: {heard.event}")
        told = self.channel.take(
            self.channel.sessions.left(self.settings.name, heard.session, subscriber, heard.event.lower())
        )
        if told is None:
            _send(request, NOTED)
            return
        told.addCallbacks(lambda _: _send(request, NOTED), lambda failure: self._not_noted(failure, request))

    @staticmethod
    def _not_noted(failure: Failure, request: Request) -> None:
        failure.trap(LedgerAway)
        request.setResponseCode(503)
        request.setHeader(b"retry-after", b"1")
        _send(request, Reply(b"the database is away: tell it again\n", PLAIN))

    # ── the place ──

    def answer(self, answer: Answer) -> None:
        """Who has given up waiting may ask again, and is told the same then."""
        talk = answer.session.peer
        assert isinstance(talk, Talk)
        asked = talk.asked[0] if talk.asked else None
        if asked is None:
            self.channel.lost(answer, "the gateway had stopped waiting")
            return
        waited = bool(asked.waiting)
        talk.message = answer.token if isinstance(answer.token, Outbound) else None
        self._tell(talk, asked, answered(asked.style, asked.heard, answer.text, answer.ends))
        if waited:
            self.channel.arrived(answer, self.settings.name, self.settings.name)
        else:
            self.channel.lost(answer, "the gateway had stopped waiting")

    @staticmethod
    def _tell(talk: Talk, asked: Asked, reply: Reply) -> None:
        talk.asked.remove(asked)
        talk.told = None if talk.asked else reply
        for request in asked.waiting:
            _send(request, reply)

    def closed(self, session: Session) -> None:
        """He has dialled again, or left: whatever still waits is let go."""
        if isinstance(session.peer, Talk):
            self._let_go(session.peer)

    def _let_go(self, talk: Talk) -> None:
        while talk.asked:
            asked = talk.asked[0]
            self._tell(talk, asked, answered(asked.style, asked.heard, self._too_slow(asked.heard), True))

    def begun(self, message: Outbound) -> tuple[str, Manner, object] | None:
        return None


def _send(request: Request, reply: Reply) -> None:
    if getattr(request, "_disconnected", False):
        return
    request.setHeader(b"content-type", reply.kind)
    if reply.header is not None:
        request.setHeader(*reply.header)
    request.write(reply.body)
    request.finish()
