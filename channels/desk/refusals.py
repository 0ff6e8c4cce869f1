"""What the desk refuses, and how it says so: `error`, a name for programs, and `message`, which says what is wrong.

The message is that of the exception, so whoever raises it writes what is to be done.
"""

from typing import cast

from klein import Klein
from twisted.logger import Logger
from twisted.python.failure import Failure
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import RequestRedirect

from channels.desk.charts import NoSuchChart
from channels.desk.forms import BadForm
from channels.desk.guard import Crowded, Forbidden, ForcedOut, SignedOut, TakenOver
from channels.desk.http import Request, refused
from channels.desk.people import BadPassword
from channels.desk.reports import NoSuchReport
from orders.abnormal import NoSuchOrder, NotAbnormal
from orders.agent_states import NoSuchReason
from orders.arrival import LedgerAway
from orders.calling_hours import OutOfHours
from orders.consignment import IllegalStep, NoSuchConsignment
from orders.dead_letters import NoSuchLetter
from orders.desk_words import (
    AgentExists,
    BadDecision,
    LeaseOver,
    LockedOut,
    NoSuchAgent,
    NotYours,
    Slowed,
    TaskGone,
    Unasked,
)
from orders.misunderstood import BadPhrase
from orders.number_patterns import BadPattern
from orders.numbers import NumberNotHeld
from orders.order import IllegalChange
from orders.people import BadPerson, MayNot
from orders.publishing import CannotPublish
from orders.recording import NoSuchRecording
from orders.reports.hours import BadSpan
from orders.returning import CannotReturn
from orders.review_form import BadReview
from orders.reviewing import AlreadyReviewed, NoSuchCall
from orders.rule_books import NoSuchBook, NotLive
from orders.supervising import NotToHim
from orders.telephoning import AlreadyCalling
from orders.waiting import NoSuchCaller

log = Logger()

REFUSALS: dict[type[Exception], tuple[int, str]] = {
    BadForm: (400, "bad_request"),
    TakenOver: (401, "taken_over"),
    ForcedOut: (401, "forced_out"),
    SignedOut: (401, "signed_out"),
    Forbidden: (403, "forbidden"),
    MayNot: (403, "may_not"),
    NoSuchAgent: (404, "no_such_agent"),
    TaskGone: (404, "task_gone"),
    NoSuchChart: (404, "no_such_chart"),
    NoSuchLetter: (404, "no_such_letter"),
    NoSuchConsignment: (404, "no_such_parcel"),
    NoSuchOrder: (404, "no_such_order"),
    NoSuchReport: (404, "no_such_report"),
    NoSuchBook: (404, "no_such_rules"),
    NoSuchCall: (404, "no_such_call"),
    NoSuchRecording: (404, "no_such_recording"),
    NotAbnormal: (409, "not_abnormal"),
    CannotReturn: (409, "cannot_return"),
    AgentExists: (409, "agent_exists"),
    NotYours: (409, "not_yours"),
    AlreadyCalling: (409, "already_calling"),
    NoSuchCaller: (409, "no_such_caller"),
    NumberNotHeld: (409, "number_not_held"),
    OutOfHours: (409, "out_of_hours"),
    NotToHim: (409, "not_to_him"),
    IllegalChange: (409, "illegal_change"),
    CannotPublish: (409, "cannot_publish"),
    NotLive: (409, "not_live"),
    AlreadyReviewed: (409, "already_reviewed"),
    IllegalStep: (409, "illegal_step"),
    LeaseOver: (410, "lease_over"),
    Unasked: (422, "unasked"),
    BadDecision: (422, "bad_decision"),
    BadPhrase: (422, "bad_phrase"),
    BadPattern: (422, "bad_pattern"),
    BadSpan: (422, "bad_span"),
    BadReview: (422, "bad_review"),
    NoSuchReason: (422, "no_such_reason"),
    BadPerson: (422, "bad_person"),
    BadPassword: (422, "bad_password"),
    Crowded: (429, "crowded"),
    Slowed: (429, "slowed"),
    LockedOut: (429, "locked_out"),
    LedgerAway: (503, "ledger_away"),
}


def routes(app: Klein) -> None:
    """The first that fits answers; `self`, as Klein wants it called, is the desk."""

    @app.handle_errors(*REFUSALS)
    def refuse(self: object, request: Request, failure: Failure) -> bytes:
        problem = failure.value
        status, name = next(REFUSALS[kind] for kind in REFUSALS if isinstance(problem, kind))
        if isinstance(problem, LockedOut):
            request.setHeader(b"retry-after", str(round(problem.seconds)).encode())
        return refused(request, status, name, str(problem))

    @app.handle_errors(RequestRedirect)
    def slash_missing(self: object, request: Request, failure: Failure) -> bytes:
        request.redirect(request.path + b"/")
        return b""

    @app.handle_errors(HTTPException)
    def no_such_path(self: object, request: Request, failure: Failure) -> bytes:
        problem = cast(HTTPException, failure.value)
        status = problem.code or 404
        if isinstance(problem, MethodNotAllowed):
            request.setHeader(b"allow", ", ".join(sorted(problem.valid_methods or ())).encode())
        what = f"{request.method.decode()} {request.path.decode(errors='replace')} is not served here"
        return refused(request, status, "not_found" if status == 404 else "bad_request", what)

    @app.handle_errors(Exception)
    def fail(self: object, request: Request, failure: Failure) -> bytes:
        log.failure("the desk failed at {path}", failure, path=request.path.decode(errors="replace"))
        return refused(request, 500, "failed", "this is our fault and has been noted; try again, or tell a supervisor")
