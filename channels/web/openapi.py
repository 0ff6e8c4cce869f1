"""The description of what this site answers: made of what its rooms say of themselves, served at /api/openapi.json."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from twisted.web.resource import IResource

from channels.web.leaf import leaf
from channels.web.requests import Request

VERSION = "3.1.0"

Document = dict[str, Any]


class Described(NamedTuple):
    """What a room serves, as OpenAPI has it."""

    paths: Mapping[str, Any]
    schemas: Mapping[str, Any] = {}
    security: Mapping[str, Any] = {}


def description(rooms: Iterable[Described], version: str, address: str = "/") -> Document:
    told: Document = {
        "openapi": VERSION,
        "info": {"title": "Hall", "version": version, "description": "An operator's service hall and its order store"},
        "servers": [{"url": address or "/"}],
        "paths": {},
        "components": {"schemas": {}, "securitySchemes": {}},
    }
    for room in rooms:
        told["paths"].update(room.paths)
        told["components"]["schemas"].update(room.schemas)
        told["components"]["securitySchemes"].update(room.security)
    return told


def description_resource(document: Callable[[], Document]) -> IResource:
    """`document` is asked each time: it may have changed."""

    def answer(request: Request) -> bytes:
        request.setHeader(b"content-type", b"application/json; charset=utf-8")
        return json.dumps(document(), ensure_ascii=False).encode()

    return leaf(answer)


# ── Health ───────────────────────────────────────────────────────────────────────────────────────────────────────────

_TEXT = {"text/plain": {"schema": {"type": "string"}}}
_READY = {
    "type": "object",
    "properties": {
        "ready": {"type": "boolean"},
        "checks": {"type": "object", "additionalProperties": {"type": "string"}},
    },
    "required": ["ready", "checks"],
}


def health() -> Described:
    ready = {"application/json": {"schema": _READY}}
    paths = {
        "/livez": _get("livez", "Whether it lives", {"200": ("It does", _TEXT)}),
        "/readyz": _get("readyz", "Whether to send it work", {"200": ("Yes", ready), "503": ("No, and why", ready)}),
        "/metrics": _get("metrics", "What is counted, for Prometheus", {"200": ("Counts", _TEXT)}),
    }
    return Described(paths)


def _get(name: str, text: str, answers: Mapping[str, tuple[str, Document]]) -> Document:
    responses = {status: {"description": what, "content": content} for status, (what, content) in answers.items()}
    return {"get": {"operationId": name, "summary": text, "tags": ["Health"], "security": [], "responses": responses}}
