"""An ESME that writes and reads SMPP by the specification, octet by octet, knowing nothing of Hall's own codec."""

import struct

from twisted.internet.error import ConnectionLost
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure

from channels.sms.centre.centre import MessageCentre
from channels.sms.centre.settings import CentreSettings
from channels.sms.centre.wire import CentreFactory

NACK, BIND_RX, BIND_TX, SUBMIT, DELIVER, UNBIND, BIND_TRX, ENQUIRE = 0x80000000, 1, 2, 4, 5, 6, 9, 0x15
RESP = 0x80000000


def frame(command, sequence, body=b"", status=0):
    return struct.pack("!IIII", 16 + len(body), command, status, sequence) + body


def z(text):
    return text.encode("latin-1") + b"\0"


def bind_body(system_id="tool", address_range="", version=0x34):
    return z(system_id) + z("") + z("") + bytes((version, 0, 0)) + z(address_range)


def sm_body(source, destination, text=b"", coding=0, esm_class=0, registered=0, tlvs=b""):
    return (
        z("")
        + b"\1\1"
        + z(source)
        + b"\0\0"
        + z(destination)
        + bytes((esm_class, 0, 0))
        + b"\0\0"
        + bytes((registered, 0, coding, 0, len(text)))
        + text
        + tlvs
    )


class Sm:
    """A deliver_sm, read."""

    def __init__(self, sequence, body):
        self.sequence = sequence
        at = body.index(0) + 3
        end = body.index(0, at)
        self.source, at = body[at:end].decode(), end + 3
        end = body.index(0, at)
        self.destination, at = body[at:end].decode(), end + 1
        self.esm_class = body[at]
        at = body.index(0, body.index(0, at + 3) + 1) + 1
        self.registered, _, self.coding, _, length = body[at : at + 5]
        self.text, rest = body[at + 5 : at + 5 + length], body[at + 5 + length :]
        self.tlvs = {}
        while rest:
            tag, size = struct.unpack_from("!HH", rest)
            self.tlvs[tag], rest = rest[4 : 4 + size], rest[4 + size :]


class Transport(StringTransport):
    no_delay = False

    def setTcpNoDelay(self, enabled):
        self.no_delay = enabled


class Esme:
    def __init__(self, house):
        self.transport = Transport()
        self.protocol = CentreFactory(house.centre, house.clock).buildProtocol(None)
        self.protocol.makeConnection(self.transport)
        self.unread = b""
        self.sequence = 0

    def send(self, command, body=b"", status=0, sequence=None):
        if sequence is None:
            self.sequence += 1
            sequence = self.sequence
        self.protocol.dataReceived(frame(command, sequence, body, status))
        return sequence

    def heard(self):
        """(command, status, sequence, body) of each PDU since last time."""
        data, self.unread = self.unread + self.transport.value(), b""
        self.transport.clear()
        found = []
        while data:
            length, command, status, sequence = struct.unpack_from("!IIII", data)
            found.append((command, status, sequence, data[16:length]))
            data = data[length:]
        return found

    def bind(self, command=BIND_TRX, **fields):
        self.send(command, bind_body(**fields))
        ((answer, status, _, _),) = [pdu for pdu in self.heard() if pdu[0] == command | RESP or self.keep(pdu)]
        assert (answer, status) == (command | RESP, 0)
        return self

    def keep(self, pdu):
        command, status, sequence, body = pdu
        self.unread += frame(command, sequence, body, status)

    def deliveries(self):
        """The deliver_sm among what was heard; the rest is dropped."""
        return [Sm(sequence, body) for command, _, sequence, body in self.heard() if command == DELIVER]

    def ok(self, *messages, status=0):
        for message in messages:
            self.send(DELIVER | RESP, b"\0", status, message.sequence)

    def take(self):
        """Takes all that comes, until nothing more does."""
        taken = []
        while new := self.deliveries():
            self.ok(*new)
            taken += new
        return taken

    def submit(self, *fields, **more):
        """The status and the message id of the answer; what else was heard is kept."""
        sequence = self.send(SUBMIT, sm_body(*fields, **more))
        answers = [pdu for pdu in self.heard() if (pdu[0], pdu[2]) == (SUBMIT | RESP, sequence) or self.keep(pdu)]
        ((_, status, _, body),) = answers
        return status, body.rstrip(b"\0").decode()

    @property
    def closed(self):
        return self.transport.disconnecting

    def lose(self):
        self.protocol.connectionLost(Failure(ConnectionLost()))


class House:
    def __init__(self, manners=None, journal=None, **settings):
        self.clock = Clock()
        self.clock.advance(1_800_000_000)
        self.last = 0
        made = CentreSettings(**settings)
        self.centre = MessageCentre(self.clock, self.next_id, made, manners, journal and journal(self.clock))

    def next_id(self):
        self.last += 1
        return self.last

    def esme(self):
        return Esme(self)

    def hall(self):
        return self.esme().bind(system_id="hall")

    def shown(self, msisdn):
        return [(message.direction, message.text, message.state) for message in self.centre.messages_for(msisdn)]
