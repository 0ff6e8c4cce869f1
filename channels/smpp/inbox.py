"""Messages that were heard and are not acknowledged yet, by the number they were heard with.

Not by sequence number: a peer may use one twice.
"""

from typing import Final, TypeAlias

from channels.smpp.confirmations import Confirmations
from channels.smpp.pdus import DATA_SM, DELIVER_SM, DataSmResp, DeliverSmResp

Acknowledgement: TypeAlias = type[DeliverSmResp | DataSmResp]

ACKNOWLEDGEMENTS: Final[dict[int, Acknowledgement]] = {DELIVER_SM: DeliverSmResp, DATA_SM: DataSmResp}


class Inbox:
    __slots__ = ("_backlog", "_confirmations", "_open")

    def __init__(self, backlog: int, confirmations: Confirmations) -> None:
        self._backlog = backlog
        self._confirmations = confirmations
        self._open: dict[int, tuple[int, Acknowledgement]] = {}

    def __len__(self) -> int:
        return len(self._open)

    @property
    def full(self) -> bool:
        return len(self._open) >= self._backlog

    def hear(self, sequence: int, acknowledgement: Acknowledgement) -> int:
        number = self._confirmations.hear()
        self._open[number] = (sequence, acknowledgement)
        return number

    def acknowledge(self, number: int, status: int, now: float) -> DeliverSmResp | DataSmResp | None:
        """What to write; None for what is not open (any more)."""
        found = self._open.pop(number, None)
        if found is None:
            return None
        self._confirmations.acknowledge(number, now)
        sequence, acknowledgement = found
        return acknowledgement(sequence=sequence, status=status)

    def clear(self) -> None:
        self._open.clear()
