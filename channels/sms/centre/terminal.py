"""A handset in a terminal: each line is a text message to the service, and what comes is printed.

A line may begin with another number and a colon (`13900139000: YE`): from then on that one texts.
"""

import re
from collections.abc import Callable

from twisted.protocols.basic import LineOnlyReceiver

from channels.sms.centre.centre import MessageCentre
from channels.sms.centre.handsets import HandsetMessage

_AS_ANOTHER = re.compile(r"^\+?(\d{7,15})\s*[:：]\s*")


class Terminal(LineOnlyReceiver):
    delimiter = b"\n"

    def __init__(self, centre: MessageCentre, msisdn: str, to: str, say: Callable[[str], None]) -> None:
        self._centre = centre
        self._to = to
        self._say = say
        self._shown: set[tuple[str, int]] = set()
        self._listening: set[str] = set()
        self._msisdn = msisdn

    def connectionMade(self) -> None:
        self._listen(self._msisdn)

    def lineReceived(self, line: bytes) -> None:
        text = line.decode("utf-8", "replace").strip()
        another = _AS_ANOTHER.match(text)
        if another:
            self._msisdn, text = another[1], text[another.end() :]
            self._listen(self._msisdn)
        if text:
            self._send(text)

    def _send(self, text: str) -> None:
        try:
            self._centre.submit_mo(self._msisdn, text, self._to)
        except ValueError as problem:
            self._say(str(problem))

    def _listen(self, msisdn: str) -> None:
        if msisdn not in self._listening:
            self._listening.add(msisdn)
            self._centre.listen(msisdn, self._changed)
            self._say(f"{msisdn} texts to {self._to}: one message a line.")

    def _changed(self, message: HandsetMessage) -> None:
        """Once, when all of it is there; and if what was sent could not be."""
        key = (message.state if message.direction == "out" else "in", message.id)
        whole = message.arrived == message.segments
        if key in self._shown or not whole:
            return
        self._shown.add(key)
        if message.direction == "in":
            self._say(f"{message.msisdn} ◄ {message.peer}: {message.text}")
        elif message.state == "failed":
            self._say(f"{message.msisdn} ► {message.peer}: {message.text} [failed]")
