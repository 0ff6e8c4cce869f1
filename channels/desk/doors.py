"""The doors of the desk: which there are, and the one that an identity provider keeps (`oidc/visits.py`).

    GET  api/v1/doors      200 {"password": …, "provider": its name or null}; anybody may ask
    GET  oidc/begin        302 to the provider
    GET  oidc/back         302 to the desk, signed in; or told there why not
    POST oidc/ended        200: the provider's word that somebody is gone from it

Why somebody did not come in is a name in the address of the page, and nothing else: whatever a stranger puts there, the
page has words of its own for those names that it knows.
"""

from typing import Any, Protocol
from urllib.parse import parse_qs

from klein import Klein
from twisted.logger import Logger

from channels.desk.guard import Guard
from channels.desk.http import Request, address_of, answer, body, refused
from channels.desk.oidc.errors import NotIn
from channels.desk.oidc.journey import LONGEST
from channels.desk.oidc.visits import Visits
from channels.desk.store import DeskStore
from orders.arrival import LedgerAway
from orders.signing_in import Entry, Vouched

log = Logger()

WAY = b"hall_desk_way"
WAY_PATH = b"/desk/oidc"
HOME = b"/desk/"


class Door(Protocol):
    guard: Guard
    store: DeskStore
    visits: Visits | None


def routes(app: Klein) -> None:
    @app.route("/api/v1/doors", methods=["GET"])
    def doors(desk: Door, request: Request) -> bytes:
        way = None if desk.visits is None else desk.visits.settings
        by_password = way is None or way.passwords
        return answer(request, {"password": by_password, "provider": None if way is None else way.called})

    @app.route("/oidc/begin", methods=["GET"])
    async def begin_visit(desk: Door, request: Request) -> bytes:
        if desk.visits is None:
            return refused(request, 404, "not_found", "no identity provider is configured here")
        try:
            url, cookie = await desk.visits.begin()
        except NotIn as problem:
            return _told(request, problem)
        _way(request, cookie, str(round(LONGEST)).encode())
        return _sent(request, url.encode())

    @app.route("/oidc/back", methods=["GET"])
    async def end_visit(desk: Door, request: Request) -> bytes:
        if desk.visits is None:
            return refused(request, 404, "not_found", "no identity provider is configured here")

        async def admit(vouched: Vouched, entry: Entry) -> None:
            await desk.guard.admit(request, vouched, entry)

        said = {
            name.decode("utf-8", "replace"): values[0].decode("utf-8", "replace") for name, values in _asked(request)
        }
        try:
            await desk.visits.back(request.getCookie(WAY), said, address_of(request), admit)
        except (NotIn, LedgerAway) as problem:
            return _told(request, problem)
        _way(request, b"", b"0")
        return _sent(request, HOME)

    @app.route("/oidc/ended", methods=["POST"])
    async def visit_ended(desk: Door, request: Request) -> bytes:
        form = parse_qs(body(request).decode("utf-8", "replace"))
        if desk.visits is None or "logout_token" not in form:
            return refused(
                request, 400, "invalid_request", "no identity provider is configured here, or no logout_token"
            )
        try:
            subject, sid = await desk.visits.ended(form["logout_token"][0])
        except NotIn as problem:
            log.warn("a logout token is not believed: {why}", why=str(problem))
            return refused(request, 400, "invalid_request", "the logout_token is not believed; the log says why")
        count = await desk.store.ended(desk.visits.settings.issuer, subject, sid)
        log.info("the identity provider ended {count} sessions", count=count)
        return answer(request, {"ended": count})


async def way_out(desk: Door, id_token: str) -> str:
    """Where somebody who leaves is to go, so that he leaves his provider too; nowhere, if that is away."""
    try:
        return await desk.visits.way_out(id_token) if desk.visits and id_token else ""
    except NotIn as problem:
        log.warn("somebody left, and not his identity provider: {why}", why=str(problem))
        return ""


def _asked(request: Request) -> Any:
    return request.args.items()


def _way(request: Request, cookie: bytes, seconds: bytes) -> None:
    request.addCookie(
        WAY,
        cookie,
        path=WAY_PATH,
        max_age=seconds,
        httpOnly=True,
        secure=request.isSecure(),
        sameSite=b"lax",  # it is another site that sends him back
    )


def _told(request: Request, problem: NotIn | LedgerAway) -> bytes:
    why = problem.door if isinstance(problem, NotIn) else "ledger_away"
    log.warn("somebody did not come in by the identity provider: {door}: {why}", door=why, why=str(problem))
    return _sent(request, HOME + b"?door=" + why.encode())


def _sent(request: Request, url: bytes) -> bytes:
    request.setHeader(b"cache-control", b"no-store")
    request.setHeader(b"referrer-policy", b"no-referrer")
    request.redirect(url)
    return b""
