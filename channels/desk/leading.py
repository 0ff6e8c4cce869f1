"""What supervisors look into: the routes of it, beside those that agents work with (`app`).

GET api/v1/reports                        what is counted in a span of days, as tables        (reports.py)
GET api/v1/reports/{report}/picture.svg   one of them drawn
GET api/v1/reports/{report}/table.csv     one of them to take away
GET api/v1/tasks/{task}/recordings …      what was said in calls                              (recordings.py)
GET api/v1/orders/{number}                any order                                           (supervising.py)
POST api/v1/tasks/… and agents/…          a task is unlocked or given to somebody, somebody pauses or is signed out
GET, POST api/v1/rules …                  rules that are changed at the desk                   (rules.py)
GET, POST api/v1/reviews …, my-reviews    calls that are reviewed                              (reviews.py)
"""

from dataclasses import dataclass, field
from typing import Protocol

from klein import Klein

from channels.desk import charts, reports, supervising
from channels.desk import recordings as listening
from channels.desk import reviews as scoring
from channels.desk import rules as books
from channels.desk.guard import Guard
from channels.desk.http import Request, answer
from channels.desk.recordings import NoRecordings, Recordings
from channels.desk.report_words import LANGUAGES
from channels.desk.reviews import NoReviews, Reviews
from channels.desk.rules import NoRules, Rules
from channels.desk.supervising import NoSupervision, Supervision
from orders.reports.counted import Counted


@dataclass(frozen=True, slots=True)
class Leading:
    """What the house answers of it."""

    reports: reports.Reports
    recordings: Recordings = field(default_factory=NoRecordings)
    rules: Rules = field(default_factory=NoRules)
    reviews: Reviews = field(default_factory=NoReviews)
    supervision: Supervision = field(default_factory=NoSupervision)


class Desk(Protocol):
    """What a route is given: who may, and who answers."""

    guard: Guard
    leading: Leading


def nothing() -> Leading:
    """Of a house that counts nothing."""
    return Leading(reports.NoReports())


def routes(app: Klein) -> None:
    _reports(app)
    listening.routes(app)
    supervising.routes(app)
    books.routes(app)
    scoring.routes(app)


def _reports(app: Klein) -> None:
    @app.route("/api/v1/reports", methods=["GET"])
    async def reported(desk: Desk, request: Request) -> bytes:
        await desk.guard.overseeing(request)
        language = charts.asked(request, "language", LANGUAGES)
        return answer(request, reports.shown(await _counted(desk, request), language))

    @app.route("/api/v1/reports/<report>/picture.svg", methods=["GET"])
    async def report_picture(desk: Desk, request: Request, report: str) -> bytes:
        await desk.guard.overseeing(request)
        language = charts.asked(request, "language", LANGUAGES)
        of = await _counted(desk, request)
        return charts.picture(request, reports.drawn(reports.made(report, of), of, language))

    @app.route("/api/v1/reports/<report>/table.csv", methods=["GET"])
    async def report_table(desk: Desk, request: Request, report: str) -> bytes:
        session = await desk.guard.overseeing(request)
        language = charts.asked(request, "language", LANGUAGES)
        of = await _counted(desk, request)
        body = reports.table(reports.made(report, of), of, language)
        await desk.leading.reports.taken(session.agent, f"report {report} of {of.span.first} to {of.span.last}")
        return reports.attach(request, report, of, body)


async def _counted(desk: Desk, request: Request) -> Counted:
    first, last = reports.day(request, "from"), reports.day(request, "to")
    return await desk.leading.reports.counted(first, last, charts.asked(request, "channel"))
