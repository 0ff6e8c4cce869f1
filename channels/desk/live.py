"""The desk without reloading: one stream of server-sent events for each browser, from one look at the ledger for all.

    GET api/v1/live                                     Last-Event-ID, or ?after=, of what one was told before
      event: hello   {"now": …, "silence": 40}          how late it is, and how long to wait before one worries
      event: queue   {"due": 3, "later": 1, …}          each topic as it is now, whenever it is different (topics.py)
      event: beat    {"now": …}                         now and then, so that both sides know that the line is whole
      event: over    {"error": "taken_over", …}         the session has ended; nothing follows
      event: enough  {}                                 too many windows of this session; ask now and then instead

Looks are a second apart, and take a tenth of the time at most: where the database is slow or the queue long, they are
rarer, down to one in five seconds. What is done at this node is looked at as soon as it is done (`hurry`). Without
anybody looking on, nobody looks.

A browser that cannot take what it is told (a laptop that sleeps) is told nothing until it can, and then how things are:
nothing piles up for it. Whoever goes away takes up the stream again, here or elsewhere; the page asks now and then
while there is none.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, cast

from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.interfaces import IPushProducer
from twisted.logger import Logger
from zope.interface import implementer

from channels.clock import Clock, Delayed
from channels.desk.guard import SignedOut, over
from channels.desk.http import Request
from channels.desk.topics import Marks, id_of, marks_in, told
from orders.arrival import LedgerAway
from orders.desk_news import News, Viewer

EVERY = 1.0
SHARE = 10  # a look is followed by so many times its own length of rest,
LONGEST = 5.0  # and by no more
SOON = 0.02  # what is done at the same moment is looked at once
BEAT = 10.0
SILENCE = 40
MOST = 3  # streams of one session: a browser has six connections to a house, and needs some of them for itself

log = Logger()


class Look(Protocol):
    async def __call__(self, viewers: Sequence[Viewer], beat: bool) -> News: ...


class Watched(Request, Protocol):
    """A request that is answered bit by bit."""

    def write(self, octets: bytes, /) -> None: ...

    def finish(self) -> None: ...

    def registerProducer(self, producer: object, streaming: bool, /) -> None: ...

    def unregisterProducer(self) -> None: ...


@implementer(IPushProducer)
class Stream:
    """One browser's."""

    def __init__(self, request: Watched, viewer: Viewer, marks: Marks) -> None:
        self.viewer = viewer
        self.ended: Deferred[None] = Deferred()
        self._request = request
        self._marks = marks
        self._full = False

    def begin(self, now: float) -> None:
        for name, value in HEADERS:
            self._request.setHeader(name, value)
        self._request.registerProducer(self, True)
        self._request.write(b"retry: 1000\n")
        self._say("hello", json.dumps({"now": now, "silence": SILENCE}))

    def show(self, news: News) -> None:
        for each in told(news, self.viewer):
            if self._marks.get(each.topic) != each.mark and not self._full:
                self._marks[each.topic] = each.mark
                self._say(each.topic, each.text, id_of(self._marks))

    def beat(self, now: float) -> None:
        self._say("beat", json.dumps({"now": now}))

    def close(self, event: str, document: object) -> None:
        self._say(event, json.dumps(document))
        self.gone()

    def gone(self) -> None:
        if not self.ended.called:
            self.ended.callback(None)

    def leave(self) -> None:
        """The last that is done with the request, where it is still there."""
        self._request.unregisterProducer()

    def _say(self, event: str, text: str, last_id: str = "") -> None:
        if not self._full:
            head = f"id: {last_id}\n" if last_id else ""
            self._request.write(f"{head}event: {event}\ndata: {text}\n\n".encode())

    # ── as a producer: told by the transport how much it can take ──

    def pauseProducing(self) -> None:
        self._full = True

    def resumeProducing(self) -> None:
        self._full = False

    def stopProducing(self) -> None:
        """The line is lost; the request is told of it next, and whoever attends is cancelled."""
        self._full = True


HEADERS = (
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-accel-buffering", b"no"),  # nginx would keep it back
)


class Newsroom:
    """All streams of this node. look: how things are, and whether this is a sign of life as well."""

    def __init__(self, look: Look, now: Callable[[], float], clock: Clock) -> None:
        self._look = look
        self._now = now
        self._clock = clock
        self._streams: list[Stream] = []
        self._rest: Deferred[None] | None = None
        self._alarm: Delayed | None = None
        self._earliest = 0.0
        self._beat_at = 0.0

    @property
    def streams(self) -> int:
        return len(self._streams)

    async def attend(self, request: Watched, viewer: Viewer, last_id: str) -> None:
        """Until the browser goes away, or its session is over."""
        stream = Stream(request, viewer, marks_in(last_id))
        self._make_room(viewer)
        self._streams.append(stream)
        stream.begin(self._now())
        self._beat_at = 0.0  # he is here: to be written down at once
        self.hurry()
        try:
            await stream.ended
            stream.leave()
        except CancelledError:
            log.debug("{agent} has gone away from a stream", agent=viewer.agent)
        finally:
            self._streams.remove(stream)

    def _make_room(self, viewer: Viewer) -> None:
        same = [stream for stream in self._streams if stream.viewer.session == viewer.session]
        for stream in same[: len(same) + 1 - MOST]:
            stream.close("enough", {})

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            began = self._clock.seconds()
            try:
                await self.look()
            except LedgerAway:
                log.debug("the desk waits for the database")
            except CancelledError:
                raise
            except Exception:  # noqa: BLE001 - one bad look must not be the last
                log.failure("how things are at the desk could not be told")
            await self._until_the_next(self._clock.seconds() - began)

    async def look(self) -> None:
        if not self._streams:
            return
        streams, now = tuple(self._streams), self._now()
        beat = now >= self._beat_at
        if beat:
            self._beat_at = now + BEAT
        news = await self._look([stream.viewer for stream in streams], beat)
        for stream in streams:
            self._tell(stream, news, beat)

    def _tell(self, stream: Stream, news: News, beat: bool) -> None:
        why = news.over.get(stream.viewer.session)
        if why is not None:
            stream.close("over", refusal(over(why)))
            return
        stream.show(news)
        if beat:
            stream.beat(self._now())

    def hurry(self) -> None:
        """Something has been done here: look soon."""
        if self._alarm is not None and self._alarm.active():
            self._alarm.reset(max(SOON, self._earliest - self._clock.seconds()))

    def stop(self) -> None:
        """The browsers go elsewhere, or come back."""
        for stream in tuple(self._streams):
            stream.gone()

    async def _until_the_next(self, took: float) -> None:
        rest = min(SHARE * took, LONGEST)
        self._earliest = self._clock.seconds() + rest
        self._rest = Deferred(lambda _: self._alarm.cancel() if self._alarm and self._alarm.active() else None)
        self._alarm = self._clock.callLater(max(EVERY, rest), self._rest.callback, None)
        await self._rest


def refusal(problem: SignedOut) -> dict[str, str]:
    return {"error": problem.name, "message": str(problem)}


def last_id_of(request: Request) -> str:
    """As a browser says it when it comes back by itself, or as the page does when it had to begin anew."""
    header = request.getHeader(b"last-event-id")
    asked: Iterable[bytes] = request.args.get(b"after", ()) if header is None else (header,)
    return next(iter(asked), b"").decode("ascii", "replace")


def watched(request: Request) -> Watched:
    return cast(Watched, request)
