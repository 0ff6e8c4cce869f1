"""Where gateways ask over HTTP, as OpenAPI has it: one path for each that is configured, in its own style."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from channels.ussd.gateway_settings import GatewaySettings
from channels.ussd.styles import Style

Document = dict[str, Any]

TEXT: Final[Document] = {"text/plain": {"schema": {"type": "string"}}}
KINDS: Final = {"form": "application/x-www-form-urlencoded", "json": "application/json"}
REFUSED: Final[Mapping[int, str]] = {
    400: "It is not what was agreed on with this gateway",
    403: "Not from there, or not with this secret",
    405: "Asked by another method",
    503: "The database is away: ask again",
}


def described(gateways: Iterable[GatewaySettings]) -> tuple[Document, Document, Document]:
    """Paths, schemas, and how one proves who one is."""
    paths: Document = {}
    security: Document = {}
    for gateway in gateways:
        if gateway.secret:
            security[f"ussd_{gateway.name}"] = {"type": "apiKey", "in": "header", "name": gateway.secret_header}
        paths[gateway.path] = {gateway.style.method: _operation(gateway)}
    return paths, {}, security


def _operation(gateway: GatewaySettings) -> Document:
    style = gateway.style
    told: Document = {
        "operationId": f"ussd_{gateway.name}",
        "summary": f"What was dialled and keyed at {gateway.name}; the answer is the screen",
        "tags": ["USSD"],
        "security": [{f"ussd_{gateway.name}": []}] if gateway.secret else [],
        "responses": {"200": {"description": "The screen", "content": _screen(style)}, **_refusals()},
    }
    fields = _fields(style)
    if style.body == "query" or style.method == "get":
        return told | {"parameters": [_parameter(name, needed) for name, needed in fields.items()]}
    properties = {name: {"type": "string"} for name in fields}
    schema = {"type": "object", "properties": properties, "required": [name for name in fields if fields[name]]}
    return told | {"requestBody": {"required": True, "content": {KINDS[style.body]: {"schema": schema}}}}


def _fields(style: Style) -> Mapping[str, bool]:
    """By name: whether it must be there."""
    named = {style.session: True, style.subscriber: True, style.service: False, style.text: False, style.event: False}
    return {name: needed for name, needed in named.items() if name}


def _parameter(name: str, needed: bool) -> Document:
    return {"name": name, "in": "query", "required": needed, "schema": {"type": "string"}}


def _screen(style: Style) -> Document:
    if style.reply != "json":
        return TEXT
    names = (style.reply_text, style.reply_action)
    schema = {"type": "object", "properties": {name: {"type": "string"} for name in names}, "required": list(names)}
    return {"application/json": {"schema": schema}, **TEXT}


def _refusals() -> Document:
    return {str(status): {"description": what, "content": TEXT} for status, what in REFUSED.items()}
