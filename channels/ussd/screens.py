"""What a screen holds, counted in octets of what is really sent.

A USSD string is 160 octets on the air. Characters of the GSM alphabet are packed there, eight in seven octets: 182 of
them; those of its extension take two places. With one character that is not of it all of the string is UCS-2, two
octets a character (four beyond the first plane): 80. Networks that hold less say so in octets, or in characters.

    "Balance: 18.88 yuan"  19 septets  17 octets
    "余额18.88元"           8 units     16 octets
"""

from dataclasses import dataclass
from typing import Final

from channels.smpp import gsm

OCTETS: Final = 160
CHARACTERS: Final = 182


@dataclass(frozen=True, slots=True)
class Room:
    """octets: on the air; characters: at most, whatever they take, as some gateways count them."""

    octets: int = OCTETS
    characters: int = CHARACTERS

    def fits(self, text: str) -> bool:
        return taken(text) <= self.octets and length(text) <= self.characters


def length(text: str) -> int:
    """In places of the alphabet that it will be sent in."""
    return gsm.septets(text) if gsm.fits(text) else len(text.encode("utf-16-be")) // 2


def taken(text: str) -> int:
    """Octets on the air."""
    return (gsm.septets(text) * 7 + 7) // 8 if gsm.fits(text) else len(text.encode("utf-16-be"))


def encoded(text: str) -> tuple[bool, bytes]:
    """Whether it is of the GSM alphabet, and its octets as SMPP carries them: one to a septet, two to a unit."""
    return (True, gsm.encode(text)) if gsm.fits(text) else (False, text.encode("utf-16-be"))
