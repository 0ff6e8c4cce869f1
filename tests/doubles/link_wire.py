"""A link with its time and its wire in a test's hands."""

from channels.smpp.events import Bound, Event
from channels.smpp.link import Link
from channels.smpp.paces import Paces
from channels.smpp.pdus import DataSm, SubmitSm
from channels.smpp.settings import LinkSettings
from tests.doubles import fake_smsc as mc

_COMMANDS = {name: command for command, name in mc.NAMES.items()}


def settings(**changes: object) -> LinkSettings:
    return LinkSettings(**{"name": "a", "connect": "tcp:x", "system_id": "hall", "password": "pw", **changes})  # type: ignore[arg-type]


class Wire:
    """A link, its time and what it has said since last asked."""

    def __init__(
        self, *, bound: bool = True, sequence_start: int = 1, paces: Paces | None = None, **changes: object
    ) -> None:
        self.link = Link(settings(**changes), sequence_start, paces)
        self.now = 1_000.0
        self.link.start(self.now)
        if bound:
            (bind,) = self.said()
            assert self.hears(mc.frame(_COMMANDS[bind.name] | mc.RESP, bind.sequence, b"mc\0")) == [Bound("mc")]

    def hears(self, octets: bytes) -> list[Event]:
        return self.link.receive(octets, self.now)

    def said(self) -> list[mc.Said]:
        return mc.take_apart(self.link.data_to_send())

    def names(self) -> list[str]:
        return [said.name for said in self.said()]

    def passes(self, seconds: float) -> list[Event]:
        """As a client would: a tick at each deadline on the way."""
        until, events = self.now + seconds, []
        while (deadline := self.link.next_deadline()) is not None and deadline <= until:
            self.now = max(self.now, deadline)
            events += self.link.tick(self.now)
            assert self.link.next_deadline() != deadline, "an alarm that rings for ever"
        self.now = until
        return events + self.link.tick(self.now)

    def submits(self, *texts: str) -> list[Event]:
        events = []
        for text in texts:
            pdu = SubmitSm(source_addr="10086", destination_addr="8613800138000", short_message=text.encode())
            events += self.link.submit(text, pdu, self.now)
        return events

    def submits_data(self, text: str) -> list[Event]:
        pdu = DataSm(source_addr="10086", destination_addr="8613800138000", tlvs=((0x0424, text.encode()),))
        return self.link.submit(text, pdu, self.now)

    def texts(self) -> list[str]:
        return [said.short_message.decode() for said in self.said() if said.name == "submit_sm"]

    def acknowledges(self, *numbers: int, status: int = 0) -> list[Event]:
        return [event for number in numbers for event in self.link.acknowledge(number, status, self.now)]
