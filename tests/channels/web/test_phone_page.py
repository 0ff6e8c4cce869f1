import json
from dataclasses import dataclass, replace

import pytest
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock
from twisted.web.http_headers import Headers

from channels.web.events import HEARTBEAT, EventStream
from channels.web.phone import MOST_STREAMS, Phone, phone_resource
from channels.web.requests import Refusal
from tests.channels.web.web_client import Browser

LI = "13800138000"


@dataclass(frozen=True)
class Message:
    id: int
    revision: int
    text: str
    peer: str = "10086"
    direction: str = "out"
    alphabet: str = "GSM-7"
    segments: int = 1
    arrived: int = 1
    state: str = "queued"
    timeline: tuple = (("queued", 1000.5),)


class Handsets:
    """One handset for all numbers."""

    def __init__(self):
        self.kept = []
        self.submitted = []
        self.listeners = []
        self.revision = 0

    def submit_mo(self, msisdn, text, to):
        if to == "999":
            raise ValueError("999 cannot be written to")
        self.submitted.append((msisdn, text, to))
        return self.add(text)

    def add(self, text):
        self.revision += 1
        self.kept.append(Message(2**60 + self.revision, self.revision, text))
        self._tell()
        return self.kept[-1]

    def change(self, index, state):
        self.revision += 1
        self.kept[index] = replace(self.kept[index], revision=self.revision, state=state)
        self._tell()

    def messages_for(self, msisdn, after=0):
        return [message for message in self.kept if message.revision > after]

    def listen(self, msisdn, listener):
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)

    def _tell(self):
        for listener in self.listeners:
            listener(None)


@pytest.fixture
def handsets():
    return Handsets()


@pytest.fixture
def browser(handsets):
    return Browser(phone_resource(handsets, Clock()))


def test_what_is_typed_is_submitted_and_comes_back_with_an_id_that_a_browser_can_hold(browser, handsets):
    status, message = browser.post("/api/messages", {"from": LI, "to": "10086", "text": "余额"})
    assert status == 201
    assert handsets.submitted == [(LI, "余额", "10086")]
    assert message["id"] == str(2**60 + 1)
    assert message["timeline"] == [{"state": "queued", "at": 1000.5}]


@pytest.mark.parametrize(
    ("typed", "status", "what"),
    [
        ({"from": LI, "text": ""}, 422, "text"),
        ({"from": LI, "text": "x" * 1001}, 422, "text"),
        ({"from": LI, "text": "\0"}, 422, "text"),
        ({"from": LI, "text": 7}, 422, "text"),
        ({"from": LI}, 422, "text"),
        ({"from": "110", "text": "x"}, 422, "from"),
        ({"from": "１３８００１３８０００", "text": "x"}, 422, "from"),
        ({"from": LI + "\n", "text": "x"}, 422, "from"),
        ({"from": int(LI), "text": "x"}, 422, "from"),
        ({"from": LI, "to": "a", "text": "x"}, 422, "to"),
        ({"from": LI, "to": "999", "text": "x"}, 422, "999 cannot be written to"),
        ({"from": LI, "text": "x", "more": 1}, 422, "more"),
        ([], 422, "body"),
        (b"{", 422, "body"),
        (b'{"from": "13800138000", "text": "\\ud800"}', 422, ""),
        (b" " * 20_000, 413, "16384"),
    ],
)
def test_what_is_wrong_is_said(browser, handsets, typed, status, what):
    got, answer = browser.post("/api/messages", typed)
    assert got == status
    assert what in answer["message"]
    assert handsets.kept == []


def test_a_form_of_another_site_cannot_send(browser, handsets):
    status, _ = browser.post("/api/messages", {"from": LI, "text": "x"}, kind="text/plain")
    assert status == 415
    assert handsets.kept == []


def test_messages_since(browser, handsets):
    handsets.add("1")
    handsets.add("2")
    status, all_of_them = browser.json(f"/api/messages?msisdn={LI}")
    assert (status, all_of_them["revision"]) == (200, 2)
    assert [message["text"] for message in all_of_them["messages"]] == ["1", "2"]
    assert browser.json(f"/api/messages?msisdn={LI}&after=2")[1] == {"messages": [], "revision": 2}


