"""TM Forum's APIs over HTTP: a request finds its operation, its client and its body, and is answered after the commit.

    path and method ─► operation (404, 405) ─► client (401, 403, 429) ─► type and size of the body (415, 413) ─► done

Everything that is refused is refused in TM Forum's form (errors.py), also what Twisted would answer in a page.
"""

import json
from collections.abc import Mapping
from time import perf_counter
from typing import Any, Final, Protocol, cast
from urllib.parse import parse_qsl

from prometheus_client import CollectorRegistry, Counter, Histogram
from twisted.internet.defer import CancelledError, Deferred
from twisted.logger import Logger
from twisted.python.failure import Failure
from twisted.web.resource import IResource, Resource
from twisted.web.server import NOT_DONE_YET
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import Map, Rule

from channels.tmf.bodies import LARGEST
from channels.tmf.clients import Clients
from channels.tmf.errors import Refusal
from channels.tmf.operations import Api, Asked, Operation, Reply
from orders.arrival import LedgerAway
from orders.changing import BadChange
from orders.halls import Conflict, NoSuchOrder, NoSuchThing, Stale
from orders.order import IllegalChange

SECONDS: Final = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 5.0)
PARAMETERS: Final = 50

REFUSALS: Final[Mapping[type[Exception], str]] = {
    NoSuchOrder: "notFound",
    NoSuchThing: "notFound",
    Conflict: "conflict",
    IllegalChange: "conflict",
    BadChange: "badBody",
    Stale: "changed",
    LedgerAway: "away",
}

log = Logger()


class Body(Protocol):
    def read(self, size: int, /) -> bytes: ...


class Request(Protocol):
    method: bytes
    uri: bytes
    postpath: list[bytes]
    content: Body

    def getHeader(self, name: bytes, /) -> bytes | None: ...

    def setResponseCode(self, status: int, /) -> None: ...

    def setHeader(self, name: bytes, value: bytes, /) -> None: ...

    def write(self, data: bytes, /) -> None: ...

    def finish(self) -> None: ...

    def notifyFinish(self) -> "Deferred[None]": ...


class Meters:
    """No label says whose request it was, or about which order."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._requests = Counter(
            "hall_api_requests", "Requests of other halls", ["operation", "status"], registry=registry
        )
        self._seconds = Histogram(
            "hall_api_seconds", "From a request's last octet to its answer", ["operation"], buckets=SECONDS,
            registry=registry,
        )  # fmt: skip

    def answered(self, operation: str, status: int, seconds: float) -> None:
        self._requests.labels(operation, status).inc()
        self._seconds.labels(operation).observe(seconds)


class ApiResource(Resource):
    isLeaf = True  # noqa: N815 - Twisted's name

    def __init__(self, api: Api, clients: Clients, meters: Meters) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._clients = clients
        self._meters = meters
        self._operations = {each.name: each for each in api.operations}
        self._map = Map(
            [Rule(_rule(each.path), methods=[each.method], endpoint=each.name) for each in api.operations],
            strict_slashes=False,
            merge_slashes=False,
        ).bind("hall")

    def render(self, request: Request) -> Any:
        gone = request.notifyFinish()
        task = Deferred.fromCoroutine(self._answer(request))
        gone.addErrback(lambda _: task.cancel())
        task.addErrback(_lost)
        return NOT_DONE_YET

    async def _answer(self, request: Request) -> None:
        began, name = perf_counter(), "none"
        try:
            operation, values = self._found(request)
            name = operation.name
            reply = await operation.do(self._asked(request, operation, values))
        except Exception as problem:  # noqa: BLE001 - whoever asks must be answered, whatever is wrong
            reply = _refused(problem, name)
        _send(request, reply)
        self._meters.answered(name, reply.status, perf_counter() - began)

    def _found(self, request: Request) -> tuple[Operation, Mapping[str, str]]:
        path = "/" + "/".join(step.decode("utf-8", "replace") for step in request.postpath)
        method = request.method.decode("latin-1")
        try:
            name, values = self._map.match(path, method="GET" if method == "HEAD" else method)
        except MethodNotAllowed as problem:
            allowed = ", ".join(sorted(set(problem.valid_methods or ()) - {"HEAD"}))
            raise Refusal("methodNotAllowed", f"{method} is not done here; {allowed} is", {"Allow": allowed}) from None
        except NotFound:
            raise Refusal("notFound", f"there is no {path} here") from None
        return self._operations[name], values

    def _asked(self, request: Request, operation: Operation, values: Mapping[str, str]) -> Asked:
        client = self._clients.who(request.getHeader(b"authorization"), request.getHeader(b"sec-fetch-site"))
        if operation.takes is not None:
            _readable(request, operation)
        return Asked(
            client=client,
            path=values,
            query=_query(request.uri),
            body=request.content.read(LARGEST + 1),
            header=lambda name: _header(request, name),
        )


def api_resource(api: Api, clients: Clients, meters: Meters) -> IResource:
    return cast(IResource, ApiResource(api, clients, meters))


def _rule(path: str) -> str:
    return path.replace("{", "<").replace("}", ">")


def _readable(request: Request, operation: Operation) -> None:
    kind, _, rest = (request.getHeader(b"content-type") or b"").decode("latin-1").partition(";")
    charset = rest.replace(" ", "").lower()
    if kind.strip().lower() not in operation.kinds or (charset and charset.strip('"') != "charset=utf-8"):
        raise Refusal("mediaType", f"send {' or '.join(operation.kinds)}, in UTF-8")


def _query(uri: bytes) -> list[tuple[str, str]]:
    text = uri.partition(b"?")[2]
    try:
        return parse_qsl(text.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=PARAMETERS)
    except ValueError:
        raise Refusal("badQuery", f"a query has at most {PARAMETERS} parameters, in UTF-8, by %XX") from None


def _header(request: Request, name: str) -> str | None:
    value = request.getHeader(name.encode("latin-1"))
    return None if value is None else value.decode("latin-1").strip()


def _refused(problem: Exception, operation: str) -> Reply:
    if isinstance(problem, CancelledError):
        raise problem
    if isinstance(problem, Refusal):
        refusal = problem
    else:
        code = next((code for kind, code in REFUSALS.items() if isinstance(problem, kind)), "failed")
        if code == "failed":
            log.failure("{operation} failed", Failure(problem), operation=operation)
        told = "it has been noted; ask again, and tell us if it stays so" if code == "failed" else str(problem)
        refusal = Refusal(code, told, {"Retry-After": "1"} if code == "away" else None)
    return Reply(refusal.status, refusal.body, refusal.headers)


def _send(request: Request, reply: Reply) -> None:
    request.setResponseCode(reply.status)
    request.setHeader(b"cache-control", b"no-store")
    for name, value in reply.headers.items():
        request.setHeader(name.encode("latin-1"), value.encode("latin-1", "replace"))
    body = b"" if reply.body is None else json.dumps(reply.body, ensure_ascii=False).encode()
    if body:
        request.setHeader(b"content-type", b"application/json;charset=utf-8")
    request.setHeader(b"content-length", str(len(body)).encode())
    if request.method != b"HEAD":
        request.write(body)
    request.finish()


def _lost(failure: Failure) -> None:
    """Whoever asked has gone; what was done is done."""
    if not failure.check(CancelledError):
        log.failure("a request could not be answered", failure)
