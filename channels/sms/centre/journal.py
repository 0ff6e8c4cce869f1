"""What became of each message, for whoever wants to add it up afterwards: one line of JSON for each thing that happens.

{"what": "delivered", "id", "from", "to", "text", "copy", "at"}    a deliver_sm was acknowledged
{"what": "refused" | "unsure" | "gave up", …}                      or was not; it comes again, or never
{"what": "taken", "id", "from", "to", "text", "at"}                a submit_sm was accepted
{"what": "answered", "id", "connection", "at"}                     and so it was told
{"what": "closed", "connection", "at"}                             what was told just before may not have arrived
"""

import json
from typing import TextIO

from channels.clock import Clock
from channels.smpp import alphabets
from channels.smpp.pdus import DeliverSm
from channels.smpp.udh import BrokenHeader, take_header
from channels.sms.centre.routes import Pending

_UDHI = 0x40


class Journal:
    """Nobody wants to know."""

    def of(self, what: str, pending: Pending, *, copy: bool = False) -> None:
        pass

    def answered(self, message_id: str, connection: int) -> None:
        pass

    def closed(self, connection: int) -> None:
        pass


class JsonJournal(Journal):
    def __init__(self, clock: Clock, file: TextIO) -> None:
        self._clock = clock
        self._file = file

    def of(self, what: str, pending: Pending, *, copy: bool = False) -> None:
        """Receipts have no id of their own, and are not written down."""
        if not pending.message_id:
            return
        pdu = pending.pdu
        self._write(
            what, id=pending.message_id, text=read(pdu), copy=copy, to=pdu.destination_addr, **{"from": pdu.source_addr}
        )

    def answered(self, message_id: str, connection: int) -> None:
        self._write("answered", id=message_id, connection=connection)

    def closed(self, connection: int) -> None:
        self._write("closed", connection=connection)

    def _write(self, what: str, **facts: object) -> None:
        self._file.write(json.dumps({"what": what, "at": self._clock.seconds(), **facts}, ensure_ascii=False) + "\n")


def read(pdu: DeliverSm) -> str:
    """Of a part, its part of the text."""
    coding = alphabets.coding_of(pdu.data_coding, "gsm")
    try:
        octets = take_header(pdu.user_data)[1] if pdu.esm_class & _UDHI else pdu.user_data
    except BrokenHeader:
        return ""
    return "" if coding is None else alphabets.decode(octets, coding)
