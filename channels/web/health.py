"""Health, for those who watch.

/livez      200 as long as the reactor turns: if it does not answer, start the process anew
/readyz     200 when every check is content, else 503 with what is wrong: send the work elsewhere meanwhile
/metrics    what is counted, for Prometheus
"""

from collections.abc import Callable, Mapping
from typing import Final

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder
from twisted.logger import Logger
from twisted.web.resource import IResource

from channels.web.leaf import leaf
from channels.web.requests import Request, send_json, send_text

Check = Callable[[], str | None]

_log: Final = Logger()


def livez_resource() -> IResource:
    return leaf(lambda request: send_text(request, "ok\n"))


def readyz_resource(checks: Mapping[str, Check]) -> IResource:
    """A check says what is wrong, or None. One that raises has found something wrong too."""

    def answer(request: Request) -> bytes:
        found = {name: _asked(name, check) for name, check in checks.items()}
        ready = all(wrong is None for wrong in found.values())
        told = {name: wrong or "ok" for name, wrong in found.items()}
        return send_json(request, {"ready": ready, "checks": told}, 200 if ready else 503)

    return leaf(answer)


def metrics_resource(registry: CollectorRegistry) -> IResource:
    def answer(request: Request) -> bytes:
        encode, kind = choose_encoder((request.getHeader(b"accept") or b"").decode("latin-1"))
        request.setHeader(b"content-type", kind.encode("ascii"))
        request.setHeader(b"cache-control", b"no-store")
        return encode(registry)

    return leaf(answer)


def _asked(name: str, check: Check) -> str | None:
    try:
        return check()
    except Exception:  # noqa: BLE001 - who asks for health must get an answer, whatever is ill
        _log.failure("the check {name} raised", name=name)
        return "the check itself failed: see the log"
