"""Streams to browsers: what is told, when, and to whom, with every look made by hand."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from twisted.internet.defer import Deferred, ensureDeferred
from twisted.internet.task import Clock

from channels.desk.live import BEAT, EVERY, MOST, SHARE, Newsroom, last_id_of
from channels.desk.topics import id_of, marks_in, told
from orders.agent_states import Limits, Presence, State
from orders.arrival import LedgerAway
from orders.desk_news import InHand, News, Viewer, Waits
from orders.desk_words import Role
from orders.telephoning import PhoneCall

LI = Viewer(b"li", "li", Role.AGENT)
BOSS = Viewer(b"boss", "boss", Role.SUPERVISOR)
CALM = News(Waits(1, 0, 5.0), Limits(), presences={"li": Presence("li", State.READY, 1.0)})


@dataclass
class Window:
    """A request that stays open, as a browser sees it."""

    headers: dict[bytes, bytes] = field(default_factory=dict)
    args: dict[bytes, list[bytes]] = field(default_factory=dict)
    told: str = ""
    producer: Any = None

    def setHeader(self, name: bytes, value: bytes) -> None:
        self.headers[name] = value

    def getHeader(self, name: bytes) -> bytes | None:
        return self.headers.get(name)

    def write(self, octets: bytes) -> None:
        self.told += octets.decode()

    def registerProducer(self, producer: object, streaming: bool) -> None:
        assert streaming
        self.producer = producer

    def unregisterProducer(self) -> None:
        self.producer = None

    def heard(self) -> list[tuple[str, Any]]:
        """The events since it was last asked."""
        events = []
        for block in self.told.split("\n\n"):
            lines = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith("retry"))
            if lines:
                events.append((lines["event"], json.loads(lines["data"])))
        self.told = ""
        return events

    @property
    def last_id(self) -> str:
        return self.told.rpartition("id: ")[2].partition("\n")[0]


class House:
    """What a look finds; how long it takes."""

    def __init__(self, clock: Clock) -> None:
        self.news = CALM
        self.looks: list[bool] = []
        self.takes, self.away = 0.0, False
        self._clock = clock

    async def look(self, viewers: Sequence[Viewer], beat: bool) -> News:
        if self.away:
            raise LedgerAway("the database cannot be reached")
        self.looks.append(beat)
        self._clock.rightNow += self.takes
        return self.news


@pytest.fixture
def clock() -> Clock:
    clock = Clock()
    clock.rightNow = 1000.0
    return clock


@pytest.fixture
def house(clock: Clock) -> House:
    return House(clock)


@pytest.fixture
def room(clock: Clock, house: House) -> Newsroom:
    room = Newsroom(house.look, clock.seconds, clock)
    ensureDeferred(room.run())
    return room


def attend(room: Newsroom, viewer: Viewer = LI, last_id: str = "") -> tuple[Window, Deferred[None]]:
    window = Window()
    done = ensureDeferred(room.attend(window, viewer, last_id))  # type: ignore[arg-type]
    return window, done


def test_whoever_comes_is_told_how_things_are_and_then_what_is_different(
    clock: Clock, house: House, room: Newsroom
) -> None:
    window, _ = attend(room)
    assert window.headers[b"content-type"].startswith(b"text/event-stream")
    assert window.heard() == [("hello", {"now": 1000.0, "silence": 40})]
    clock.advance(EVERY)
    assert [topic for topic, _ in window.heard()] == ["queue", "callers", "call", "card", "state", "beat"]
    clock.advance(EVERY)
    assert window.heard() == []
    house.news = replace(CALM, in_hand={"li": InHand(7, 300.0, "a")})
    clock.advance(EVERY)
    assert window.heard() == [("card", {"id": "7", "lease_until": 300.0, "mark": "a"})]


def test_nobody_looks_where_nobody_looks_on(clock: Clock, house: House, room: Newsroom) -> None:
    clock.pump([EVERY] * 5)
    assert house.looks == []


def test_what_is_done_here_is_told_at_once(clock: Clock, house: House, room: Newsroom) -> None:
    window, _ = attend(room)
    clock.advance(0.05)
    assert len(window.heard()) == 7
    room.hurry()
    room.hurry()
    house.news = replace(CALM, waits=Waits(2, 0, 5.0))
    clock.advance(0.05)
    assert window.heard() == [("queue", {"due": 2, "later": 0, "oldest_at": 5.0, "closed": 0, "opens_at": None})]
    assert len(house.looks) == 2


def test_looks_take_a_tenth_of_the_time_however_much_is_done(clock: Clock, house: House, room: Newsroom) -> None:
    attend(room)
    house.takes = 0.5
    clock.advance(EVERY)
    seen = len(house.looks)
    for _ in range(90):
        room.hurry()
        clock.advance(SHARE * 0.5 / 100)
    assert len(house.looks) == seen
    clock.advance(SHARE * 0.5)
    assert len(house.looks) > seen


def test_a_beat_now_and_then(clock: Clock, house: House, room: Newsroom) -> None:
    window, _ = attend(room)
    clock.pump([EVERY] * int(3 * BEAT))
    assert [topic for topic, _ in window.heard()].count("beat") == 3
    assert house.looks.count(True) == 3


def test_whoever_comes_back_is_told_only_what_is_different(clock: Clock, house: House, room: Newsroom) -> None:
    window, done = attend(room)
    clock.advance(EVERY)
    last_id = window.last_id
    done.cancel()
    assert room.streams == 0
    house.news = replace(CALM, waits=Waits(9, 0, 5.0))
    again, _ = attend(room, last_id=last_id)
    clock.advance(EVERY)
    assert [topic for topic, _ in again.heard()] == ["hello", "queue", "beat"]


def test_each_knows_of_himself_and_supervisors_that_the_board_is_different(
    clock: Clock, house: House, room: Newsroom
) -> None:
    house.news = replace(
        CALM,
        in_hand={"li": InHand(7, 300.0, "a")},
        calls={"li": PhoneCall(5, "8613800138000", 7, "li", "ringing", 1.0, 2.0)},
    )
    li, boss = attend(room)[0], attend(room, BOSS)[0]
    clock.advance(EVERY)
    mine, his = dict(li.heard()), dict(boss.heard())
    assert (mine["call"]["state"], mine["call"]["task"], mine["card"]["id"]) == ("ringing", "7", "7")
    assert "board" not in mine
    assert his["call"] is None and his["card"] is None and his["board"]["mark"]
    assert "13800138000" not in json.dumps([mine, his])


def test_a_call_for_another_card_is_not_the_call_in_hand() -> None:
    news = replace(
        CALM,
        in_hand={"li": InHand(8, 300.0, "a")},
        calls={"li": PhoneCall(5, "8613800138000", 7, "li", "over", 1.0, 2.0)},
    )
    assert {each.topic: each.text for each in told(news, LI)}["call"] == "null"


@pytest.mark.parametrize(
    ("why", "error"), [("taken_over", "taken_over"), ("forced_out", "forced_out"), ("", "signed_out")]
)
def test_a_session_that_is_over(clock: Clock, house: House, room: Newsroom, why: str, error: str) -> None:
    window, done = attend(room)
    house.news = replace(CALM, over={b"li": why})
    clock.advance(EVERY)
    topic, document = window.heard()[-1]
    assert (topic, document["error"]) == ("over", error)
    assert done.called and room.streams == 0 and window.producer is None


def test_who_cannot_take_it_is_told_how_things_are_when_he_can(clock: Clock, house: House, room: Newsroom) -> None:
    window, _ = attend(room)
    clock.advance(EVERY)
    window.heard()
    window.producer.pauseProducing()
    for due in (2, 3, 4):
        house.news = replace(CALM, waits=Waits(due, 0, 5.0))
        clock.advance(EVERY)
    assert window.heard() == []
    window.producer.resumeProducing()
    clock.advance(EVERY)
    assert window.heard() == [("queue", {"due": 4, "later": 0, "oldest_at": 5.0, "closed": 0, "opens_at": None})]


def test_more_windows_than_a_browser_has_lines_for(clock: Clock, room: Newsroom) -> None:
    windows = [attend(room)[0] for _ in range(MOST + 1)]
    assert [topic for topic, _ in windows[0].heard()] == ["hello", "enough"]
    assert room.streams == MOST


def test_a_node_that_stops_lets_everybody_go(room: Newsroom) -> None:
    _, done = attend(room)
    room.stop()
    assert done.called and room.streams == 0


def test_a_look_that_goes_wrong_is_not_the_last(clock: Clock, house: House, room: Newsroom) -> None:
    window, _ = attend(room)
    house.away = True
    clock.advance(EVERY)
    assert [topic for topic, _ in window.heard()] == ["hello"]
    house.away = False
    clock.advance(EVERY)
    assert "queue" in dict(window.heard())


def test_marks_come_back_as_they_were_said() -> None:
    assert marks_in(id_of({"queue": "aa11", "card": "bb22"})) == {"queue": "aa11", "card": "bb22"}
    assert marks_in("") == marks_in("nonsense") == marks_in("x." * 999) == {}


def test_the_last_id_is_said_by_the_browser_or_by_the_page() -> None:
    window = Window(args={b"after": [b"queue.aa11"]})
    assert last_id_of(window) == "queue.aa11"  # type: ignore[arg-type]
    window.headers[b"last-event-id"] = b"queue.bb22"
    assert last_id_of(window) == "queue.bb22"  # type: ignore[arg-type]
    assert last_id_of(Window()) == ""  # type: ignore[arg-type]
