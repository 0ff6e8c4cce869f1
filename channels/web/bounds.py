"""What somebody who asks may take of the house: octets, time, and connections.

Texts, calls and the database share a process with the pages. So whoever comes, and before anybody has asked who he is,

- a body is kept up to `LARGEST`; what is behind it is let fall, so that each reader still sees that it is too long and
  says so in his own form; whoever goes on for ever is hung up on;
- forms are not taken apart by Twisted, which takes a second for each ten megabytes of them, but by those who want one;
- a request has to be there whole within a minute, however busily it drips; and
- connections are taken up to half of what the process may open: links, calls and the database need the other half.
"""

import resource
from typing import Any, Final

from twisted.internet.protocol import connectionDone
from twisted.logger import Logger
from twisted.protocols.basic import LineReceiver
from twisted.python.failure import Failure
from twisted.web.http import HTTPChannel
from twisted.web.server import Request, Site

LARGEST: Final = 1 << 20  # octets of a body; each reader has a smaller limit of his own
FARTHEST: Final = 16 * LARGEST  # who sends as much is not waited for
WITHIN: Final = 60.0  # seconds from a request's first octet to its last; and between two of a connection

log = Logger()


class BoundedRequest(Request):
    _came = 0

    def gotLength(self, length: int | None) -> None:
        """What is longer than what is kept is kept in memory, as far as it is."""
        super().gotLength(0 if length is None or length > LARGEST else length)  # type: ignore[no-untyped-call]

    def handleContentChunk(self, data: bytes) -> None:
        room = max(0, LARGEST + 1 - self._came)
        self._came += len(data)
        if self._came > FARTHEST:
            self.channel.forceAbortClient()
        elif room:
            super().handleContentChunk(data[:room])  # type: ignore[no-untyped-call]


class BoundedChannel(HTTPChannel):
    """Its clock is set as a request begins, and not again with each octet of it."""

    site: "BoundedSite"
    _reading = False

    def dataReceived(self, data: bytes) -> None:
        if not self._reading:
            self._reading = True
            self.resetTimeout()  # type: ignore[no-untyped-call]
        LineReceiver.dataReceived(self, data)

    def allContentReceived(self) -> None:
        self._reading = False
        super().allContentReceived()  # type: ignore[no-untyped-call]

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        self.site.left()
        super().connectionLost(reason)  # type: ignore[no-untyped-call]


class BoundedSite(Site):
    """most: connections at once."""

    protocol = BoundedChannel  # type: ignore[assignment]

    def __init__(self, pages: Any, most: int | None = None, **options: Any) -> None:
        super().__init__(pages, timeout=WITHIN, parsePOSTFormSubmission=False, **options)  # type: ignore[no-untyped-call]
        self._most = half_of_all() if most is None else most
        self._open = 0
        self._full = False

    def buildProtocol(self, address: Any) -> Any:
        if self._open >= self._most:
            if not self._full:
                log.warn("{most} connections are open: others are turned away", most=self._most)
            self._full = True
            return None
        self._open += 1
        return super().buildProtocol(address)  # type: ignore[no-untyped-call]

    def left(self) -> None:
        self._open -= 1
        self._full = self._full and self._open > self._most // 2


def half_of_all() -> int:
    return max(16, resource.getrlimit(resource.RLIMIT_NOFILE)[0] // 2)
