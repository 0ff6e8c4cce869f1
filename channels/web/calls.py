"""The telephone's third way: it rings 10086, plays what is said, and sends its keys.

    POST api/call {"from", "do": "ring"}                        → {"call": …}
    POST api/call {"call", "do": "press" | "played" | "hang_up", "what": key or playback}
    GET  api/call/events?call=…                                 server-sent events: play, stop, over
    GET  api/prompts/{name}.wav                                 what is played

A page that plays a prompt to its end says so, as Asterisk does: the wait for a key begins then.
"""

import json
from collections.abc import Callable
from typing import Any, Literal, Protocol

from klein import Klein
from pydantic import BaseModel, ConfigDict, Field

from channels.clock import Clock
from channels.web.events import EventStream
from channels.web.files import made
from channels.web.reading import NUMBER, read_body
from channels.web.requests import Refusal, Request, refusing, send_json


class Lines(Protocol):
    """Calls without an exchange. What does not fit a call that is there is passed over; `ring` raises ValueError."""

    def ring(self, msisdn: str) -> str: ...

    def press(self, call: str, key: str) -> None: ...

    def played(self, call: str, playback: str) -> None: ...

    def hang_up(self, call: str) -> None: ...

    def since(self, call: str, after: int) -> list[tuple[int, dict[str, Any]]]:
        """What has happened after a revision, the oldest first."""

    def listen(self, call: str, listener: Callable[[], None]) -> Callable[[], None]: ...

    def prompt(self, name: str) -> bytes | None:
        """A WAV file; None where there is none."""


class Done(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    do: Literal["ring", "press", "played", "hang_up"]
    sender: str = Field(default="", alias="from", pattern=f"^({NUMBER})?$")
    call: str = Field(default="", max_length=40)
    what: str = Field(default="", max_length=60)


class CallPages:
    def __init__(self, lines: Lines, clock: Clock) -> None:
        self._lines = lines
        self._clock = clock

    def do(self, request: Request) -> bytes:
        done = read_body(request, Done)
        match done.do:
            case "ring":
                return send_json(request, {"call": self._rung(done.sender)}, 201)
            case "press" if done.what in set("0123456789*#"):
                self._lines.press(done.call, done.what)
            case "played":
                self._lines.played(done.call, done.what)
            case "hang_up":
                self._lines.hang_up(done.call)
            case _:
                raise Refusal(422, "no_key", "a telephone has the keys 0 to 9, * and #")
        return send_json(request, {})

    def _rung(self, sender: str) -> str:
        try:
            return self._lines.ring(sender)
        except ValueError as problem:
            raise Refusal(422, "not_rung", str(problem)) from None

    def events(self, request: Request) -> Any:
        call = request.args.get(b"call", [b""])[-1].decode("latin-1")
        last = request.getHeader(b"last-event-id") or b"0"
        stream = EventStream(request, self._clock, lambda seen: self._since(call, seen))
        unheard = self._lines.listen(call, stream.changed)
        return stream.run(int(last) if last.isdigit() and len(last) <= 16 else 0).addBoth(lambda _: unheard())

    def _since(self, call: str, seen: int) -> list[tuple[int, str]]:
        return [(revision, json.dumps(told, ensure_ascii=False)) for revision, told in self._lines.since(call, seen)]

    def prompt(self, request: Request, name: str) -> bytes:
        sound = self._lines.prompt(name)
        if sound is None:
            return Refusal(404, "not_found", "there is no such prompt").send(request)
        return made(b"audio/wav", sound).send(request)


def add_calls(app: Klein, lines: Lines, clock: Clock) -> None:
    pages = CallPages(lines, clock)

    @app.route("/api/call", methods=["POST"])
    def call(request: Request) -> Any:
        return refusing(pages.do, request)

    @app.route("/api/call/events", methods=["GET"])
    def call_events(request: Request) -> Any:
        return refusing(pages.events, request)

    @app.route("/api/prompts/<path:name>.wav", methods=["GET"])
    def prompt(request: Request, name: str) -> bytes:
        return pages.prompt(request, name)
