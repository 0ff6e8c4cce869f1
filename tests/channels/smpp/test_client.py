"""The client with its clock and its wire in the test's hands, and one transcript of what the gate is told."""

from collections.abc import Iterator
from typing import Any

import pytest
from OpenSSL import SSL
from service_identity import VerificationError
from twisted.internet.defer import Deferred, ensureDeferred
from twisted.internet.error import ConnectionDone, ConnectionLost
from twisted.internet.task import Clock
from twisted.logger import LogEvent, LogLevel, globalLogPublisher

from channels.smpp.backoff import Backoff
from channels.smpp.client import SmppClient
from channels.smpp.fingerprint import fingerprint
from channels.smpp.pdus import DataSm, DeliverSm, SubmitSm, decode
from channels.smpp.settings import LinkSettings
from channels.smpp.status import Class, Patience
from channels.smpp.trouble import why
from tests.doubles import fake_smsc as mc
from tests.doubles.memory_smsc import MemorySmsc


class Gate:
    """Writes down what it is told; acknowledges when the test says so, or at once with `answer_at_once`."""

    def __init__(self) -> None:
        self.told: list[tuple[object, ...]] = []
        self.open: dict[int, Deferred[int]] = {}
        self.answer_at_once = False
        self.raising: Exception | None = None
        self.connections = 0
        self.on_ready: Any = lambda: None

    def opened(self, link: str) -> int:
        self.connections += 1
        self.told.append(("opened", link))
        return self.connections

    def heard(
        self, connection: int, number: int, link_name: str, pdu: DeliverSm | DataSm, mark: bytes
    ) -> "Deferred[int]":
        assert mark == fingerprint(pdu)
        if self.raising is not None:
            raise self.raising
        self.told.append(("heard", connection, number, pdu.user_data))
        answer: Deferred[int] = Deferred()
        self.open[number] = answer
        if self.answer_at_once:
            answer.callback(0)
        return answer

    def confirmed(self, connection: int, number: int) -> None:
        self.told.append(("confirmed", connection, number))

    def lost(self, connection: int) -> None:
        self.told.append(("lost", connection))

    def submitted(self, token: object, message_id: str) -> None:
        self.told.append(("submitted", token, message_id))

    def refused(self, token: object, status: int, klass: Class) -> None:
        self.told.append(("refused", token, status, str(klass)))

    def unanswered(self, token: object) -> None:
        self.told.append(("unanswered", token))

    def late(self, token: object, message_id: str) -> None:
        self.told.append(("late", token, message_id))

    def ready(self, link_name: str) -> None:
        self.told.append(("ready", link_name))
        self.on_ready()

    def take(self) -> list[tuple[object, ...]]:
        told, self.told = self.told, []
        return told


def sms(text: str) -> SubmitSm:
    return SubmitSm(source_addr="10086", destination_addr="8613800138000", short_message=text.encode())


class House:
    def __init__(self, bound: bool = True, **changes: object) -> None:
        values = {"name": "a", "connect": "tcp:x", "system_id": "hall", **changes}
        self.clock, self.gate, self.peer = Clock(), Gate(), MemorySmsc()
        self.client = SmppClient(LinkSettings(**values), self.peer, self.clock, self.gate, lambda: 1.0)  # type: ignore[arg-type]
        self.running = None
        if bound:
            self.runs()
            assert self.gate.take() == [("opened", "a"), ("ready", "a")]

    def runs(self) -> None:
        self.running = ensureDeferred(self.client.run())
        if self.peer.transport is not None:
            self.peer.pump()

    def passes(self, seconds: float) -> None:
        """In steps, because what is said at one time is answered at the same."""
        steps = max(1, int(seconds / 0.5))
        for _ in range(steps):
            self.clock.advance(seconds / steps)
            if self.peer.transport is not None:
                self.peer.pump()

    def settles(self) -> None:
        self.clock.advance(0)
        self.peer.pump()


@pytest.fixture
def logged() -> Iterator[list[LogEvent]]:
    events: list[LogEvent] = []

    def keep(event: LogEvent) -> None:
        if event["log_level"] >= LogLevel.error:
            events.append(event)

    globalLogPublisher.addObserver(keep)
    yield events
    globalLogPublisher.removeObserver(keep)


