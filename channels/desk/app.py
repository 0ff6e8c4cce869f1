"""The agents' console over HTTP: one page, and the JSON that it uses. It hangs below `/desk/`.

    POST   api/v1/session {name, password}      200 {"csrf": …}, cookie
    GET    api/v1/session                       who am I
    DELETE api/v1/session                       204; 200 {"leave": …} for whoever has to leave his provider too
    GET    api/v1/doors                         by which ways one may come in (doors.py)
    GET    api/v1/people …                      who works here, and changes of it (people.py)
    GET    api/v1/tasks                         who waits, and why
    GET    api/v1/live                          how things are, as they change: server-sent events (live.py)
    GET    api/v1/state                         what I am doing, since when, and why one may pause (presence.py)
    POST   api/v1/state {state, reason}         ready, or paused: 200 what I am doing then
    POST   api/v1/tasks/claim                   200 the work card, or 204 when nobody is due
    GET    api/v1/tasks/{id}                    the work card
    POST   api/v1/tasks/{id}/extend             200 the new end of the lease
    POST   api/v1/tasks/{id}/release            204
    POST   api/v1/tasks/{id}/skip {reason, note} 204: it is with the others (work.py)
    POST   api/v1/tasks/{id}/note {note}        200, it stands on the card
    POST   api/v1/tasks/{id}/quote {changes}    200 what it would come to
    …      api/v1/tasks/{id}/numbers …          another number, kept while he decides (number_choice.py)
    GET    api/v1/offers                        what is sold, and for what
    POST   api/v1/tasks/{id}/dial               200 the number: to be dialled by hand, or it rings
    GET    api/v1/tasks/{id}/call               200 what becomes of the call, or 204 when there was none
    POST   api/v1/tasks/{id}/hang-up            204
    POST   api/v1/tasks/{id}/decision           200 what became of it
    GET    api/v1/callers …                     who waits on the line, and who is put through to me (callers.py)
    GET    api/v1/board                         for supervisors
    GET    api/v1/misunderstood                 for supervisors: what nobody understood, alike with alike
    POST   api/v1/misunderstood {text, meaning} for supervisors: 200, it is in the phrase book
    GET    api/v1/dead-letters                  for supervisors: what was given up, and why
    POST   api/v1/dead-letters/{id}/resend      for supervisors: 200, it is queued again
    GET    api/v1/abnormal                      for supervisors: orders that something is wrong with (abnormal.py)
    POST   api/v1/abnormal/{number}/{action}    for supervisors: 200 what became of it
    POST   api/v1/orders/{number}/problem       200, it is in that list
    GET    api/v1/parcels                       what an account manager brings; for supervisors, what is in trouble
    POST   api/v1/parcels/{id}/step {step, …}   by an account manager of his, by a supervisor of any: 200
    GET    api/v1/surveys                       for supervisors: how people found their deliveries
    GET    api/v1/dialogs                       for supervisors: what happens in the dialogs now (charts.py)
    GET    api/v1/dialogs/{script}/chart.svg    for supervisors: the same in the chart of a script
    …      api/v1/reports …                     for supervisors: what they look into (leading.py)

A refusal is JSON: `error`, a name for programs, and `message`, which says what is wrong and what to do.
"""

from collections.abc import Callable
from typing import Any, cast

from klein import Klein
from twisted.logger import Logger
from twisted.python.failure import Failure
from twisted.web.resource import IResource
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import IntegerConverter, Map, RequestRedirect

from channels.desk import (
    abnormal,
    callers,
    charts,
    doors,
    forms,
    leading,
    number_choice,
    pages,
    parcels,
    people,
    presence,
    shown,
    supervising,
    work,
)
from channels.desk.admission import Admission
from channels.desk.forms import BadForm
from channels.desk.guard import Aside, Crowded, Forbidden, ForcedOut, Guard, SignedOut, TakenOver
from channels.desk.http import Request, answer, nothing, refused
from channels.desk.live import Newsroom, last_id_of, watched
from channels.desk.people import BadPassword
from channels.desk.reports import NoSuchReport
from channels.desk.store import DeskStore
from channels.desk.telephone import ByHand, Telephone
from dialogs.words import AgentDecided
from orders import masking
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
    charts.NoSuchChart: (404, "no_such_chart"),
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


