"""TMF685 version 4: the forms of reservations of telephone numbers, and of looking for numbers.

An item names a number (relatedEntity), or says what fits (characteristic) and how many. TM Forum's version 4 leaves
open how a resource is described; `characteristic` is what its other APIs use for that.
"""

from typing import Annotated, Any

from pydantic import Field

from channels.tmf.forms import Instant, Read, ReadParty, Reference, RelatedParty, Text, TimePeriod, Word, Written
from orders.order import OrderState

MOST = 20


class ReadEntity(Read):
    id: Word


class ReadCharacteristic(Read):
    name: Word
    value: str | int | bool


Characteristics = Annotated[list[ReadCharacteristic], Field(max_length=10)]


class ReadReservationItem(Read):
    quantity: Annotated[int, Field(ge=1, le=MOST)] = 1
    relatedEntity: Annotated[list[ReadEntity], Field(max_length=MOST)] | None = None  # noqa: N815 - TM Forum's names
    characteristic: Characteristics | None = None


class ReadPeriod(Read):
    endDateTime: Instant  # noqa: N815


class ReservationCreate(Read):
    relatedParty: Annotated[list[ReadParty], Field(min_length=1, max_length=10)]  # noqa: N815
    reservationItem: Annotated[list[ReadReservationItem], Field(min_length=1, max_length=MOST)]  # noqa: N815
    reservationPeriod: ReadPeriod | None = None  # noqa: N815
    description: Text | None = None


class ReservationUpdate(Read):
    reservationPeriod: ReadPeriod | None = None  # noqa: N815
    state: Annotated[str, Field(pattern="^cancelled$")] | None = None


class AvailabilityCheckCreate(Read):
    """mark: `next` of the answer before; the same criteria go with it."""

    characteristic: Characteristics | None = None
    quantity: Annotated[int, Field(ge=1, le=MOST)] = 9
    mark: Word | None = None


# ── What is written ──────────────────────────────────────────────────────────────────────────────────────────────────


class Characteristic(Written):
    name: str
    value: Any


class RelatedEntity(Written):
    id: str
    role: str
    referred: str = Field(alias="@referredType")


class ReservationItem(Written):
    id: str
    quantity: int
    state: OrderState
    relatedEntity: list[RelatedEntity]  # noqa: N815
    characteristic: list[Characteristic]


class Reservation(Written):
    id: str
    href: str
    state: OrderState
    stateChangeReason: str | None = None  # noqa: N815
    creationDate: Instant  # noqa: N815
    relatedParty: list[RelatedParty]  # noqa: N815
    reservationItem: list[ReservationItem]  # noqa: N815
    reservationPeriod: TimePeriod  # noqa: N815


class PoolResource(Written):
    id: str
    referred: str = Field(alias="@referredType")
    characteristic: list[Characteristic]


class AvailabilityCheck(Written):
    id: str
    resource: list[PoolResource]
    next: str | None = None


class ResourcePool(Written):
    id: str
    href: str
    description: str
    resourceSpecification: Reference  # noqa: N815
