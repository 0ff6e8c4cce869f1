"""How a USSD gateway that speaks SMPP marks what it means: a dialect, as data.

SMPP 3.4 has one parameter for an operation, `ussd_service_op`, lists it for submit_sm only, and says no word about
sessions. So every gateway has ways of its own, and a dialect is a table of them: which operations come in and go out,
which parameter holds the session, which bit of it ends, where the dialled string is. `dialects.yaml` has those that are
known; a link may have a table of its own instead.
"""

from functools import lru_cache
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from ruamel.yaml import YAML

from channels.smpp.alphabets import GSM, UCS2
from channels.smpp.tlvs import ITS_SESSION_INFO

Operation = Annotated[int, Field(ge=0, le=0xFF, strict=True)]
Tag = Annotated[int, Field(ge=0, le=0xFFFF, strict=True)]

KNOWN: Final = Path(__file__).with_name("dialects.yaml")


class Dialect(BaseModel):
    """
    opens, replies, confirms, aborts: the operations that come in; a message with another one is no session's.
    asks, ends, tells: those that go out: a question, the last word of a session, a notice that we begin with.
    session_tag:   the parameter that holds the session; 0: there is none, and a subscriber has one session.
    session_mask:  which bits of it stay the same for the whole of a session.
    end_bit:       which of them says that this is the end, both ways; 0: none does.
    dialled:       where the dialled string stands when a session is opened.
    gsm, ucs2:     data_coding of what goes out.
    codings:       further data_coding of what comes in, by number (`15 = "gsm"`): gateways that pass on the coding
                   scheme of the network write 0x0F and 0x48.
    service_type:  of what goes out.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    opens: tuple[Operation, ...] = (0x01,)
    replies: tuple[Operation, ...] = (0x12,)
    confirms: tuple[Operation, ...] = (0x13,)
    aborts: tuple[Operation, ...] = (0x81,)
    asks: Operation = 0x02
    ends: Operation = 0x11
    tells: Operation = 0x03
    session_tag: Tag = ITS_SESSION_INFO
    session_mask: Tag = 0xFFFE
    end_bit: Tag = 0x0001
    dialled: Literal["short_message", "destination_addr"] = "short_message"
    gsm: Operation = GSM
    ucs2: Operation = UCS2
    codings: dict[str, Literal["gsm", "ucs2", "latin1"]] = {"15": "gsm", "72": "ucs2"}
    service_type: str = Field(default="USSD", max_length=5)

    @model_validator(mode="after")
    def _told_apart(self) -> "Dialect":
        heard = [*self.opens, *self.replies, *self.confirms, *self.aborts]
        if twice := sorted({each for each in heard if heard.count(each) > 1}):
            raise ValueError(f"the operation 0x{twice[0]:02x} comes in with two meanings: leave it in one list")
        if self.ends == self.asks and not self.end_bit:
            raise ValueError("nothing says that a session ends: give ends another operation than asks, or an end_bit")
        if self.end_bit & self.session_mask:
            raise ValueError("end_bit is one of the session's own bits: take it out of session_mask")
        if wrong := [each for each in self.codings if not (each.isdecimal() and int(each) <= 0xFF)]:
            raise ValueError(f'codings: {wrong[0]!r} is no data_coding; write it in decimal, as 15 = "gsm"')
        return self


@lru_cache
def dialects() -> dict[str, Dialect]:
    return {name: Dialect.model_validate(table) for name, table in YAML(typ="safe").load(KNOWN).items()}
