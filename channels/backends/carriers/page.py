"""`POST /carriers/NAME/events`: a carrier tells by himself what became of consignments (the form of it is in wire.py).

200 {"events": [{"consignment": "7123…", "result": "taken" | "unchanged" | "refused", "message": …}]}
    once all of it is committed; what was told before is `unchanged`, so that telling twice does no harm
400 not in the form that was agreed on; nothing was taken
401 not signed, or not by him; 404 no such carrier
413 more than a carrier has to say at once
503 the database is away: tell it again
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, cast

from klein import Klein
from twisted.logger import Logger
from twisted.web.resource import IResource
from twisted.web.server import Request

from channels.backends.carriers.line import Told
from channels.backends.carriers.settings import CarrierSettings
from channels.backends.carriers.wire import Strange, events, is_signed
from orders.arrival import LedgerAway
from orders.consignment import IllegalStep, NoSuchConsignment, Tiding

LARGEST = 1 << 18

log = Logger()

Tell = Callable[[str, int, Tiding], Awaitable[bool]]


def carriers_resource(settings: Mapping[str, CarrierSettings], tell: Tell, now: Callable[[], float]) -> IResource:
    """settings: of those who speak HTTP, by name. tell: waits for the commit."""
    return cast(IResource, Page(settings, tell, now).app.resource())


class Page:
    app = Klein()

    def __init__(self, settings: Mapping[str, CarrierSettings], tell: Tell, now: Callable[[], float]) -> None:
        self._settings = settings
        self._tell = tell
        self._now = now

    @app.route("/<name>/events", methods=["POST"])
    async def events(self, request: Request, name: str) -> bytes:
        carrier, now = self._settings.get(name), self._now()
        body = request.content.read(LARGEST + 1) if request.content else b""
        if carrier is None:
            return _answer(request, 404, {"message": f"there is no carrier {name} who speaks HTTP"})
        if len(body) > LARGEST:
            return _answer(request, 413, {"message": f"at most {LARGEST} octets at once"})
        header = request.getHeader("x-hall-signature") or ""
        if not is_signed(header, carrier.secret, body, now):
            log.warn("somebody told what {carrier} had not signed", carrier=name)
            return _answer(request, 401, {"message": "X-Hall-Signature is missing, too old or wrong"})
        try:
            told = events(body, carrier.words, now, f"carrier:{name}")
        except Strange as strange:
            return _answer(request, 400, {"message": str(strange)})
        try:
            return _answer(request, 200, {"events": [await self._one(name, each) for each in told]})
        except LedgerAway:
            request.setHeader(b"retry-after", b"5")
            return _answer(request, 503, {"message": "the store is away for a moment: tell it again"})

    async def _one(self, name: str, told: Told) -> dict[str, str]:
        said = {"consignment": str(told.consignment)}
        try:
            changed = await self._tell(name, told.consignment, told.tiding)
        except (NoSuchConsignment, IllegalStep) as refused:
            return {**said, "result": "refused", "message": str(refused)}
        return {**said, "result": "taken" if changed else "unchanged"}


def _answer(request: Request, status: int, body: Mapping[str, Any]) -> bytes:
    request.setResponseCode(status)
    request.setHeader(b"content-type", b"application/json; charset=utf-8")
    return json.dumps(body, ensure_ascii=False).encode()
