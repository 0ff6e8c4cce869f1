"""The user data header: information elements in front of a message's text (3GPP TS 23.040, 9.2.3.24).

Elements may stand in any order; those that mean nothing to us are passed over. Of a concatenation that contradicts
itself the standard says to ignore it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

CONCATENATED_8 = 0x00
PORTS_8 = 0x04
PORTS_16 = 0x05
CONCATENATED_16 = 0x08
SINGLE_SHIFT = 0x24
LOCKING_SHIFT = 0x25


class BrokenHeader(ValueError):
    """The header is longer than the message it stands in."""


@dataclass(frozen=True, slots=True)
class Concatenation:
    """`reference` with its width (`8:171`), because both widths may be under way at once."""

    reference: str
    total: int
    number: int

    @property
    def sound(self) -> bool:
        return 1 <= self.number <= self.total


@dataclass(frozen=True, slots=True)
class Header:
    """port:            of the application it is for, None when it is for a reader.
    locking, single: the national language tables, 0 for the default (see gsm_national).
    """

    concatenation: Concatenation | None = None
    port: int | None = None
    locking: int = 0
    single: int = 0


def take_header(user_data: bytes) -> tuple[Header, bytes]:
    """The header and what follows it."""
    length = user_data[0] if user_data else 0
    if length >= len(user_data):
        raise BrokenHeader(f"a header of {length} octets in {len(user_data)} of user data")
    concatenation, port, locking, single = None, None, 0, 0
    for element, value in _elements(user_data[1 : 1 + length]):
        if element in (PORTS_8, PORTS_16):
            port = int.from_bytes(value[: len(value) // 2], "big")  # the destination's comes first
        concatenation = _concatenation(element, value) or concatenation
        if element == LOCKING_SHIFT and value:
            locking = value[0]
        elif element == SINGLE_SHIFT and value:
            single = value[0]
    return Header(concatenation, port, locking, single), user_data[1 + length :]


def _elements(octets: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 2 <= len(octets):
        length = octets[at + 1]
        if at + 2 + length > len(octets):
            return
        yield octets[at], octets[at + 2 : at + 2 + length]
        at += 2 + length


def _concatenation(element: int, value: bytes) -> Concatenation | None:
    if element == CONCATENATED_8 and len(value) == 3:
        found = Concatenation(f"8:{value[0]}", value[1], value[2])
    elif element == CONCATENATED_16 and len(value) == 4:
        found = Concatenation(f"16:{value[0] << 8 | value[1]}", value[2], value[3])
    else:
        return None
    return found if found.sound else None
