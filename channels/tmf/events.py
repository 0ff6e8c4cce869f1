"""An event as TM Forum's hubs send it, and its signature. Pure.

    {"eventId": …, "eventTime": …, "eventType": "productOrderStateChangeEvent", "event": {"productOrder": {…}}}

    X-Hall-Event: the eventId, again: whoever hears an event twice knows it by this
    X-Hall-Signature: t=1767200400,v1=…     HMAC-SHA256 of "t.body" by the subscription's secret, in hexadecimal

Whoever hears it compares the signature, and takes no event whose `t` lies far back: what was overheard cannot be
played again.
"""

import hashlib
import hmac
import json
from collections.abc import Callable

from channels.tmf import ordering, pool, product_orders
from channels.tmf.instants import written
from orders.halls import Cancellation, TaskState
from orders.hub import CANCEL_CHANGED, CANCEL_CREATED, RESERVING, TYPES, Delivery, as_booked, as_seen

TITLES = {
    "productOrderCreateEvent": "An order was placed",
    "productOrderAttributeValueChangeEvent": "An order was changed",
    "productOrderStateChangeEvent": "An order stands otherwise",
    "productOrderInformationRequiredEvent": "An order waits for its customer",
    "cancelProductOrderCreateEvent": "An order is wanted cancelled",
    "cancelProductOrderStateChangeEvent": "A request to cancel stands otherwise",
    "reservationCreationEvent": "Numbers are held",
    "reservationStateChangeEvent": "Numbers were ordered, or let go",
    "reservationRemoveEvent": "Numbers were let go",
}


def body(delivery: Delivery, href: Callable[[str], str]) -> bytes:
    """href: of what stands under a path of the site."""
    name, thing = _thing(delivery, href)
    document = {
        "@type": delivery.type[:1].upper() + delivery.type[1:],
        "eventId": str(delivery.id),
        "eventTime": written(delivery.at),
        "eventType": delivery.type,
        "domain": "ResourcePool" if name == "reservation" else "ProductOrdering",
        "title": TITLES[delivery.type],
        "correlationId": str(thing.get("productOrder", thing)["id"]),
        "event": {name: thing},
    }
    return json.dumps(document, ensure_ascii=False).encode()


def _thing(delivery: Delivery, href: Callable[[str], str]) -> tuple[str, product_orders.Document]:
    if delivery.type in TYPES[RESERVING]:
        return "reservation", pool.reservation(as_booked(delivery.seen), lambda path: href(f"{pool.BASE}/{path}"))
    if delivery.type in (CANCEL_CREATED, CANCEL_CHANGED):
        said = dict(delivery.seen)
        asked = Cancellation(subscriber="", state=TaskState(said.pop("state")), **said)
        return "cancelProductOrder", product_orders.cancellation(asked, lambda path: href(f"{ordering.BASE}/{path}"))
    seen = as_seen(delivery.seen, delivery.told)
    return "productOrder", product_orders.product_order(seen, lambda path: href(f"{ordering.BASE}/{path}"))


def signature(body: bytes, secret: str, now: float) -> str:
    at = int(now)
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"
