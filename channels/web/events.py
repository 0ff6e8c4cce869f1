"""Server-sent events: what has changed, told as it changes, to a browser that may read slowly.

    id: 17
    event: message
    data: {…}

The stream holds nothing back: it remembers only how far the browser has been told, and asks for what came after. While
the browser does not read, nothing is written; when it reads again, it is told how things stand now.
"""

from collections.abc import Callable

from twisted.internet.defer import Deferred

from channels.clock import Clock, Delayed
from channels.web.requests import Request

HEARTBEAT = 15.0  # seconds; so that nobody between here and there takes the silence for an end


class EventStream:
    """`since` gives what has changed after a revision, as (revision, data), the oldest first."""

    def __init__(self, request: Request, clock: Clock, since: Callable[[int], list[tuple[int, str]]]) -> None:
        self._request = request
        self._clock = clock
        self._since = since
        self._seen = 0
        self._paused = False
        self._beating: Delayed | None = None

    def run(self, after: int) -> "Deferred[None]":
        """Fires when the browser has gone."""
        self._seen = after
        self._request.setHeader(b"content-type", b"text/event-stream; charset=utf-8")
        self._request.setHeader(b"cache-control", b"no-store")
        self._request.setHeader(b"x-accel-buffering", b"no")
        gone = self._request.notifyFinish()
        self._request.registerProducer(self, True)
        self._request.write(b"retry: 1000\n\n")
        self.changed()
        self._beat()
        return gone.addBoth(self._over)

    def changed(self) -> None:
        if self._paused:
            return
        for revision, data in self._since(self._seen):
            self._seen = revision
            self._request.write(f"id: {revision}\nevent: message\ndata: {data}\n\n".encode())

    # ── the producer of a Twisted transport ──

    def pauseProducing(self) -> None:
        self._paused = True

    def resumeProducing(self) -> None:
        self._paused = False
        self.changed()

    def stopProducing(self) -> None:
        self._paused = True

    def _beat(self) -> None:
        if not self._paused:
            self._request.write(b": still here\n\n")
        self._beating = self._clock.callLater(HEARTBEAT, self._beat)

    def _over(self, reason: object) -> None:
        self._paused = True
        if self._beating is not None and self._beating.active():
            self._beating.cancel()