@pytest.fixture(autouse=True)
def nothing_is_logged_that_was_not_expected(logged: list[LogEvent]) -> Iterator[None]:
    yield
    assert [event["log_format"] for event in logged] == []


# ── a conversation ──


def test_binds_with_nagle_off_and_says_so() -> None:
    house = House()
    assert house.client.bound
    assert house.client.room == 50
    assert house.peer.transport.no_delay
    assert house.peer.smsc.names() == ["bind_transceiver"]


def test_acknowledges_after_the_commit_and_not_before() -> None:
    house = House()
    house.peer.says(mc.deliver_sm(11, b"YE") + mc.deliver_sm(12, b"DG"))
    assert house.gate.take() == [("heard", 1, 1, b"YE"), ("heard", 1, 2, b"DG")]
    house.settles()
    assert house.peer.smsc.names() == ["bind_transceiver"]
    house.gate.open[2].callback(0)
    house.gate.open[1].callback(0x64)
    house.settles()
    answers = house.peer.smsc.heard[1:]
    assert [(said.name, said.sequence, said.status) for said in answers] == [
        ("deliver_sm_resp", 12, 0),
        ("deliver_sm_resp", 11, 0x64),
    ]


def test_a_batch_of_acknowledgements_and_answers_is_one_write() -> None:
    house = House()
    house.peer.says(b"".join(mc.deliver_sm(n) for n in range(40)))
    for number in range(1, 41):
        house.gate.open[number].callback(0)
        house.client.submit(number, sms("answer"))
    assert house.peer.transport.value() == b""
    house.clock.advance(0)
    assert house.peer.pump() == 1
    assert house.peer.smsc.names()[1:] == ["deliver_sm_resp", "submit_sm"] * 40
    confirmed = [told for told in house.gate.take() if told[0] == "confirmed"]
    assert confirmed[-1] == ("confirmed", 1, 40)


def test_what_became_of_submitted_messages() -> None:
    house = House()
    statuses = iter([0, 0x0B])
    house.peer.smsc.on_submit = lambda said: mc.submit_sm_resp(said.sequence, b"00AB", next(statuses))
    house.client.submit("a", sms("a"))
    house.client.submit("b", sms("b"))
    house.settles()
    assert house.gate.take() == [("submitted", "a", "00AB"), ("refused", "b", 0x0B, "permanent")]


def test_says_when_there_is_room_again_and_takes_more_from_within() -> None:
    house = House(window=1)
    queue = ["b", "c"]
    house.gate.on_ready = lambda: queue and house.client.submit(queue[0], sms(queue.pop(0)))
    house.client.submit("a", sms("a"))
    for _ in range(4):
        house.settles()
    assert [told for told in house.gate.take() if told[0] == "submitted"] == [
        ("submitted", "a", "2"),
        ("submitted", "b", "3"),
        ("submitted", "c", "4"),
    ]


def test_submitting_while_not_bound_is_refused_at_once() -> None:
    house = House(bound=False)
    house.client.submit("a", sms("a"))
    assert house.gate.take() == [("refused", "a", 4, "session")]
    assert (house.client.room, house.client.bound) == (0, False)


def test_a_gate_that_fails_does_not_stop_the_reading(logged: list[LogEvent]) -> None:
    house = House()
    house.gate.raising = RuntimeError("no database")
    house.peer.says(mc.deliver_sm(1))
    house.gate.raising = None
    house.peer.says(mc.deliver_sm(2))
    house.gate.open[2].errback(RuntimeError("rolled back"))
    house.peer.says(mc.deliver_sm(3) + mc.frame(mc.ENQUIRE_LINK, 9))
    house.settles()
    answers = [(said.name, said.sequence, said.status) for said in house.peer.smsc.heard[1:]]
    assert answers == [("deliver_sm_resp", 1, 0x64), ("deliver_sm_resp", 2, 0x64), ("enquire_link_resp", 9, 0)]
    assert len(logged) == 2
    logged.clear()


def test_one_outcome_that_fails_does_not_take_the_next_with_it(logged: list[LogEvent]) -> None:
    house = House()

    def fails(token: object, message_id: str) -> None:
        house.gate.told.append(("submitted", token))
        raise RuntimeError

    house.gate.submitted = fails  # type: ignore[method-assign]
    house.client.submit("a", sms("a"))
    house.client.submit("b", sms("b"))
    house.settles()
    assert house.gate.take() == [("submitted", "a"), ("submitted", "b")]
    assert len(logged) == 2
    logged.clear()


