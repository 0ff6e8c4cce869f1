"""Parcels at the desk: who has to bring which, what is in trouble, and how people found their deliveries.

    GET  api/v1/parcels                                     {mine, troubled, latest: […], standing: {state: count}}
    POST api/v1/parcels/{id}/step {step, tracking, signed_by, note}
    GET  api/v1/surveys                                     {asked, weeks: […], remarks: […]}

An account manager tells of the parcels that he has on his list; a supervisor of any, when the carrier has told it by
telephone.
"""

from collections.abc import Callable, Iterable
from typing import Any, Protocol

from klein import Klein

from channels.desk.forms import BadForm, document
from channels.desk.guard import Guard
from channels.desk.http import Request, answer, body
from orders.consignment import Step, Tiding
from orders.desk_parcels import BY_SUPERVISORS, CardParcel, Deliveries, ParcelAtDesk, Scores, Surveyed
from orders.desk_words import Role
from orders.masking import number as masked

Shown = dict[str, Any]

LONGEST = 200


class Parcels(Protocol):
    async def listed(self, agent: str, role: Role) -> Deliveries: ...

    async def step(self, agent: str, role: Role, consignment: int, told: Tiding) -> bool:
        """Whether it changed anything. Raises NoSuchConsignment and IllegalStep."""

    async def surveyed(self) -> Surveyed: ...


class Nothing:
    """A desk of a house that sends nothing."""

    async def listed(self, agent: str, role: Role) -> Deliveries:
        return Deliveries()

    async def step(self, agent: str, role: Role, consignment: int, told: Tiding) -> bool:
        return False

    async def surveyed(self) -> Surveyed:
        return Surveyed(0, (), ())


class Desk(Protocol):
    guard: Guard
    now: Callable[[], float]
    parcels: Parcels


def routes(app: Klein) -> None:
    @app.route("/api/v1/parcels", methods=["GET"])
    async def parcels(desk: Desk, request: Request) -> bytes:
        session = await desk.guard.session(request)
        return answer(request, shown(await desk.parcels.listed(session.agent, session.role), desk.now()))

    @app.route("/api/v1/parcels/<int:parcel>/step", methods=["POST"])
    async def step(desk: Desk, request: Request, parcel: int) -> bytes:
        session = await desk.guard.writing(request)
        tiding = told(body(request), session.agent, desk.now())
        changed = await desk.parcels.step(session.agent, session.role, parcel, tiding)
        return answer(request, {"id": str(parcel), "step": tiding.step.value, "changed": changed})

    @app.route("/api/v1/surveys", methods=["GET"])
    async def surveys(desk: Desk, request: Request) -> bytes:
        await desk.guard.overseeing(request)
        return answer(request, surveyed(await desk.parcels.surveyed(), desk.now()))


def told(body: bytes, agent: str, now: float) -> Tiding:
    fields = document(body)
    if unknown := sorted(set(fields) - {"step", "tracking", "signed_by", "note"}):
        raise BadForm(f"unknown {', '.join(unknown)}: a step is {{step, tracking, signed_by, note}}")
    if fields.get("step") not in [each.value for each in BY_SUPERVISORS]:
        raise BadForm(f"step is one of {', '.join(BY_SUPERVISORS)}")
    tracking, signed_by = _word(fields, "tracking"), _word(fields, "signed_by")
    return Tiding(Step(fields["step"]), now, f"agent:{agent}", tracking, signed_by, _word(fields, "note") or "")


def _word(fields: dict[str, Any], name: str) -> str | None:
    value = fields.get(name)
    if value is None or value == "":
        return None
    if not isinstance(value, str) or len(value) > LONGEST:
        raise BadForm(f"{name} is a text of up to {LONGEST} characters")
    return value.strip() or None


def shown(of: Deliveries, now: float) -> Shown:
    return {
        "now": now,
        "mine": [_parcel(each) for each in of.mine],
        "troubled": [_parcel(each) for each in of.troubled],
        "latest": [_parcel(each) for each in of.latest],
        "standing": None if of.standing is None else dict(of.standing),
    }


def _parcel(of: ParcelAtDesk) -> Shown:
    return {
        "id": str(of.id),
        "order": of.order,
        "subscriber": masked(of.subscriber),
        "state": of.state.value,
        "carrier": dict(of.carrier),
        "tracking": of.tracking,
        "changed_at": of.changed_at,
        "why": of.why,
        "steps": [step.value for step in of.steps],
        "events": _events(of.events),
    }


def on_card(of: CardParcel) -> Shown:
    return {
        "carrier": of.carrier,
        "tracking": of.tracking,
        "state": of.state,
        "signed_by": of.signed_by,
        "late": of.late,
        "events": _events(of.events),
    }


def _events(of: Iterable[tuple[float, str, str, str]]) -> list[Shown]:
    return [{"at": at, "step": step, "actor": actor, "note": note} for at, step, actor, note in of]


def surveyed(of: Surveyed, now: float) -> Shown:
    return {
        "now": now,
        "asked": of.asked,
        "weeks": [_scores(each) for each in of.weeks],
        "remarks": [
            {"at": each.at, "order": each.order, "score": each.score, "comment": each.comment} for each in of.remarks
        ],
    }


def _scores(of: Scores) -> Shown:
    mean = round(of.mean, 2)
    return {
        "week": of.week,
        "carrier": dict(of.carrier),
        "counts": list(of.counts),
        "answers": of.answers,
        "mean": mean,
    }
