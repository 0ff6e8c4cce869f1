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

from channels.tmf import product_orders
from channels.tmf.instants import written
from orders.halls import Cancellation, TaskState
from orders.hub import CANCEL_CHANGED, CANCEL_CREATED, Delivery, as_seen

TITLES = {
    "productOrderCreateEvent": "An order was placed",
    "productOrderAttributeValueChangeEvent": "An order was changed",
    "productOrderStateChangeEvent": "An order stands otherwise",
    "productOrderInformationRequiredEvent": "An order waits for its customer",
    "cancelProductOrderCreateEvent": "An order is wanted cancelled",
    "cancelProductOrderStateChangeEvent": "A request to cancel stands otherwise",
}


def body(delivery: Delivery, href: Callable[[str], str]) -> bytes:
    name, thing = _thing(delivery, href)
    document = {
        "@type": delivery.type[:1].upper() + delivery.type[1:],
        "eventId": str(delivery.id),
        "eventTime": written(delivery.at),
        "eventType": delivery.type,
        "domain": "ProductOrdering",
        "title": TITLES[delivery.type],
        "correlationId": str(delivery.seen.get("order", delivery.seen.get("number", ""))),
        "event": {name: thing},
    }
    return json.dumps(document, ensure_ascii=False).encode()


def _thing(delivery: Delivery, href: Callable[[str], str]) -> tuple[str, product_orders.Document]:
    if delivery.type in (CANCEL_CREATED, CANCEL_CHANGED):
        said = dict(delivery.seen)
        asked = Cancellation(subscriber="", state=TaskState(said.pop("state")), **said)
        return "cancelProductOrder", product_orders.cancellation(asked, href)
    return "productOrder", product_orders.product_order(as_seen(delivery.seen, delivery.told), href)


def signature(body: bytes, secret: str, now: float) -> str:
    at = int(now)
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"
