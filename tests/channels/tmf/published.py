"""What TM Forum has published of the forms, as far as Hall writes them: which attributes there are, which are needed.

Written down from TMF622 4.0.0, TMF620 4.1.0 and TMF685 4.0.0 in a notation of our own; nothing of it stands in the code
that is tried. An attribute is a plain type, another form, or a list of one (`[]`); `*` marks those that must be there.
Everywhere `@type`, `@baseType` and `@schemaLocation` may stand.
"""

from collections.abc import Iterator
from typing import Any

BEGUN = ["acknowledged", "pending", "held", "inProgress", "assessingCancellation", "pendingCancellation"]
ENDED = ["rejected", "cancelled", "completed", "failed"]
STATES = [*BEGUN, *ENDED, "partial"]
ITEM_STATES = [*BEGUN, *ENDED]
TASK_STATES = ["acknowledged", "terminatedWithError", "inProgress", "done"]

REFERENCE = "*id:text href:text name:text @referredType:text"
FORMS = {
    "ProductOrder": "id:text href:text cancellationDate:instant cancellationReason:text category:text"
    " completionDate:instant description:text expectedCompletionDate:instant externalId:text notificationContact:text"
    " orderDate:instant priority:text requestedCompletionDate:instant requestedStartDate:instant"
    " agreement:AgreementRef[] billingAccount:BillingAccountRef channel:RelatedChannel[] note:Note[]"
    " orderTotalPrice:OrderPrice[] payment:PaymentRef[] *productOrderItem:ProductOrderItem[]"
    " relatedParty:RelatedParty[] state:STATES",
    "ProductOrderItem": "*id:text quantity:whole *action:text itemPrice:OrderPrice[] itemTotalPrice:OrderPrice[]"
    " product:ProductRefOrValue productOffering:ProductOfferingRef productOrderItem:ProductOrderItem[]"
    " state:ITEM_STATES",
    "ProductRefOrValue": "id:text href:text name:text place:RelatedPlaceRefOrValue[] realizingResource:ResourceRef[]"
    " @referredType:text",
    "RelatedPlaceRefOrValue": "id:text href:text name:text *role:text @referredType:text",
    "RelatedParty": "*id:text href:text name:text role:text *@referredType:text",
    "AgreementRef": "*id:text href:text agreementItemId:text name:text @referredType:text",
    "RelatedChannel": f"{REFERENCE} role:text",
    "ResourceRef": f"{REFERENCE} value:text",
    "ProductOfferingRef": REFERENCE,
    "ProductOrderRef": REFERENCE,
    "Note": "id:text author:text date:instant text:text",
    "OrderPrice": "description:text name:text priceType:text recurringChargePeriod:text unitOfMeasure:text price:Price",
    "Price": "percentage:number taxRate:number dutyFreeAmount:Money taxIncludedAmount:Money",
    "Money": "unit:text value:number",
    "CancelProductOrder": "id:text href:text cancellationReason:text effectiveCancellationDate:instant"
    " requestedCancellationDate:instant productOrder:ProductOrderRef state:TASK_STATES",
    "Error": "*code:text *reason:text message:text status:text referenceError:text",
    "EventSubscription": "*id:text *callback:text query:text",
    "Event": "eventId:text eventTime:instant eventType:text correlationId:text domain:text title:text description:text"
    " priority:text timeOcurred:instant event:Payload",
    "Payload": "productOrder:ProductOrder cancelProductOrder:CancelProductOrder reservation:Reservation",
    "ProductOffering": "id:text href:text description:text isBundle:yes isSellable:yes lastUpdate:instant"
    " lifecycleStatus:text name:text version:text channel:ChannelRef[] productOfferingPrice:ProductOfferingPriceRef[]"
    " prodSpecCharValueUse:ValueUse[] validFor:TimePeriod",
    "ChannelRef": REFERENCE,
    "ProductOfferingPriceRef": REFERENCE,
    "ValueUse": "id:text name:text description:text productSpecCharacteristicValue:Value[]",
    "Value": "value:any",
    "ProductOfferingPrice": "id:text href:text description:text isBundle:yes lastUpdate:instant lifecycleStatus:text"
    " name:text priceType:text price:Money validFor:TimePeriod",
    "TimePeriod": "startDateTime:instant endDateTime:instant",
    "Reservation": "id:text href:text creationDate:instant description:text stateChangeReason:text"
    " relatedParty:RelatedParty[] reservationItem:ReservationItem[] reservationPeriod:TimePeriod state:STATES"
    " validFor:TimePeriod",
    "ReservationItem": "id:text quantity:whole relatedEntity:RelatedEntity[] relatedParty:RelatedParty[]"
    " reservationPeriod:TimePeriod state:STATES",
    "RelatedEntity": "*id:text href:text name:text *role:text *@referredType:text",
    "ResourcePool": "id:text href:text description:text resource:ResourceRef[]"
    " resourceSpecification:ResourceSpecificationRef",
    "ResourceSpecificationRef": f"{REFERENCE} version:text",
    "AvailabilityCheck": "id:text href:text",
}
# What Hall writes beside what is published, where the forms leave room for it.
OURS = {
    "EventSubscription": {"secret"},
    "ReservationItem": {"characteristic"},
    "AvailabilityCheck": {"resource", "next"},
}
CHOICES = {"STATES": STATES, "ITEM_STATES": ITEM_STATES, "TASK_STATES": TASK_STATES}
PLAIN: dict[str, tuple[type, ...]] = {
    "text": (str,), "instant": (str,), "whole": (int,), "number": (int, float), "yes": (bool,), "any": (object,)
}  # fmt: skip
ALWAYS = {"@type", "@baseType", "@schemaLocation"}


def faults(document: Any, form: str, path: str = "") -> Iterator[str]:
    """What in a document is not as it was published."""
    if not isinstance(document, dict):
        yield f"{path or form}: is no object"
        return
    attributes = dict(_attributes(form))
    for name in (name for name, (_, needed) in attributes.items() if needed):
        if name not in document:
            yield f"{path}.{name}: is missing"
    for name, value in document.items():
        if name in ALWAYS or name in OURS.get(form, ()):
            continue
        if name not in attributes:
            yield f"{path}.{name}: is not among what was published of {form}"
        else:
            yield from _of(value, attributes[name][0], f"{path}.{name}")


def _of(value: Any, kind: str, path: str) -> Iterator[str]:
    if kind.endswith("[]"):
        if not isinstance(value, list):
            yield f"{path}: is no list"
            return
        for place, each in enumerate(value):
            yield from _of(each, kind[:-2], f"{path}[{place}]")
    elif kind in FORMS:
        yield from faults(value, kind, path)
    elif kind in CHOICES:
        if value not in CHOICES[kind]:
            yield f"{path}: {value!r} is none of {CHOICES[kind]}"
    elif kind in PLAIN and not isinstance(value, PLAIN[kind]):
        yield f"{path}: {value!r} is no {kind}"


def _attributes(form: str) -> Iterator[tuple[str, tuple[str, bool]]]:
    for word in FORMS[form].split():
        name, _, kind = word.rpartition(":")
        yield name.removeprefix("*"), (kind, name.startswith("*"))
