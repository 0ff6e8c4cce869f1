"""A whole link, bound to the embedded message centre that throttles it and was never told about: simulated minutes."""

from collections import Counter
from random import Random
from typing import Any

import pytest
from twisted.internet.defer import Deferred, ensureDeferred, succeed
from twisted.internet.error import ConnectionLost
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure

from channels.smpp.client import SmppClient
from channels.smpp.pdus import SubmitSm
from channels.smpp.settings import LinkSettings
from channels.smpp.status import Class
from channels.sms.centre.mischief import Mischief, MischiefSettings
from channels.sms.centre.wire import CentreFactory
from tests.channels.sms.smsc_esme import House

WAITING = 100


class Half(StringTransport):
    """One end of a connection in memory: what is written arrives at the other end a little later."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self.reader: Any = None
        self.other: Half | None = None

    def write(self, data: bytes) -> None:
        assert self.other is not None
        self._clock.callLater(0.001, self.other.hear, data)

    def hear(self, data: bytes) -> None:
        if self.reader is not None:
            self.reader.dataReceived(data)

    def setTcpNoDelay(self, enabled: bool) -> None:
        pass

    def loseConnection(self) -> None:
        self.abortConnection()

    def abortConnection(self) -> None:
        for half in (self, self.other):
            if half is not None and half.reader is not None:
                reader, half.reader = half.reader, None
                reader.connectionLost(Failure(ConnectionLost()))


class Cable:
    """An endpoint that leads to the centre."""

    def __init__(self, house: House) -> None:
        self._house = house
        self.here: Half | None = None

    def connect(self, factory: Any) -> "Deferred[Any]":
        clock = self._house.clock
        here, there = Half(clock), Half(clock)
        here.other, there.other, self.here = there, here, here
        there.reader = CentreFactory(self._house.centre, clock).buildProtocol(None)
        here.reader = factory.buildProtocol(None)
        there.reader.makeConnection(there)
        here.reader.makeConnection(here)
        return succeed(here.reader)


class Gate:
    """Says as much as there is room for, for ever; the message centre's answers are counted."""

    def __init__(self) -> None:
        self.outcomes: Counter[str] = Counter()
        self.client: SmppClient | None = None
        self.given = 0

    def feed(self) -> None:
        assert self.client is not None
        while self.client.bound and self.client.waiting < WAITING:
            self.given += 1
            text = str(self.given)
            number = f"86138{self.given % 10**8:08}"
            self.client.submit(
                text, SubmitSm(source_addr="10086", destination_addr=number, short_message=text.encode())
            )

    def opened(self, link: str) -> int:
        return 1

    def submitted(self, token: object, message_id: str) -> None:
        self.outcomes["sent"] += 1

    def refused(self, token: object, status: int, klass: Class) -> None:
        self.outcomes[str(klass)] += 1

    def unanswered(self, token: object) -> None:
        self.outcomes["unanswered"] += 1

    def confirmed(self, connection: int, number: int) -> None: ...
    def lost(self, connection: int) -> None: ...
    def late(self, token: object, message_id: str) -> None: ...
    def queried(self, token: object, state: int | None) -> None: ...
    def alerted(self, link: str, address: str, availability: int | None) -> None: ...
    def ready(self, link_name: str) -> None: ...
    def heard(self, *_: Any) -> "Deferred[int]":
        return succeed(0)


class Throttled:
    def __init__(self, rate: float, **mischief: Any) -> None:
        self.manners = Mischief(MischiefSettings(throttle=rate, **mischief), Random(1))
        self.house = House(self.manners)
        self.cable, self.gate = Cable(self.house), Gate()
        settings = LinkSettings(name="a", connect="x", system_id="hall", window=50)
        self.client = self.gate.client = SmppClient(settings, self.cable, self.house.clock, self.gate, lambda: 1.0)
        ensureDeferred(self.client.run())

    def passes(self, seconds: float) -> tuple[float, float]:
        """What was sent a second, and how many refusals there were for each message sent."""
        sent, refused = self.gate.outcomes["sent"], self.manners.counts["messages throttled"]
        for _ in range(int(seconds * 200)):
            self.gate.feed()
            self.house.clock.advance(0.005)
        sent, refused = self.gate.outcomes["sent"] - sent, self.manners.counts["messages throttled"] - refused
        return sent / seconds, refused / sent


@pytest.mark.parametrize("rate", [5, 40])
def test_what_is_sent_comes_to_what_the_centre_takes(rate: float) -> None:
    throttled = Throttled(rate, delay=0.1)
    throttled.passes(30)
    sent, refused = throttled.passes(150)
    assert 0.88 * rate <= sent <= rate
    assert refused < 0.02
    assert 0.7 * rate <= throttled.client.pace <= 1.2 * rate
    assert not throttled.gate.outcomes[Class.THROTTLE]


def test_cuts_do_not_make_it_forget() -> None:
    throttled = Throttled(20)
    throttled.passes(60)
    learned = throttled.manners.counts["messages throttled"]
    for _ in range(6):
        throttled.passes(10)
        assert throttled.cable.here is not None
        throttled.cable.here.abortConnection()
    sent, _ = throttled.passes(30)
    assert sent >= 0.85 * 20
    assert throttled.manners.counts["messages throttled"] - learned < 20
