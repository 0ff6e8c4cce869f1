"""What befalls connections, whatever is on its way over them: cuts, PDUs that make no sense, octets that are none.

Each comes at random moments, so many seconds apart on the average. The PDUs are such as an ESME has to refuse or to
pass over and go on; after the octets it can only close, because nothing behind them can be trusted.
"""

import struct
from collections.abc import Callable, Iterator, Sequence
from random import Random

from channels.clock import Clock, Delayed
from channels.sms.centre.centre import MessageCentre
from channels.sms.centre.mischief import MischiefSettings
from channels.sms.centre.peers import Wire

_FROM, _TO = b"\0\1\1" + b"8613800138000\0", b"\0\0" + b"10086\0"
_FIRST_SEQUENCE = 0x70000000  # far from those that the session gives


def _pdu(command: int, body: bytes = b"", status: int = 0) -> Callable[[int], bytes]:
    return lambda sequence: struct.pack("!IIII", 16 + len(body), command, status, sequence) + body


PDUS: Sequence[Callable[[int], bytes]] = (
    _pdu(0x0000BEEF, b"no such command"),
    _pdu(0x00000005, b"\0\1\1no end of this address"),
    _pdu(0x00000005, _FROM + _TO + b"\0\0\0\0\0\0\0\0\0\xc8" + b"shorter than it says"),
    _pdu(0x00000005, _FROM + _TO + b"\0\0\0\0\0\0\0\0\0\0" + b"\x14\x01\xff\xffcut short"),
    _pdu(0x00000102, b"\1\1" + b"8613800138000\0" + b"\0\0" + b"10086\0"),
    _pdu(0x00000103, b"no data_sm"),
    _pdu(0x80000004, b"nobody asked\0"),
    _pdu(0x80000009, b"not again\0"),
    _pdu(0x80000015),
    _pdu(0x80000000, status=3),
    _pdu(0x00000015, b"with a body"),
)
OCTETS = (b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\0\0\0\x0f" * 4, b"\0\0\0\0", b"\xff" * 64)


class Troubles:
    def __init__(self, clock: Clock, centre: MessageCentre, settings: MischiefSettings, chance: Random) -> None:
        self._clock = clock
        self._centre = centre
        self._chance = chance
        self._kinds = (
            (settings.disconnect, "connections cut", self._cut),
            (settings.rubbish_pdus, "PDUs without sense", self._senseless),
            (settings.rubbish_bytes, "octets that are no PDU", self._noise),
        )
        self._alarms: dict[str, Delayed] = {}
        self._sequence = _FIRST_SEQUENCE

    def begin(self) -> None:
        for seconds, what, befall in self._kinds:
            if seconds:
                self._next(seconds, what, befall)

    def end(self) -> None:
        for alarm in self._alarms.values():
            if alarm.active():
                alarm.cancel()

    def _next(self, seconds: float, what: str, befall: Callable[[Wire], None]) -> None:
        wait = self._chance.expovariate(1 / seconds)
        self._alarms[what] = self._clock.callLater(wait, self._rang, seconds, what, befall)

    def _rang(self, seconds: float, what: str, befall: Callable[[Wire], None]) -> None:
        wires = list(self._bound())
        if wires:
            self._centre.manners.counts[what] += 1
            befall(self._chance.choice(wires))
        self._next(seconds, what, befall)

    def _bound(self) -> Iterator[Wire]:
        return (wire for wire in self._centre.wires if wire.session.bind is not None)

    def _cut(self, wire: Wire) -> None:
        wire.abort()

    def _senseless(self, wire: Wire) -> None:
        self._sequence += 1
        self._say(wire, self._chance.choice(PDUS)(self._sequence))

    def _noise(self, wire: Wire) -> None:
        self._say(wire, self._chance.choice(OCTETS))

    def _say(self, wire: Wire, octets: bytes) -> None:
        wire.session.blurt(octets)
        wire.flush()