def desk_resource(
    store: DeskStore,
    now: Callable[[], float],
    aside: Aside,
    watching: charts.Charts,
    telephone: Telephone | None = None,
    deliveries: parcels.Parcels | None = None,
    troubles: abnormal.Troubles | None = None,
    presences: presence.Presences | None = None,
    newsroom: Newsroom | None = None,
    worked: work.Work | None = None,
    admission: Admission | None = None,
    led: leading.Leading | None = None,
    called: callers.Callers | None = None,
    numbers: number_choice.Numbers | None = None,
) -> IResource:
    """now: seconds since 1970; aside: does a slow function away from the reactor (`deferToThread`)."""
    by_hand, nothing = telephone or ByHand(), deliveries or parcels.Nothing()
    looked_after, doing = troubles or abnormal.NoTroubles(), presences or presence.NoPresences()
    about = by_hand, nothing, looked_after, doing, newsroom, worked or work.NoWork()
    desk = Desk(store, now, aside, watching, *about, admission or Admission())
    desk.leading = led or leading.nothing()
    desk.callers = called or callers.NoCallers()
    desk.numbers = numbers or number_choice.NoNumbers()
    return cast(IResource, desk.app.resource())


class Id(IntegerConverter):
    """Of 63 bits, as a row's: a longer one is nobody's."""

    def __init__(self, map: Map) -> None:
        super().__init__(map, max=2**63 - 1)


