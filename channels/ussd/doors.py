"""Where gateways ask over HTTP: one door each, beneath /ussd/; who may come in, and what he brings.

    request ── its path ──► Door ── may he? ── by what method? ── said ──► Caller (http.py)

Who may ask is told by his address, or by a secret in a header; nobody else learns more than that he may not. Doors
follow the configuration while the house runs: one that stays keeps its sessions, and one that goes lets go of whoever
waits there.
"""

import hmac
from collections.abc import Callable, Iterable, Mapping
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import parse_qs

from twisted.web.resource import Resource
from twisted.web.server import NOT_DONE_YET

from channels.ussd.channel import Channel
from channels.ussd.gateway_settings import GatewaySettings
from channels.ussd.http import PLAIN, Caller, Request
from channels.ussd.session import Manner
from channels.ussd.styles import BadRequest, from_json, said

UNDER: Final = "/ussd"
LONGEST_BODY: Final = 8_192
FIELDS: Final = 50


class Doors(Resource):
    """All of them. `opens` makes the place of a gateway; `manner` says how it wants its sessions."""

    isLeaf = True  # noqa: N815 - Twisted's name

    def __init__(
        self,
        channel: Channel,
        opens: Callable[[GatewaySettings, Manner], Caller],
        manner: Callable[[GatewaySettings], Manner],
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._channel = channel
        self._opens = opens
        self._manner = manner
        self._callers: dict[str, Caller] = {}
        self._doors: dict[str, Door] = {}

    def follow(self, gateways: Iterable[GatewaySettings]) -> None:
        wanted = {gateway.name: gateway for gateway in gateways}
        for name in self._callers.keys() - wanted.keys():
            self._callers.pop(name).leave()
            del self._channel.places[name]
        for name, settings in wanted.items():
            if name in self._callers:
                self._callers[name].follow(settings, self._manner(settings))
            else:
                caller = self._callers[name] = self._opens(settings, self._manner(settings))
                self._channel.places[name] = caller
        self._doors = {caller.settings.path: Door(caller) for caller in self._callers.values()}

    def render(self, request: Any) -> Any:
        path = request.path.decode("utf-8", "replace")
        while path not in self._doors and path.startswith(f"{UNDER}/"):
            path = path.rpartition("/")[0]
        door = self._doors.get(path)
        return _refused(request, 404, "nobody asks here") if door is None else door.render(request)


class Door(Resource):
    """Where a gateway asks; what stands behind its path is the same door (`/ended` is where some call back)."""

    isLeaf = True  # noqa: N815 - Twisted's name

    def __init__(self, caller: Caller) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._caller = caller

    def render(self, request: Request) -> Any:
        caller, settings = self._caller, self._caller.settings
        if not _may(request, settings):
            caller.channel.meters.turned_away(settings.name)
            return _refused(request, 403, "you may not ask here")
        if request.method.decode().lower() != caller.style.method:
            return _refused(request, 405, f"ask with {caller.style.method.upper()}")
        try:
            caller.asked(request, said(caller.style, _parameters(request, caller.style.body)))
        except BadRequest as bad:
            return _refused(request, 400, str(bad))
        return NOT_DONE_YET


def _may(request: Request, settings: GatewaySettings) -> bool:
    if settings.addresses:
        host = getattr(request.getClientAddress(), "host", "")  # a socket of this machine has none
        if not host or not any(ip_address(host) in network for network in settings.networks):
            return False
    if settings.secret:
        given = request.getHeader(settings.secret_header.encode()) or b""
        return hmac.compare_digest(given, settings.secret.encode())
    return True


def _parameters(request: Request, body: str) -> Mapping[str, object]:
    octets = request.content.read(LONGEST_BODY + 1)
    if len(octets) > LONGEST_BODY:
        raise BadRequest(f"this is longer than {LONGEST_BODY} octets")
    if body == "json":
        return from_json(octets)
    given = {name.decode("utf-8", "replace"): values for name, values in request.args.items()}
    told = {name: [value.decode("utf-8", "replace") for value in values] for name, values in given.items()}
    told |= _form(octets) if body == "form" else {}
    return {name: values[0] if len(values) == 1 else values for name, values in told.items()}


def _form(octets: bytes) -> dict[str, list[str]]:
    try:
        return parse_qs(octets.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=FIELDS)
    except ValueError:
        raise BadRequest(f"this is no form of up to {FIELDS} fields") from None


def _refused(request: Request, status: int, why: str) -> bytes:
    request.setResponseCode(status)
    request.setHeader(b"content-type", PLAIN)
    return f"{why}\n".encode()
