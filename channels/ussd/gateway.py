"""USSD over SMPP: the gate of its links, and the place of their accounts.

    deliver_sm ──► hear ──► Dialled | Typed | Left ──► Channel ──► ledger ──(committed)──► deliver_sm_resp
    submit_sm  ◄── compose ◄────────────────────────── Answer

A session lives at an account, and goes on over whichever of its links the peer uses; it is answered over the link that
spoke last, or another of its account. What cannot be read is acknowledged all the same: the gateway would only offer
it again.

Typed into a session that this node does not know: the ledger is asked what it is called (`Recall`), because its dialog
stands there under that name.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from twisted.internet.defer import Deferred, succeed
from twisted.logger import Logger
from twisted.python.failure import Failure

from channels.smpp.client import SmppClient
from channels.smpp.pdus import DataSm, DeliverSm
from channels.smpp.settings import LinkSettings
from channels.smpp.status import ESME_ROK, ESME_RX_T_APPN, Class
from channels.ussd.channel import Channel, Stamp
from channels.ussd.hearing import Dialled, Left, Typed, Unheard, hear
from channels.ussd.meters import UssdMeters
from channels.ussd.saying import Line, compose
from channels.ussd.session import Answer, Manner, Name, Session
from channels.ussd.settings import UssdLinkSettings
from orders.arrival import LedgerAway, Taken
from orders.outbound import Outbound

log = Logger()

Recall = Callable[[str, str], "Deferred[tuple[str, str] | None]"]


class Connections(Protocol):
    """What a gate needs of the ledger's writer."""

    def opened(self, link: str) -> int: ...
    def confirmed(self, connection: int, number: int) -> None: ...
    def lost(self, connection: int) -> None: ...


@dataclass(slots=True)
class Account:
    """The place of one account: its links that run are among `clients`."""

    gateway: "UssdGateway"
    name: str
    settings: UssdLinkSettings
    manner: Manner
    next_mark: int = 0

    def answer(self, answer: Answer) -> None:
        line = answer.session.peer
        assert isinstance(line, Line)
        client = self._client(line.link)
        if client is None:
            self.gateway.channel.held_back(answer, "no link is bound")
            return
        settings = self.gateway.settings.get(client.settings.name, self.settings)
        session = answer.session
        begun = session.pushed and session.answered <= 1
        pdu = compose(settings, line, session.subscriber, answer.text, answer.ends, begun)
        client.submit((self, answer, settings), pdu)

    def closed(self, session: Session) -> None:
        """The gateway knows: it was there that he dialled again, or left."""

    def begun(self, message: Outbound) -> tuple[str, Manner, object] | None:
        client = self._client("")
        if client is None or not self.settings.push:
            return None
        dialect = self.settings.dialect
        lowest = dialect.session_mask & -dialect.session_mask or 1
        self.next_mark = (self.next_mark + lowest) & dialect.session_mask
        octets = self.next_mark.to_bytes(2, "big") if dialect.session_tag else b""
        return octets.hex(), self.manner, Line(client.settings.name, message.service, octets)

    def connected(self, link: str) -> bool:
        return any(client.bound for client in self.gateway.clients if client.settings.name == link)

    def _client(self, preferred: str) -> SmppClient | None:
        """A receiver hears only: what it heard is answered over another link of the account."""
        mine = [
            client
            for client in self.gateway.clients
            if client.settings.called == self.name and client.bound and client.settings.bind != "receiver"
        ]
        return next((client for client in mine if client.settings.name == preferred), mine[0] if mine else None)


