"""The task in hand, beside its outcome: leaving it to others, noting something, and what a change would come to.

POST api/v1/tasks/{id}/skip {reason, note}     204: it is with the others, and not offered to him for a while
POST api/v1/tasks/{id}/note {note}             200: it stands on the card
POST api/v1/tasks/{id}/quote {changes}         200 {before, total, items}; nothing is changed
GET  api/v1/offers                             what is sold, and for what
"""

from collections.abc import Callable
from typing import Any, Protocol

from klein import Klein

from channels.desk.forms import LONGEST_NOTE, BadForm, document
from channels.desk.guard import Guard
from channels.desk.http import Request, answer, body, nothing
from dialogs.words import Values
from orders.desk_words import Card, OnOffer, Quote, Remarked, TaskGone
from orders.guide import Guided

Shown = dict[str, Any]


class Work(Protocol):
    """Raises what holding a task raises, and BadDecision for what cannot be used."""

    async def skip(self, agent: str, task: int, reason: str, note: str) -> None: ...

    async def note(self, agent: str, task: int, note: str) -> None: ...

    async def quote(self, agent: str, task: int, asked: Values) -> Quote: ...

    async def on_offer(self) -> tuple[OnOffer, ...]: ...


class NoWork:
    """A desk of a house without orders."""

    async def skip(self, agent: str, task: int, reason: str, note: str) -> None:
        raise TaskGone("there are no tasks here")

    async def note(self, agent: str, task: int, note: str) -> None:
        raise TaskGone("there are no tasks here")

    async def quote(self, agent: str, task: int, asked: Values) -> Quote:
        raise TaskGone("there are no tasks here")

    async def on_offer(self) -> tuple[OnOffer, ...]:
        return ()


class Desk(Protocol):
    guard: Guard
    now: Callable[[], float]
    work: Work


def routes(app: Klein) -> None:
    @app.route("/api/v1/tasks/<int:task>/skip", methods=["POST"])
    async def skip(desk: Desk, request: Request, task: int) -> bytes:
        session = await desk.guard.writing(request)
        await desk.work.skip(session.agent, task, *skipped(body(request)))
        return nothing(request)

    @app.route("/api/v1/tasks/<int:task>/note", methods=["POST"])
    async def remark(desk: Desk, request: Request, task: int) -> bytes:
        session = await desk.guard.writing(request)
        note = noted(body(request))
        await desk.work.note(session.agent, task, note)
        return answer(request, {"at": desk.now(), "agent": session.agent, "note": note, "reason": None})

    @app.route("/api/v1/tasks/<int:task>/quote", methods=["POST"])
    async def quote(desk: Desk, request: Request, task: int) -> bytes:
        session = await desk.guard.writing(request)
        return answer(request, quoted(await desk.work.quote(session.agent, task, changes(body(request)))))

    @app.route("/api/v1/offers", methods=["GET"])
    async def offers(desk: Desk, request: Request) -> bytes:
        await desk.guard.session(request)
        return answer(request, on_offer(await desk.work.on_offer()))


def skipped(body: bytes) -> tuple[str, str]:
    """The reason, and what there is to say about it."""
    fields = _fields(body, {"reason", "note"})
    if not isinstance(fields.get("reason"), str):
        raise BadForm("a skip is {reason, note}: say why")
    return fields["reason"], _note(fields)


def noted(body: bytes) -> str:
    return _note(_fields(body, {"note"}))


def changes(body: bytes) -> Values:
    asked = _fields(body, {"changes"}).get("changes")
    if not isinstance(asked, dict):
        raise BadForm('changes is an object, as {"quantity": 2}')
    return asked


def _fields(body: bytes, known: set[str]) -> dict[str, Any]:
    fields = document(body)
    if unknown := sorted(set(fields) - known):
        raise BadForm(f"unknown {', '.join(unknown)}: there is only {', '.join(sorted(known))}")
    return fields


def _note(fields: dict[str, Any]) -> str:
    text = fields.get("note") or ""
    if not isinstance(text, str) or len(text) > LONGEST_NOTE:
        raise BadForm(f"note is a text of up to {LONGEST_NOTE} characters")
    return text.strip()


# ── As it is shown ───────────────────────────────────────────────────────────────────────────────────────────────────


def quoted(of: Quote) -> Shown:
    items = [
        {"offer": each.offer, "quantity": each.quantity, "unit_price": each.unit_price}
        | ({"number": each.number} if each.number else {})
        for each in of.items
    ]
    return {"before": of.before, "total": of.total, "currency": "CNY", "items": items}


def on_offer(of: tuple[OnOffer, ...]) -> Shown:
    return {"offers": [{"code": each.code, "names": dict(each.names), "price": each.price} for each in of]}


def on_card(of: Card) -> Shown:
    """What the card has beside what is known of the order: what is said and asked, and the time for reading it."""
    return {
        "guide": None if of.guided is None else _guided(of.guided),
        "calls": [{"order_number": each.order_number, **_attempt(each.attempt)} for each in of.calls],
        "remarks": [_remark(each) for each in of.remarks],
        "read_until": of.read_until,
        "then": of.then,
    }


def _guided(of: Guided) -> Shown:
    lines = [{"line": each.name, "say": dict(each.say), "ask": dict(each.ask) or None} for each in of.lines]
    return {"version": of.version, "language": of.language, "lines": lines}


def _attempt(of: Any) -> Shown:
    return {"at": of.at, "agent": of.agent, "outcome": of.outcome, "note": of.note}


def _remark(of: Remarked) -> Shown:
    return {"at": of.at, "agent": of.agent, "note": of.note, "reason": of.reason}
