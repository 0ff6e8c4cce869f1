"""`[[ussd.link]]` of the configuration: a link to a USSD gateway that speaks SMPP."""

import re
from typing import Annotated, Any

from pydantic import AfterValidator, Field, field_validator

from channels.smpp.settings import LinkSettings
from channels.ussd.dialects import Dialect, dialects
from channels.ussd.screens import CHARACTERS, OCTETS, Room

_CODE = re.compile(r"[*#]{1,2}[0-9]+(\*[0-9]+)*#")


def _code(code: str) -> str:
    if not _CODE.fullmatch(code):
        raise ValueError(f'{code!r} is no code to dial: write it as it is dialled, such as "*100#"')
    return code


Code = Annotated[str, AfterValidator(_code)]


class UssdLinkSettings(LinkSettings):
    """
    dialect:    one of those that are known, or a table of one's own (dialects.py); keys that are left out are standard.
    codes:      what is dialled to come here; the first is taken where a gateway does not say.
    octets:     of a string on the air at most; characters: at most, whatever they take.
    budget:     seconds within which each input is answered, whatever happens.
    silence:    seconds without an input after which a session is taken to be over.
    push:       whether sessions may be begun from here.
    """

    dialect: Dialect = Field(default_factory=lambda: dialects()["standard"])
    codes: tuple[Code, ...] = Field(default=("*100#",), min_length=1)
    octets: int = Field(default=OCTETS, ge=60, le=254)
    characters: int = Field(default=CHARACTERS, ge=60, le=254)
    budget: float = Field(default=8.0, gt=0, le=60)
    silence: float = Field(default=180.0, gt=0)
    push: bool = False
    response_timeout: float = Field(default=10, gt=0)
    receipts: bool = False

    @field_validator("short_codes")
    @classmethod
    def _none(cls, codes: tuple[str, ...]) -> tuple[str, ...]:
        if codes:
            raise ValueError('a USSD link has codes ("*100#") and no short_codes: rename the key')
        return codes

    @field_validator("dialect", mode="before")
    @classmethod
    def _by_name(cls, given: Any) -> Any:
        if isinstance(given, str) and given not in dialects():
            raise ValueError(f"{given!r} is none of {', '.join(dialects())}: name one of them, or give a table")
        return dialects()[given] if isinstance(given, str) else given

    @property
    def room(self) -> Room:
        return Room(self.octets, self.characters)