@dataclass(slots=True)
class UssdGateway:
    """The gate of all links. manner: how sessions over a link are held."""

    channel: Channel
    ledger: Connections
    recall: Recall
    manner: Callable[[UssdLinkSettings], Manner]
    settings: Mapping[str, UssdLinkSettings] = field(default_factory=dict)
    country: str = "CN"
    clients: list[SmppClient] = field(default_factory=list)
    accounts: dict[str, Account] = field(default_factory=dict)
    _open: set[int] = field(default_factory=set)

    @property
    def meters(self) -> UssdMeters:
        return self.channel.meters

    def configure(self, settings: Mapping[str, LinkSettings], routes: Iterable[object] = ()) -> None:
        """Accounts that are gone keep what is open there until it is over."""
        self.settings = {name: each for name, each in settings.items() if isinstance(each, UssdLinkSettings)}
        for each in self.settings.values():
            account = self.accounts.get(each.called)
            if account is None:
                account = self.accounts[each.called] = Account(self, each.called, each, self.manner(each))
            account.settings, account.manner = each, self.manner(each)
            self.channel.places[each.called] = account

    # ── the gate: what links hear ──

    def opened(self, link: str) -> int:
        log.info("link {link} is bound", link=link)
        connection = self.ledger.opened(link)
        self._open.add(connection)
        return connection

    def lost(self, connection: int) -> None:
        self._open.discard(connection)
        self.ledger.lost(connection)

    def confirmed(self, connection: int, number: int) -> None:
        self.ledger.confirmed(connection, number)

    def heard(
        self, connection: int, number: int, link_name: str, pdu: DeliverSm | DataSm, fingerprint: bytes
    ) -> "Deferred[int]":
        link = self.settings[link_name]
        account, stamp = self.accounts[link.called], Stamp(fingerprint, connection, number)
        heard = hear(pdu, link, self.country)
        channel, now = self.channel, self.channel.now()
        told: Deferred[Taken] | None
        match heard:
            case Unheard(why=why):
                log.info("{link}: a message is of no session: {why}", link=link_name, why=why)
                channel.meters.unheard(account.name)
                told = None
            case Left(mark=mark, subscriber=subscriber, reason=reason):
                told = channel.take(channel.sessions.left(account.name, mark, subscriber, reason), stamp)
            case Dialled(mark=mark, subscriber=subscriber, service=service, text=text):
                name, line = Name(account.name, mark, channel.new_id()), self._line(link, pdu, heard.octets)
                told = channel.take(
                    channel.sessions.dialled(name, subscriber, service, text, account.manner, line, now), stamp
                )
            case Typed():
                told = self._typed(account, heard, self._line(link, pdu, heard.octets), stamp)
        return succeed(ESME_ROK) if told is None else told.addCallbacks(lambda _: ESME_ROK, _not_now)

    @staticmethod
    def _line(link: UssdLinkSettings, pdu: DeliverSm | DataSm, octets: bytes) -> Line:
        return Line(link.name, pdu.destination_addr, octets)

    def _typed(self, account: Account, typed: Typed, line: Line, stamp: Stamp) -> "Deferred[Taken] | None":
        channel = self.channel
        present = channel.sessions.present(account.name, typed.mark, typed.subscriber)
        if present is not None:
            return self._told(account, typed, present.name, present.service, line, stamp)
        prefix = f"{account.name}/{typed.mark}/"
        return self.recall(typed.subscriber, prefix).addCallback(
            lambda found: self._recalled(account, typed, found, line, stamp)
        )

    def _recalled(
        self, account: Account, typed: Typed, found: tuple[str, str] | None, line: Line, stamp: Stamp
    ) -> "Deferred[Taken] | Taken":
        """What came on a connection that is lost by now comes again: it was not acknowledged, and is in no doubt."""
        if stamp.connection not in self._open:
            return Taken.REPEATED
        service, session = found or (typed.service, "")
        name = Name.read(session) or Name(account.name, typed.mark, self.channel.new_id())
        return self._told(account, typed, name, service, line, stamp) or Taken.TAKEN

    def _told(
        self, account: Account, typed: Typed, name: Name, service: str, line: Line, stamp: Stamp
    ) -> "Deferred[Taken] | None":
        channel = self.channel
        events = channel.sessions.typed(
            name, typed.subscriber, service, typed.text, account.manner, line, channel.now()
        )
        return channel.take(events, stamp)

    # ── the gate: what became of an answer ──

    def submitted(self, token: object, message_id: str) -> None:
        account, answer, settings = _unpacked(token)
        self.channel.arrived(answer, settings.name, account.name, (message_id,))

    def refused(self, token: object, status: int, klass: Class) -> None:
        _, answer, _ = _unpacked(token)
        why = f"the gateway refused it with 0x{status:x}"
        if klass is Class.SESSION:
            self.channel.held_back(answer, why)
        else:
            self.channel.refused(answer, why)

    def unanswered(self, token: object) -> None:
        """A connection that broke took the answer with it, or its acknowledgement: somebody still waits for it."""
        account, answer, settings = _unpacked(token)
        if account.connected(settings.name):
            self.channel.lost(answer)
        else:
            self.channel.held_back(answer, "the connection broke")

    def late(self, token: object, message_id: str) -> None:
        """The session went on without it."""

    def queried(self, token: object, state: int | None) -> None:
        return None

    def alerted(self, link: str, address: str, availability: int | None) -> None:
        return None

    def ready(self, link_name: str) -> None:
        return None


def _not_now(failure: Failure) -> int:
    failure.trap(LedgerAway)
    return ESME_RX_T_APPN


def _unpacked(token: object) -> tuple[Account, Answer, UssdLinkSettings]:
    assert isinstance(token, tuple)
    return token