# ── losing and coming back ──


def test_a_loss_is_told_at_once_and_mended() -> None:
    house = House()
    house.peer.says(mc.deliver_sm(1))
    house.client.submit("a", sms("a"))
    house.clock.advance(0)
    house.peer.transport.abortConnection()
    assert house.gate.take() == [("heard", 1, 1, b"YE"), ("unanswered", "a"), ("lost", 1)]
    assert not house.client.bound
    house.gate.open[1].callback(0)  # the commit came too late to acknowledge
    house.passes(1)
    assert house.gate.take() == [("opened", "a"), ("ready", "a")]
    assert house.peer.smsc.names() == ["bind_transceiver", "bind_transceiver"]
    house.settles()
    assert house.peer.smsc.names() == ["bind_transceiver", "bind_transceiver"]


def test_an_acknowledgement_does_not_go_to_the_next_connection() -> None:
    house = House()
    house.peer.says(mc.deliver_sm(1))
    late = house.gate.open[1]
    house.peer.transport.abortConnection()
    house.passes(1)
    house.peer.says(mc.deliver_sm(1))
    late.callback(0)
    house.settles()
    assert "deliver_sm_resp" not in house.peer.smsc.names()


def attempts_within(house: House, seconds: int) -> list[int]:
    """At which seconds there were attempts."""
    found = []
    for second in range(1, seconds + 1):
        before = house.peer.attempts
        house.passes(1)
        found.extend([second] * (house.peer.attempts - before))
    return found


def test_attempts_become_rarer_when_nobody_listens(logged: list[LogEvent]) -> None:
    house = House(bound=False, reconnect=1, reconnect_limit=8)
    house.peer.refusing = True
    house.runs()
    assert attempts_within(house, 40) == [1, 3, 7, 15, 23, 31, 39]
    logged.clear()


def test_a_link_that_was_bound_comes_back_at_once_however_often_it_is_cut() -> None:
    house = House(reconnect=1, reconnect_limit=20)
    for _ in range(10):
        house.passes(6)
        house.peer.transport.abortConnection()
        assert attempts_within(house, 1) == [1] and house.client.bound


def test_a_bind_that_does_not_last_is_tried_ever_more_seldom() -> None:
    house, waits = House(reconnect=1, reconnect_limit=20), []
    for _ in range(7):
        house.peer.transport.abortConnection()
        waits.append(0)
        while not house.client.bound:
            house.passes(1)
            waits[-1] += 1
    assert waits == [1, 2, 4, 8, 16, 20, 20]


def test_a_refused_bind_is_tried_again_much_later(logged: list[LogEvent]) -> None:
    house = House(bound=False, refused=30, refused_limit=100)
    house.peer.smsc.bind_status = 0x0E
    house.runs()
    assert attempts_within(house, 300) == [30, 90, 190, 290]
    assert house.gate.take() == []
    assert not house.client.bound
    logged.clear()


def test_jitter_is_between_half_and_whole_and_steadiness_forgives() -> None:
    settings = LinkSettings(name="a", connect="x", system_id="h", reconnect=4)
    backoff = Backoff(settings, iter([0.0, 0.5, 1.0]).__next__)
    assert [backoff.wait(Patience.ORDINARY), backoff.wait(Patience.ORDINARY)] == [2, 6]
    backoff.worked()
    assert backoff.wait(Patience.ORDINARY) == 4


def test_a_half_open_connection_is_noticed(logged: list[LogEvent]) -> None:
    house = House(enquire_link=30, response_timeout=10)
    house.client.submit("a", sms("a"))
    for _ in range(81):
        house.clock.advance(0.5)  # nothing is pumped: the peer has vanished
    assert ("unanswered", "a") in house.gate.take()
    assert logged.pop()["reason"].startswith("the peer has been silent")
    house.passes(1)
    assert house.client.bound


def test_a_peer_that_does_not_read_is_cut_off(logged: list[LogEvent]) -> None:
    house = House()
    house.peer.transport.stuck = True
    house.peer.says(b"HTTP/1.1 200 OK\r\n")
    assert ("lost", 1) not in house.gate.take()
    house.clock.advance(3)
    assert house.gate.take() == [("lost", 1)]
    logged.clear()


