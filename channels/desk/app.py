"""The agents' console over HTTP: one page, and the JSON that it uses. It hangs below `/desk/`.

    POST   api/v1/session {name, password}      200 {"csrf": …}, cookie
    GET    api/v1/session                       who am I
    DELETE api/v1/session                       204; 200 {"leave": …} for whoever has to leave his provider too
    GET    api/v1/doors                         by which ways one may come in (doors.py)
    GET    api/v1/people …                      who works here, and changes of it (people.py)
    GET    api/v1/tasks                         who waits, and why
    GET    api/v1/live                          how things are, as they change: server-sent events (live.py)
    …      api/v1/state                         what I am doing, and why one may pause (presence.py)
    POST   api/v1/tasks/claim                   200 the work card, or 204 when nobody is due
    GET    api/v1/tasks/{id}                    the work card
    POST   api/v1/tasks/{id}/extend             200 the new end of the lease
    POST   api/v1/tasks/{id}/release            204
    POST   api/v1/tasks/{id}/skip, note, quote  it is with the others, is noted, would come to so much (work.py)
    …      api/v1/tasks/{id}/numbers …          another number, kept while he decides (number_choice.py)
    GET    api/v1/offers                        what is sold, and for what (work.py)
    …      api/v1/tasks/{id}/dial, call, hang-up  his telephone (telephone.py)
    POST   api/v1/tasks/{id}/decision           200 what became of it
    GET    api/v1/callers …                     who waits on the line, and who is put through to me (callers.py)
    …      api/v1/board, misunderstood, dead-letters  for supervisors (overseeing.py)
    …      api/v1/abnormal …, orders …          orders that something is wrong with (abnormal.py)
    …      api/v1/parcels …, surveys            what account managers bring, and how people found it (parcels.py)
    …      api/v1/dialogs …                     for supervisors: what happens in the dialogs now (charts.py)
    …      api/v1/reports …                     for supervisors: what they look into (leading.py)

What is refused says so in JSON (refusals.py). Each of the files above has its routes and what they show and read.
"""

from collections.abc import Callable
from typing import cast

from klein import Klein
from twisted.web.resource import IResource
from werkzeug.routing import IntegerConverter, Map

from channels.desk import (
    abnormal,
    callers,
    charts,
    doors,
    forms,
    leading,
    number_choice,
    overseeing,
    pages,
    parcels,
    people,
    presence,
    refusals,
    shown,
    telephone,
    work,
)
from channels.desk.admission import Admission
from channels.desk.guard import Aside, Guard
from channels.desk.http import Request, answer, body, nothing, refused
from channels.desk.live import Newsroom, last_id_of, watched
from channels.desk.store import DeskStore
from dialogs.words import AgentDecided


class Id(IntegerConverter):
    """Of 63 bits, as a row's: a longer one is nobody's."""

    def __init__(self, map: Map) -> None:
        super().__init__(map, max=2**63 - 1)


def _app() -> Klein:
    app = Klein()
    app.url_map.converters["int"] = Id
    for room in (
        abnormal,
        callers,
        charts,
        doors,
        leading,
        number_choice,
        overseeing,
        parcels,
        people,
        presence,
        refusals,
        telephone,
        work,
    ):
        room.routes(app)
    return app


class Desk:
    """now: seconds since 1970; aside: does a slow function away from the reactor (`deferToThread`)."""

    app = _app()

    def __init__(
        self,
        store: DeskStore,
        now: Callable[[], float],
        aside: Aside,
        watching: charts.Charts,
        line: telephone.Telephone | None = None,
        deliveries: parcels.Parcels | None = None,
        troubles: abnormal.Troubles | None = None,
        presences: presence.Presences | None = None,
        newsroom: Newsroom | None = None,
        worked: work.Work | None = None,
        admission: Admission | None = None,
        led: leading.Leading | None = None,
        called: callers.Callers | None = None,
        numbers: number_choice.Numbers | None = None,
    ) -> None:
        admission = admission or Admission()
        changed = newsroom.hurry if newsroom is not None else lambda: None
        self.guard = Guard(store, aside, by_password=admission.by_password, changed=changed)
        self.store, self.now = store, now
        self.people, self.visits = admission.people, admission.visits
        self.charts = watching
        self.telephone = line or telephone.ByHand()
        self.parcels = deliveries or parcels.Nothing()
        self.troubles = troubles or abnormal.NoTroubles()
        self.presences = presences or presence.NoPresences()
        self.work = worked or work.NoWork()
        self.leading = led or leading.nothing()
        self.callers = called or callers.NoCallers()
        self.numbers = numbers or number_choice.NoNumbers()
        self._newsroom = newsroom
        self._pages = pages.load()

    @property
    def resource(self) -> IResource:
        return cast(IResource, self.app.resource())

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
        session = await self.guard.sign_in(request, forms.sign_in(body(request)))
        return answer(request, shown.session(session, self.guard.by_password))

    @app.route("/api/v1/session", methods=["GET"])
    async def who_am_i(self, request: Request) -> bytes:
        return answer(request, shown.session(await self.guard.session(request), self.guard.by_password))

    @app.route("/api/v1/session", methods=["DELETE"])
    async def sign_out(self, request: Request) -> bytes:
        id_token = await self.guard.sign_out(request)
        leave = await doors.way_out(self, id_token)
        return answer(request, {"leave": leave}) if leave else nothing(request)

    @app.route("/api/v1/live", methods=["GET"])
    async def live(self, request: Request) -> bytes:
        viewer = await self.guard.viewer(request)
        if self._newsroom is None:
            return nothing(request)  # 204: ask now and then
        await self._newsroom.attend(watched(request), viewer, last_id_of(request))
        return b""

    # ── the queue ──

    @app.route("/api/v1/tasks", methods=["GET"])
    async def queue(self, request: Request) -> bytes:
        session = await self.guard.session(request)
        return answer(request, shown.queue(await self.store.queue(session.agent), self.now()))

    @app.route("/api/v1/tasks/claim", methods=["POST"])
    async def claim(self, request: Request) -> bytes:
        session = await self.guard.writing(request)
        card = await self.store.claim(session.agent)
        return nothing(request) if card is None else answer(request, shown.card(card, self.now()))

    # ── a task ──

    @app.route("/api/v1/tasks/<int:task>", methods=["GET"])
    async def card(self, request: Request, task: int) -> bytes:
        session = await self.guard.session(request)
        card = await self.store.card(session.agent, session.role, task)
        return answer(request, shown.card(card, self.now()))

    @app.route("/api/v1/tasks/<int:task>/extend", methods=["POST"])
    async def extend(self, request: Request, task: int) -> bytes:
        session = await self.guard.writing(request)
        until = await self.store.extend(session.agent, task)
        return answer(request, {"lease_until": until, "now": self.now()})

    @app.route("/api/v1/tasks/<int:task>/release", methods=["POST"])
    async def release(self, request: Request, task: int) -> bytes:
        session = await self.guard.writing(request)
        await self.store.release(session.agent, task)
        return nothing(request)

    @app.route("/api/v1/tasks/<int:task>/decision", methods=["POST"])
    async def decide(self, request: Request, task: int) -> bytes:
        session = await self.guard.writing(request)
        form = forms.decision(body(request))
        said = form.outcome, form.note, form.changes, form.callback_at, form.checks, form.mine
        decided = AgentDecided(task, session.agent, *said)
        return answer(request, shown.recorded(await self.store.decide(decided), self.now()))
