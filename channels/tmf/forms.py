"""The forms that several of TM Forum's APIs share, version 4: what is read and what is written.

A form that is read takes what it knows and lets the rest pass (an API's users extend it); a form that is written says
all there is. `@type` is written on everything, as version 5 wants it.
"""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import GenerateJsonSchema

LONGEST = 2_000

Word = Annotated[str, Field(min_length=1, max_length=200)]
Text = Annotated[str, Field(max_length=LONGEST)]
Instant = Annotated[str, Field(json_schema_extra={"format": "date-time"})]


class Read(BaseModel):
    """Of what comes in, types are taken as they are: "1" is not 1."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True, populate_by_name=False)


class Written(BaseModel):
    """Only described: what is written is made by functions, and held against this in the tests."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    type_: str = Field(alias="@type")


class Error(Written):
    code: str
    reason: str
    message: str
    status: str


class Money(BaseModel):
    """A value, and no thing: without a type."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    unit: str
    value: float


class Reference(Written):
    id: str
    href: str | None = None
    name: str | None = None
    referred: str | None = Field(default=None, alias="@referredType")


class RelatedParty(Written):
    id: str
    role: str
    name: str | None = None
    referred: str = Field(alias="@referredType")


class ReadReference(Read):
    id: Word


class ReadParty(Read):
    """partyOrPartyRole: where version 5 has the id; its clients are heard too."""

    id: Word | None = None
    role: Word
    name: Word | None = None
    partyOrPartyRole: ReadReference | None = None  # noqa: N815 - TM Forum's name

    @property
    def who(self) -> str:
        return self.id or (self.partyOrPartyRole.id if self.partyOrPartyRole else "")


class TimePeriod(Written):
    startDateTime: Instant | None = None  # noqa: N815 - TM Forum's name
    endDateTime: Instant | None = None  # noqa: N815


class _Plain(GenerateJsonSchema):
    """Without a title on everything, which only says the name again."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def schema_of(form: type[BaseModel], mode: Any) -> dict[str, Any]:
    """As JSON Schema, with what it refers to under `$defs`."""
    return form.model_json_schema(
        by_alias=True, mode=mode, ref_template="#/components/schemas/{model}", schema_generator=_Plain
    )
