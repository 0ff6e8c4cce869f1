"""How one message centre wants to be spoken to: the part of an `[[sms.link]]` that is about PDUs, not about Hall.

Numbers are the specification's; TOML writes them in hexadecimal too (`0x1400`).
"""

from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, model_validator

from channels.smpp.status import Class

Octet: TypeAlias = Annotated[int, Field(ge=0, le=255)]
DefaultAlphabet: TypeAlias = Literal["gsm", "latin1", "ascii"]
LongMessages: TypeAlias = Literal["udh8", "udh16", "sar", "payload"]

LONGEST_PARAMETER = 1_024


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class StatusSettings(_Frozen):
    """What a status means at this message centre; what is left out stays as it is (see rules)."""

    code: int = Field(ge=1, le=0xFFFFFFFF)
    treat: Class | None = None
    at_link: int | None = Field(default=None, ge=1, le=1_000)
    tries: int | None = Field(default=None, ge=1, le=1_000)
    delays: tuple[Annotated[float, Field(gt=0)], ...] | None = Field(default=None, min_length=1)


class ParameterSettings(_Frozen):
    """An optional parameter that every message goes out with: `hex` octets, or `text` with a NUL behind it."""

    tag: int = Field(ge=0x0001, le=0xFFFF)
    hex: str | None = Field(default=None, pattern=r"^([0-9A-Fa-f]{2})*$", max_length=2 * LONGEST_PARAMETER)
    text: str | None = Field(default=None, pattern=r"^[\x20-\x7e]*$", max_length=LONGEST_PARAMETER)

    @model_validator(mode="after")
    def _one(self) -> "ParameterSettings":
        if (self.hex is None) == (self.text is None):
            raise ValueError("a parameter has either hex or text: give it one of them")
        return self

    @property
    def octets(self) -> bytes:
        return bytes.fromhex(self.hex) if self.hex is not None else f"{self.text}\0".encode()


class WireSettings(_Frozen):
    """
    interface_version: 0x34; 0x33 for a message centre that takes nothing newer, 0x50 for SMPP 5.0.
    address_…:         the addresses a receiver wants messages for, if the message centre asks for them.
    outbind:           where the message centre calls us, as a server endpoint; it is bound to when it has.
    outbind_…:         what it must say then.
    submit:            which PDU carries a message out.
    long_messages:     how one of several segments goes: a header with a reference of 8 or 16 bits, the sar_ parameters,
                       or whole as message_payload.
    default_alphabet:  what data_coding 0 means to this message centre, both ways.
    validity:          seconds that the message centre may try; "message": as long as the message is worth sending;
                       0: as long as the message centre likes.
    schedule:          who keeps a message that is for later: Hall, or the message centre (schedule_delivery_time).
    times:             how instants are written: relative to now, or absolute (UTC).
    unanswered:        what becomes of a message whose submit_sm was not answered in time, or whose link was lost: is it
                       sent again (it may arrive twice) or given up (it may not have arrived).
    query_after:       seconds without a receipt after which query_sm asks; 0: never.
    keep_parameters:   the tags of optional parameters that are written down with the messages they come with.
    parameter, status: see ParameterSettings and StatusSettings.
    """

    interface_version: Literal[0x33, 0x34, 0x50] = 0x34
    address_ton: Octet = 0
    address_npi: Octet = 0
    address_range: str = Field(default="", max_length=40)
    outbind: str = ""
    outbind_system_id: str = Field(default="", max_length=15)
    outbind_password: str = Field(default="", max_length=64, repr=False)

    submit: Literal["submit_sm", "data_sm"] = "submit_sm"
    long_messages: LongMessages = "udh8"
    default_alphabet: DefaultAlphabet = "gsm"
    service_type: str = Field(default="", max_length=5)
    protocol_id: Octet = 0
    priority: int = Field(default=0, ge=0, le=3)
    validity: Literal["message"] | Annotated[float, Field(ge=0, le=63 * 86_400)] = 0
    schedule: Literal["hall", "centre"] = "hall"
    times: Literal["relative", "absolute"] = "relative"
    unanswered: Literal["resend", "fail"] = "resend"
    query_after: float = Field(default=0, ge=0)
    keep_parameters: tuple[Annotated[int, Field(ge=0x0001, le=0xFFFF)], ...] = ()
    parameter: tuple[ParameterSettings, ...] = ()
    status: tuple[StatusSettings, ...] = ()

    @model_validator(mode="after")
    def _able_to_schedule(self) -> "WireSettings":
        if self.schedule == "centre" and self.submit == "data_sm":
            raise ValueError('data_sm cannot say when: give the link submit = "submit_sm", or schedule = "hall"')
        return self