def test_the_peers_unbind_leads_to_a_new_bind() -> None:
    house = House()
    house.peer.says(mc.frame(mc.UNBIND, 3))
    assert house.gate.take() == [("lost", 1)]
    house.passes(1)
    assert house.client.bound


# ── reading less ──


def test_reading_can_be_paused_and_answers_are_not_missed_meanwhile() -> None:
    house = House(response_timeout=10, enquire_link=5)
    house.client.submit("a", sms("a"))
    house.clock.advance(0)
    house.client.pause_reading()
    assert house.peer.transport.producerState == "paused"
    house.clock.advance(60)
    assert house.gate.take() == []
    house.client.resume_reading()
    assert house.peer.transport.producerState == "producing"
    house.peer.pump()
    house.passes(2)
    assert house.gate.take() == [("submitted", "a", "2")]


# ── stopping ──


def stopped(house: House) -> bool:
    assert house.running is not None
    return bool(house.running.called)


def test_stops_when_everything_is_done() -> None:
    house = House()
    house.peer.says(mc.deliver_sm(1))
    house.client.submit("a", sms("a"))
    stopping = ensureDeferred(house.client.stop())
    house.peer.says(mc.deliver_sm(2))
    house.settles()
    assert not stopped(house)
    house.gate.open[1].callback(0)
    house.settles()
    assert stopped(house)
    assert stopping.called
    heard = [(said.name, said.status) for said in house.peer.smsc.heard[1:]]
    assert heard == [("submit_sm", 0), ("deliver_sm_resp", 0x64), ("deliver_sm_resp", 0), ("unbind", 0)]
    assert house.gate.take()[-2:] == [("confirmed", 1, 1), ("lost", 1)]
    assert house.clock.getDelayedCalls() == []


def test_stops_in_the_end_whatever_the_peer_does() -> None:
    house = House()
    house.peer.says(mc.deliver_sm(1))
    ensureDeferred(house.client.stop())
    for _ in range(40):
        house.clock.advance(0.5)
    assert stopped(house)
    assert house.clock.getDelayedCalls() == []


@pytest.mark.parametrize("when", ["connecting", "waiting", "binding"])
def test_stops_also_when_there_is_no_bind(when: str, logged: list[LogEvent]) -> None:
    house = House(bound=False)
    house.peer.hanging = when == "connecting"
    house.peer.refusing = when == "waiting"
    house.running = ensureDeferred(house.client.run())
    ensureDeferred(house.client.stop())
    assert stopped(house)
    assert house.clock.getDelayedCalls() == []
    attempts = house.peer.attempts
    house.clock.advance(1000)
    assert house.peer.attempts == attempts
    logged.clear()


def test_the_octets_of_a_submit_are_what_they_should_be() -> None:
    house = House()
    house.client.submit("a", sms("hello"))
    house.clock.advance(0)
    assert decode(house.peer.transport.value()) == SubmitSm(
        sequence=2, source_addr="10086", destination_addr="8613800138000", short_message=b"hello"
    )


# ── why it is not bound ──


def test_it_says_why_it_is_not_bound_until_it_is(logged: list[LogEvent]) -> None:
    house = House()
    assert house.client.trouble == ""
    house.peer.transport.drop(ConnectionLost())
    assert house.client.trouble == "the connection broke off"
    house.peer.smsc.bind_status = 0x0E
    house.passes(2)
    assert "the password is wrong" in house.client.trouble
    house.peer.smsc.bind_status = 0
    house.passes(60)
    assert house.client.bound and house.client.trouble == ""
    logged.clear()


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (SSL.Error([("SSL routines", "", "certificate verify failed")]), "see trustRoots"),
        (SSL.Error([("SSL routines", "", "tlsv13 alert certificate required")]), "wants a certificate of ours"),
        (SSL.Error([("SSL routines", "", "wrong version number")]), "does not speak TLS"),
        (SSL.Error([("SSL routines", "", "something new")]), "TLS failed: SSL routines, something new"),
        (SSL.Error(-1, "Unexpected EOF"), "TLS failed"),
        (VerificationError(errors=[]), "another host's"),
        (ConnectionDone(), "closed the connection"),
        (OSError("no route to host"), "no route to host"),
        (ValueError(), "ValueError"),
    ],
)
def test_what_went_wrong_is_said_in_words(error: Exception, words: str) -> None:
    assert words in why(error)
