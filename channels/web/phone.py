"""The phone page, `/phone/`: a person types what a subscriber would text, and watches the answer arrive.

    GET  /phone/                                    the page
    POST /phone/api/messages {"from", "to", "text"} → 201, the message
    GET  /phone/api/messages?msisdn=…&after=…       → {"messages": […], "revision": n}
    GET  /phone/api/events?msisdn=…&after=…         server-sent events, one `message` for each change
    POST /phone/api/ussd {"from", "do", "text"}     dial, reply or leave → the screen that answers
    /phone/api/call                                 a call (calls.py)

It is for demonstrations: whoever can open it can text as anybody. Hence it is never part of a server that is open to
others, and takes JSON only, which no foreign page can make a browser send.
"""

import json
from collections.abc import Sequence
from typing import Any, Literal, cast

from klein import Klein
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from twisted.internet.defer import Deferred
from twisted.web.resource import IResource

from channels.clock import Clock
from channels.web.calls import Lines, add_calls
from channels.web.events import EventStream
from channels.web.files import read_files
from channels.web.handsets import Handsets, Message, Screen, Screens
from channels.web.reading import NUMBER, in_words, read_body
from channels.web.requests import Refusal, Request, refusing, send_json

LONGEST_TEXT = 1000
MOST_STREAMS = 100
FILES = (
    "phone.html",
    "phone.css",
    "ussd.css",
    "phone.js",
    "ussd.js",
    "call.js",
    "keypad.js",
    "call.css",
    "counting.js",
    "words.js",
    "phone.svg",
)


class Typed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    sender: str = Field(alias="from", pattern=f"^{NUMBER}$")
    to: str = Field(default="10086", pattern=r"^\+?[0-9*#]{3,20}$")
    text: str = Field(min_length=1, max_length=LONGEST_TEXT)

    @field_validator("text")
    @classmethod
    def _characters(cls, text: str) -> str:
        if any("\ud800" <= character <= "\udfff" or character == "\0" for character in text):
            raise ValueError("it has something in it that is no character")
        return text


class Pressed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    sender: str = Field(alias="from", pattern=f"^{NUMBER}$")
    do: Literal["dial", "reply", "leave"]
    text: str = Field(default="", max_length=LONGEST_TEXT)


class Asked(BaseModel):
    """What both ways of reading are asked with."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    msisdn: str = Field(pattern=f"^{NUMBER}$")
    after: int = Field(default=0, ge=0, le=2**53)


class Phone:
    def __init__(self, handsets: Handsets, clock: Clock, screens: Screens | None = None) -> None:
        self._handsets = handsets
        self._screens = screens
        self._clock = clock
        self._streams: set[EventStream] = set()

    def submit(self, request: Request) -> bytes:
        typed = read_body(request, Typed)
        try:
            message = self._handsets.submit_mo(typed.sender, typed.text, typed.to)
        except ValueError as error:
            raise Refusal(422, "not_sent", str(error)) from None
        return send_json(request, shown(message), 201)

    async def press(self, request: Request) -> bytes:
        try:
            return await self._pressed(request)
        except Refusal as refusal:
            return refusal.send(request)

    async def _pressed(self, request: Request) -> bytes:
        pressed = read_body(request, Pressed)
        if self._screens is None:
            raise Refusal(404, "no_ussd", "there is no USSD here")
        try:
            if pressed.do == "leave":
                self._screens.leave(pressed.sender)
                return send_json(request, {"state": "over"})
            asks = self._screens.dial if pressed.do == "dial" else self._screens.reply
            return send_json(request, seen(await asks(pressed.sender, pressed.text)))
        except ValueError as error:
            raise Refusal(422, "not_sent", str(error)) from None

    def messages(self, request: Request) -> bytes:
        asked = _asked(request)
        messages = self._handsets.messages_for(asked.msisdn, asked.after)
        revision = max((message.revision for message in messages), default=asked.after)
        return send_json(request, {"messages": [shown(message) for message in messages], "revision": revision})

    def events(self, request: Request) -> Any:
        """After a broken connection the browser says itself what it has seen last."""
        asked = _asked(request)
        if len(self._streams) >= MOST_STREAMS:
            raise Refusal(503, "busy", "too many pages are open: close some")
        last = request.getHeader(b"last-event-id") or b""
        after = int(last) if last.isdigit() and len(last) <= 16 else asked.after
        stream = EventStream(
            request, self._clock, lambda seen: _events(self._handsets.messages_for(asked.msisdn, seen))
        )
        self._streams.add(stream)
        unheard = self._handsets.listen(asked.msisdn, lambda message: stream.changed())

        def over(reason: object) -> None:
            unheard()
            self._streams.discard(stream)

        return stream.run(after).addBoth(over)


def phone_resource(
    handsets: Handsets, clock: Clock, screens: Screens | None = None, lines: Lines | None = None
) -> IResource:
    app, phone, files = Klein(), Phone(handsets, clock, screens), read_files(FILES)
    if lines is not None:
        add_calls(app, lines, clock)

    @app.route("/", methods=["GET"])
    def page(request: Request) -> bytes:
        return files["phone.html"].send(request)

    @app.route("/static/<name>", methods=["GET"])
    def file(request: Request, name: str) -> bytes:
        if name not in files:
            return Refusal(404, "not_found", "there is no such file").send(request)
        return files[name].send(request)

    @app.route("/api/messages", methods=["POST"])
    def submit(request: Request) -> Any:
        return refusing(phone.submit, request)

    @app.route("/api/ussd", methods=["POST"])
    def press(request: Request) -> Any:
        return Deferred.fromCoroutine(phone.press(request))

    @app.route("/api/messages", methods=["GET"])
    def messages(request: Request) -> Any:
        return refusing(phone.messages, request)

    @app.route("/api/events", methods=["GET"])
    def events(request: Request) -> Any:
        return refusing(phone.events, request)

    return cast(IResource, app.resource())


def shown(message: Message) -> dict[str, object]:
    """Ids are strings: a browser's numbers end at 2**53."""
    return {
        "id": str(message.id),
        "revision": message.revision,
        "direction": message.direction,
        "peer": message.peer,
        "text": message.text,
        "alphabet": message.alphabet,
        "segments": message.segments,
        "arrived": message.arrived,
        "state": message.state,
        "timeline": [{"state": state, "at": at} for state, at in message.timeline],
    }


def _events(messages: Sequence[Message]) -> list[tuple[int, str]]:
    """In the order in which they changed, so that the last one's revision says what has been seen."""
    changed = sorted(messages, key=lambda message: message.revision)
    return [(message.revision, json.dumps(shown(message), ensure_ascii=False)) for message in changed]


def seen(screen: Screen) -> dict[str, object]:
    return {
        "state": screen.state,
        "text": screen.text,
        "alphabet": screen.alphabet,
        "characters": screen.characters,
        "room": screen.room,
        "waits": screen.waits,
    }


def _asked(request: Request) -> Asked:
    given = {name.decode("latin-1"): values[-1].decode("latin-1") for name, values in request.args.items()}
    try:
        return Asked.model_validate(given)
    except ValidationError as error:
        raise Refusal(422, "invalid", in_words(error)) from None
