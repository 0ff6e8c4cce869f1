"""What stands behind a bind: the rest of Hall, as the client sees it.

Heard messages go in and come back as the status to acknowledge them with, once they are committed; what became of
submitted messages goes in. A connection is one bind from `opened` to `lost`; its messages are numbered from 1.
"""

from typing import Protocol

from twisted.internet.defer import Deferred

from channels.smpp.pdus import DataSm, DeliverSm
from channels.smpp.status import Class


class Gate(Protocol):
    def opened(self, link: str) -> int:
        """A bind has succeeded. The id is what this connection is called from now on."""

    def heard(
        self, connection: int, number: int, link_name: str, pdu: DeliverSm | DataSm, fingerprint: bytes
    ) -> "Deferred[int]":
        """Fires with the command_status to acknowledge with, after the commit; it may take as long as it takes."""

    def confirmed(self, connection: int, number: int) -> None:
        """All acknowledgements up to that number have surely arrived: none of these messages can come again."""

    def lost(self, connection: int) -> None:
        """What was acknowledged and not confirmed is in doubt: it may come again."""

    def submitted(self, token: object, message_id: str) -> None:
        """The message centre has it, under that id as it wrote it."""

    def refused(self, token: object, status: int, klass: Class) -> None:
        """The message centre surely has not sent it on. `session`: it was not even asked; any bind may try again."""

    def unanswered(self, token: object) -> None:
        """The message centre may have sent it on, or not."""

    def late(self, token: object, message_id: str) -> None:
        """One that was unanswered is with the message centre after all, under that id."""

    def queried(self, token: object, state: int | None) -> None:
        """What `query_sm` was told; None when nothing was."""

    def alerted(self, link: str, address: str, availability: int | None) -> None:
        """The message centre says that this subscriber can be reached again."""

    def ready(self, link_name: str) -> None:
        """There was no room, and now there is."""