class Desk:
    app = Klein()
    app.url_map.converters["int"] = Id
    doors.routes(app)
    people.routes(app)
    leading.routes(app)
    callers.routes(app)
    number_choice.routes(app)

    def __init__(
        self,
        store: DeskStore,
        now: Callable[[], float],
        aside: Aside,
        watching: charts.Charts,
        telephone: Telephone,
        deliveries: parcels.Parcels,
        troubles: abnormal.Troubles,
        presences: presence.Presences,
        newsroom: Newsroom | None,
        worked: work.Work,
        admission: Admission,
    ) -> None:
        self._store = store
        self._telephone = telephone
        self._parcels = deliveries
        self._troubles = troubles
        self._presences = presences
        self._newsroom = newsroom
        self._work = worked
        self._charts = watching
        self._now = now
        changed = newsroom.hurry if newsroom is not None else lambda: None
        self._guard = Guard(store, aside, by_password=admission.by_password, changed=changed)
        self.guard, self.store, self.now = self._guard, store, now
        self.people, self.visits = admission.people, admission.visits
        self.leading = leading.nothing()
        self.callers: callers.Callers = callers.NoCallers()
        self.numbers: number_choice.Numbers = number_choice.NoNumbers()
        self._pages = pages.load()

    # ── the page ──

    @app.route("/", methods=["GET", "HEAD"])
    def page(self, request: Request) -> bytes:
        return pages.answer(request, self._pages["desk.html"])

    @app.route("/static/<name>", methods=["GET", "HEAD"])
    def static(self, request: Request, name: str) -> bytes:
        page = self._pages.get(name)
        if page is None:
            return refused(request, 404, "not_found", f"there is no {name} here")
        return pages.answer(request, page)

    # ── who is there ──

    @app.route("/api/v1/session", methods=["POST"])
    async def sign_in(self, request: Request) -> bytes:
        session = await self._guard.sign_in(request, forms.sign_in(_body(request)))
        return answer(request, shown.session(session, self._guard.by_password))

    @app.route("/api/v1/session", methods=["GET"])
    async def who_am_i(self, request: Request) -> bytes:
        return answer(request, shown.session(await self._guard.session(request), self._guard.by_password))

    @app.route("/api/v1/session", methods=["DELETE"])
    async def sign_out(self, request: Request) -> bytes:
        id_token = await self._guard.sign_out(request)
        leave = await doors.way_out(self, id_token)
        return answer(request, {"leave": leave}) if leave else nothing(request)

    @app.route("/api/v1/state", methods=["GET"])
    async def my_state(self, request: Request) -> bytes:
        session = await self._guard.session(request)
        mine, limits = await self._presences.mine(session.agent)
        told = {"now": self._now(), **presence.shown(mine, limits), "reasons": presence.reasons(limits)}
        return answer(request, told)

    @app.route("/api/v1/state", methods=["POST"])
    async def change_state(self, request: Request) -> bytes:
        session = await self._guard.writing(request)
        mine, limits = await self._presences.change(session.agent, *presence.wanted(_body(request)))
        return answer(request, {"now": self._now(), **presence.shown(mine, limits)})

    @app.route("/api/v1/live", methods=["GET"])
    async def live(self, request: Request) -> bytes:
        viewer = await self._guard.viewer(request)
        if self._newsroom is None:
            return nothing(request)  # 204: ask now and then
        await self._newsroom.attend(watched(request), viewer, last_id_of(request))
        return b""

    # ── the queue ──

    @app.route("/api/v1/tasks", methods=["GET"])
    async def queue(self, request: Request) -> bytes:
        session = await self._guard.session(request)
        return answer(request, shown.queue(await self._store.queue(session.agent), self._now()))

    @app.route("/api/v1/board", methods=["GET"])
    async def board(self, request: Request) -> bytes:
        await self._guard.overseeing(request)
        board = shown.board(await self._store.board(), self._now())
        return answer(request, board | supervising.on_board(await self.leading.supervision.shift()))

    @app.route("/api/v1/misunderstood", methods=["GET"])
    async def misunderstood(self, request: Request) -> bytes:
        await self._guard.overseeing(request)
        return answer(request, shown.misunderstood(await self._store.misunderstood(), self._now()))

    @app.route("/api/v1/misunderstood", methods=["POST"])
    async def teach(self, request: Request) -> bytes:
        session = await self._guard.overseeing_writing(request)
        text, meaning = forms.taught(_body(request))
        kept = await self._store.teach(session.agent, text, meaning)
        log.info("{agent} taught {text!r} as {meaning}", agent=session.agent, text=kept, meaning=meaning)
        return answer(request, {"text": kept, "meaning": meaning})

    @app.route("/api/v1/dead-letters", methods=["GET"])
    async def dead_letters(self, request: Request) -> bytes:
        await self._guard.overseeing(request)
        return answer(request, shown.dead_letters(await self._store.dead_letters(), self._now()))

    @app.route("/api/v1/dead-letters/<int:letter>/resend", methods=["POST"])
    async def resend(self, request: Request, letter: int) -> bytes:
        session = await self._guard.overseeing_writing(request)
        await self._store.resend(session.agent, letter)
        log.info("{agent} has message {letter} sent again", agent=session.agent, letter=str(letter))
        return answer(request, {"id": str(letter), "state": "queued"})

    @app.route("/api/v1/abnormal", methods=["GET"])
    async def abnormal(self, request: Request) -> bytes:
        await self._guard.overseeing(request)
        return answer(request, abnormal.shown(await self._troubles.listed(), self._now()))

    @app.route("/api/v1/abnormal/<number>/<action>", methods=["POST"])
    async def settle(self, request: Request, number: str, action: str) -> bytes:
        session = await self._guard.overseeing_writing(request)
        state = await self._troubles.do(session.agent, number, action, abnormal.note(_body(request)))
        log.info("{agent}: {action} order {number}", agent=session.agent, action=action, number=number)
        return answer(request, {"number": number, "state": state})

    @app.route("/api/v1/orders/<number>/problem", methods=["POST"])
    async def report(self, request: Request, number: str) -> bytes:
        session = await self._guard.writing(request)
        problem, note = abnormal.reported(_body(request))
        await self._troubles.report(session.agent, number, problem, note)
        return answer(request, {"number": number, "problem": problem})

    @app.route("/api/v1/parcels", methods=["GET"])
    async def parcels(self, request: Request) -> bytes:
        session = await self._guard.session(request)
        return answer(request, parcels.shown(await self._parcels.listed(session.agent, session.role), self._now()))

    @app.route("/api/v1/parcels/<int:parcel>/step", methods=["POST"])
    async def step(self, request: Request, parcel: int) -> bytes:
        session = await self._guard.writing(request)
        told = parcels.told(_body(request), session.agent, self._now())
        changed = await self._parcels.step(session.agent, session.role, parcel, told)
        return answer(request, {"id": str(parcel), "step": told.step.value, "changed": changed})

    @app.route("/api/v1/surveys", methods=["GET"])
    async def surveys(self, request: Request) -> bytes:
        await self._guard.overseeing(request)
        return answer(request, parcels.surveyed(await self._parcels.surveyed(), self._now()))

    @app.route("/api/v1/dialogs", methods=["GET"])
    async def dialogs(self, request: Request) -> bytes:
        await self._guard.overseeing(request)
        return answer(request, charts.shown(await self._charts.watched(charts.asked(request, "version")), self._now()))

    @app.route("/api/v1/dialogs/publications", methods=["POST"])
    async def publication(self, request: Request) -> bytes:
        session = await self._guard.overseeing_writing(request)
        act, version, note = forms.publication(_body(request))
        live = await self._charts.done(act, version, session.agent, note)
        log.info("{agent} did {act} with {version}", agent=session.agent, act=act.value, version=version)
        return answer(request, {"act": act.value, "live": live})

    @app.route("/api/v1/dialogs/<script>/chart.svg", methods=["GET"])
    async def chart(self, request: Request, script: str) -> bytes:
        await self._guard.overseeing(request)
        language = charts.asked(request, "language", charts.LANGUAGES)
        return charts.picture(request, await self._charts.drawn(charts.asked(request, "version"), script, language))

    @app.route("/api/v1/tasks/claim", methods=["POST"])
    async def claim(self, request: Request) -> bytes:
        session = await self._guard.writing(request)
        card = await self._store.claim(session.agent)
        return nothing(request) if card is None else answer(request, shown.card(card, self._now()))

    # ── a task ──

    @app.route("/api/v1/tasks/<int:task>", methods=["GET"])
    async def card(self, request: Request, task: int) -> bytes:
        session = await self._guard.session(request)
        card = await self._store.card(session.agent, session.role, task)
        return answer(request, shown.card(card, self._now()))

    @app.route("/api/v1/tasks/<int:task>/extend", methods=["POST"])
    async def extend(self, request: Request, task: int) -> bytes:
        session = await self._guard.writing(request)
        until = await self._store.extend(session.agent, task)
        return answer(request, {"lease_until": until, "now": self._now()})

    @app.route("/api/v1/tasks/<int:task>/release", methods=["POST"])
    async def release(self, request: Request, task: int) -> bytes:
        session = await self._guard.writing(request)
        await self._store.release(session.agent, task)
        return nothing(request)

    @app.route("/api/v1/tasks/<int:task>/skip", methods=["POST"])
    async def skip(self, request: Request, task: int) -> bytes:
        session = await self._guard.writing(request)
        await self._work.skip(session.agent, task, *work.skipped(_body(request)))
        return nothing(request)

    @app.route("/api/v1/tasks/<int:task>/note", methods=["POST"])
    async def remark(self, request: Request, task: int) -> bytes:
        session = await self._guard.writing(request)
        note = work.noted(_body(request))
        await self._work.note(session.agent, task, note)
        return answer(request, {"at": self._now(), "agent": session.agent, "note": note, "reason": None})

    @app.route("/api/v1/tasks/<int:task>/quote", methods=["POST"])
    async def quote(self, request: Request, task: int) -> bytes:
        session = await self._guard.writing(request)
        return answer(request, work.quoted(await self._work.quote(session.agent, task, work.changes(_body(request)))))

    @app.route("/api/v1/offers", methods=["GET"])
    async def offers(self, request: Request) -> bytes:
        await self._guard.session(request)
        return answer(request, work.on_offer(await self._work.on_offer()))

    @app.route("/api/v1/tasks/<int:task>/dial", methods=["POST"])
    async def dial(self, request: Request, task: int) -> bytes:
        session = await self._guard.writing(request)
        anyway = forms.anyway(_body(request))
        subscriber = await self._store.number_to_dial(session.agent, task)
        number = masking.number(subscriber)
        log.info("{agent} dials {number} for task {task}", agent=session.agent, number=number, task=task)
        call = await self._telephone.ring(session.agent, subscriber, task, anyway)
        if call is None:
            await self._presences.talks_by_hand(session.agent, task)
        told: dict[str, Any] = {"number": masking.dialled(subscriber), "by_hand": call is None}
        if (opens_at := self._telephone.opens_at(subscriber)) is not None:
            told["opens_at"] = opens_at
        return answer(request, told if call is None else told | {"call": shown.call(call)})

    @app.route("/api/v1/tasks/<int:task>/call", methods=["GET"])
    async def call(self, request: Request, task: int) -> bytes:
        session = await self._guard.session(request)
        subscriber = await self._store.subscriber_of(session.role, session.agent, task)
        call = await self._telephone.last_call(subscriber, task)
        return nothing(request) if call is None else answer(request, shown.call(call))

    @app.route("/api/v1/tasks/<int:task>/hang-up", methods=["POST"])
    async def hang_up(self, request: Request, task: int) -> bytes:
        session = await self._guard.writing(request)
        subscriber = await self._store.subscriber_of(session.role, session.agent, task)
        await self._telephone.hang_up(session.agent, subscriber, task)
        return nothing(request)

    @app.route("/api/v1/tasks/<int:task>/decision", methods=["POST"])
    async def decide(self, request: Request, task: int) -> bytes:
        session = await self._guard.writing(request)
        form = forms.decision(_body(request))
        said = form.outcome, form.note, form.changes, form.callback_at, form.checks, form.mine
        decided = AgentDecided(task, session.agent, *said)
        return answer(request, shown.recorded(await self._store.decide(decided), self._now()))

    # ── what is refused ──

    @app.handle_errors(*REFUSALS)
    def refuse(self, request: Request, failure: Failure) -> bytes:
        problem = failure.value
        status, name = next(REFUSALS[kind] for kind in REFUSALS if isinstance(problem, kind))
        if isinstance(problem, LockedOut):
            request.setHeader(b"retry-after", str(round(problem.seconds)).encode())
        return refused(request, status, name, str(problem))

    @app.handle_errors(RequestRedirect)
    def slash_missing(self, request: Request, failure: Failure) -> bytes:
        request.redirect(request.path + b"/")
        return b""

    @app.handle_errors(HTTPException)
    def no_such_path(self, request: Request, failure: Failure) -> bytes:
        problem = cast(HTTPException, failure.value)
        status = problem.code or 404
        if isinstance(problem, MethodNotAllowed):
            request.setHeader(b"allow", ", ".join(sorted(problem.valid_methods or ())).encode())
        what = f"{request.method.decode()} {request.path.decode(errors='replace')} is not served here"
        return refused(request, status, "not_found" if status == 404 else "bad_request", what)

    @app.handle_errors(Exception)
    def fail(self, request: Request, failure: Failure) -> bytes:
        log.failure("the desk failed at {path}", failure, path=request.path.decode(errors="replace"))
        return refused(request, 500, "failed", "this is our fault and has been noted; try again, or tell a supervisor")


def _body(request: Request) -> bytes:
    return request.content.read(forms.LARGEST + 1)