@pytest.mark.parametrize(
    "query", ["", "?msisdn=110", f"?msisdn={LI}&after=-1", f"?msisdn={LI}&after=x", f"?msisdn={LI}&x=1"]
)
def test_what_cannot_be_asked(browser, query):
    assert browser.json(f"/api/messages{query}")[0] == 422
    assert browser.json(f"/api/events{query}")[0] == 422


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/static/phone.js", "text/javascript; charset=utf-8"),
        ("/static/phone.css", "text/css; charset=utf-8"),
        ("/static/phone.svg", "image/svg+xml"),
    ],
)
def test_the_page_and_its_files(browser, path, kind):
    response, body = browser.ask(path)
    assert response.headers.getRawHeaders("content-type") == [kind]
    assert body
    mark = response.headers.getRawHeaders("etag")
    again, _ = browser.ask(path, headers={"If-None-Match": mark})
    assert again.code == 304


@pytest.mark.parametrize("path", ["/static/nothing.js", "/static/..%2Fphone.py", "/static/../phone.py", "/nothing"])
def test_there_is_nothing_else(browser, path):
    assert browser.ask(path)[0].code == 404


def test_the_page_needs_nothing_from_elsewhere_and_no_inline_code(browser):
    page = browser.ask("/")[1].decode()
    assert "http:" not in page
    assert "https:" not in page
    assert "<style" not in page
    assert " style=" not in page
    assert page.count("<script") == page.count('<script type="module" src="static/')


class Request:
    """As much of a request as a stream uses."""

    def __init__(self, query=None, **headers):
        self.args = {name.encode(): [value.encode()] for name, value in (query or {"msisdn": LI}).items()}
        self.sent = Headers({name.replace("_", "-"): [value] for name, value in headers.items()})
        self.written, self.producer, self.gone = [], None, Deferred()

    def getHeader(self, name):
        return (self.sent.getRawHeaders(name) or [None])[-1]

    def setHeader(self, name, value): ...

    def setResponseCode(self, code):
        self.code = code

    def notifyFinish(self):
        return self.gone

    def registerProducer(self, producer, streaming):
        assert streaming
        self.producer = producer

    def write(self, data):
        self.written.append(data.decode())

    def told(self):
        """(id, text, state) of the events written since last time."""
        lines, self.written = "".join(self.written).split("\n"), []
        ids = [int(line[4:]) for line in lines if line.startswith("id: ")]
        messages = [json.loads(line[6:]) for line in lines if line.startswith("data: ")]
        return [(revision, said["text"], said["state"]) for revision, said in zip(ids, messages, strict=True)]


def test_a_stream_tells_what_is_there_and_then_every_change(handsets):
    handsets.add("1")
    request = Request()
    Phone(handsets, Clock()).events(request)
    assert request.told() == [(1, "1", "queued")]
    handsets.add("2")
    handsets.change(0, "sent")
    assert request.told() == [(2, "2", "queued"), (3, "1", "sent")]


def test_a_browser_that_comes_back_is_told_only_what_it_has_missed(handsets):
    handsets.add("1")
    handsets.add("2")
    handsets.change(0, "sent")
    request = Request(last_event_id="2")
    Phone(handsets, Clock()).events(request)
    assert request.told() == [(3, "1", "sent")]


def test_while_a_browser_does_not_read_nothing_is_kept_for_it(handsets):
    request = Request()
    Phone(handsets, Clock()).events(request)
    request.producer.pauseProducing()
    handsets.add("1")
    handsets.change(0, "sent")
    handsets.change(0, "delivered")
    assert request.told() == []
    request.producer.resumeProducing()
    assert request.told() == [(3, "1", "delivered")]


def test_a_stream_beats_and_ends_with_its_browser(handsets):
    clock, request = Clock(), Request()
    phone = Phone(handsets, clock)
    phone.events(request)
    request.written.clear()
    clock.advance(HEARTBEAT)
    assert request.written == [": still here\n\n"]
    request.gone.callback(None)
    handsets.add("1")
    assert request.told() == []
    assert handsets.listeners == []
    assert clock.getDelayedCalls() == []


def test_there_are_only_so_many_streams(handsets):
    phone = Phone(handsets, Clock())
    requests = [Request() for _ in range(MOST_STREAMS)]
    for request in requests:
        phone.events(request)
    with pytest.raises(Refusal):
        phone.events(Request())
    requests[0].gone.callback(None)
    phone.events(Request())


def test_a_stream_needs_no_phone():
    told = []
    stream = EventStream(request := Request(), Clock(), lambda seen: [(7, "{}")] if seen < 7 else [])
    stream.run(0).addBoth(told.append)
    stream.changed()
    assert "".join(request.written).count("id: 7\n") == 1
