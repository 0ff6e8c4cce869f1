"""What supervisors watch: each script's chart with what happens in it now, and how versions compare.

    GET api/v1/dialogs?version=                       how each version fares, and every state of one of them
    GET api/v1/dialogs/{script}/chart.svg?version=&language=    the chart as a picture, with the numbers in it
    POST api/v1/dialogs/publications {act, version, note}       `promote` or `withdraw` what is on trial, or `rollback`

What is done to a version is told with the version that the supervisor saw: when something else stands by then, nothing
is done (409). A rollback leads to what was live before, which the first answer names (`before`).

Without a version it is the live one. The picture is drawn by the house; here it is only handed on, with rules that let
it colour itself and do nothing else.
"""

from collections.abc import Callable
from typing import Any, Protocol

from klein import Klein
from twisted.logger import Logger

from channels.desk import forms
from channels.desk.forms import BadForm
from channels.desk.guard import Guard
from channels.desk.http import Request, answer, body, content
from orders.publishing import Act
from orders.publishing_counts import Event, VersionCount, Watched

Shown = dict[str, Any]

log = Logger()

LANGUAGES = ("zh", "en")
RULES = b"default-src 'none'; style-src 'unsafe-inline'; sandbox"


class NoSuchChart(Exception):
    """There is no such script, or no such version."""


class Charts(Protocol):
    async def watched(self, version: str) -> Watched:
        """Raises NoSuchChart."""

    async def done(self, act: Act, seen: str, by: str, note: str) -> str:
        """What stands then. `seen`: the version that it is about. Raises CannotPublish."""

    async def drawn(self, version: str, script: str, language: str) -> str:
        """SVG. Raises NoSuchChart."""


class Desk(Protocol):
    guard: Guard
    now: Callable[[], float]
    charts: Charts


def routes(app: Klein) -> None:
    @app.route("/api/v1/dialogs", methods=["GET"])
    async def dialogs(desk: Desk, request: Request) -> bytes:
        await desk.guard.overseeing(request)
        return answer(request, shown(await desk.charts.watched(asked(request, "version")), desk.now()))

    @app.route("/api/v1/dialogs/publications", methods=["POST"])
    async def publication(desk: Desk, request: Request) -> bytes:
        session = await desk.guard.overseeing_writing(request)
        act, version, note = forms.publication(body(request))
        live = await desk.charts.done(act, version, session.agent, note)
        log.info("{agent} did {act} with {version}", agent=session.agent, act=act.value, version=version)
        return answer(request, {"act": act.value, "live": live})

    @app.route("/api/v1/dialogs/<script>/chart.svg", methods=["GET"])
    async def chart(desk: Desk, request: Request, script: str) -> bytes:
        await desk.guard.overseeing(request)
        language = asked(request, "language", LANGUAGES)
        return picture(request, await desk.charts.drawn(asked(request, "version"), script, language))


def asked(request: Request, name: str, among: tuple[str, ...] = ()) -> str:
    """A word of the query; the first of `among` without it."""
    given = request.args.get(name.encode(), [b""])[0].decode("utf-8", "replace")
    if among and given and given not in among:
        raise BadForm(f"{name} is one of: {', '.join(among)}")
    return given or (among[0] if among else "")


def picture(request: Request, svg: str) -> bytes:
    request.setHeader(b"content-security-policy", RULES)
    return content(request, b"image/svg+xml; charset=utf-8", svg.encode())


def shown(of: Watched, now: float) -> Shown:
    return {
        "now": now,
        "version": of.version,
        "live": of.live,
        "before": of.before,
        "trial": {"version": of.trial, "numbers": of.numbers, "share": of.share} if of.trial else None,
        "versions": [_version(each) for each in of.versions],
        "scripts": [_script(name, states, of) for name, states in of.scripts.items()],
        "nowhere": _counts(each for each in of.states if not each.script),
    }


def _version(of: VersionCount) -> Shown:
    counts = {event.value: of.of(event) for event in Event}
    return {**counts, "version": of.version, "given_up": of.given_up, "completion": of.share(of.of(Event.FINISHED))}


def _script(name: str, states: tuple[str, ...], of: Watched) -> Shown:
    mine = [each for each in of.states if each.script == name]
    listed = [{"state": state, **_counts(each for each in mine if each.state == state)} for state in states]
    ways = [{"state": w.state, "trigger": w.trigger, "count": w.count} for w in of.ways if w.script == name]
    return {"script": name, **_counts(mine), "states": [each for each in listed if len(each) > 1], "ways": ways}


def _counts(of: Any) -> dict[str, int]:
    counts: dict[str, int] = {}
    for each in of:
        counts[each.event.value] = counts.get(each.event.value, 0) + each.count
    return counts
