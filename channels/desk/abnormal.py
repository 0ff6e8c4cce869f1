"""Orders that something is wrong with, at the desk: what is wrong, and what a supervisor does about it.

    GET  api/v1/abnormal                            {orders: […], count}              for supervisors
    POST api/v1/abnormal/{number}/{action} {note}   200 what became of it             for supervisors
    POST api/v1/orders/{number}/problem {problem, note}                               whoever works here

Which actions there are is told with each order (`acts`): clear, fail, resend, take_back, refuse_return, owe, refund.
"""

from collections.abc import Callable
from typing import Any, Protocol

from klein import Klein
from twisted.logger import Logger

from channels.desk.forms import LONGEST_NOTE, BadForm, document
from channels.desk.guard import Guard
from channels.desk.http import Request, answer, body
from orders.abnormal import REPORTED, Abnormal, AbnormalOrders
from orders.masking import number as masked

Shown = dict[str, Any]

log = Logger()


class Troubles(Protocol):
    """Raises NotAbnormal, CannotReturn and IllegalChange for what cannot be done."""

    async def listed(self) -> AbnormalOrders: ...

    async def do(self, agent: str, order: str, action: str, note: str) -> str:
        """The state that the order is then in."""

    async def report(self, agent: str, order: str, problem: str, note: str) -> None: ...


class NoTroubles:
    """A desk of a house without orders."""

    async def listed(self) -> AbnormalOrders:
        return AbnormalOrders((), 0)

    async def do(self, agent: str, order: str, action: str, note: str) -> str:
        return ""

    async def report(self, agent: str, order: str, problem: str, note: str) -> None:
        return None


class Desk(Protocol):
    guard: Guard
    now: Callable[[], float]
    troubles: Troubles


def routes(app: Klein) -> None:
    @app.route("/api/v1/abnormal", methods=["GET"])
    async def abnormal(desk: Desk, request: Request) -> bytes:
        await desk.guard.overseeing(request)
        return answer(request, shown(await desk.troubles.listed(), desk.now()))

    @app.route("/api/v1/abnormal/<number>/<action>", methods=["POST"])
    async def settle(desk: Desk, request: Request, number: str, action: str) -> bytes:
        session = await desk.guard.overseeing_writing(request)
        state = await desk.troubles.do(session.agent, number, action, note(body(request)))
        log.info("{agent}: {action} order {number}", agent=session.agent, action=action, number=number)
        return answer(request, {"number": number, "state": state})

    @app.route("/api/v1/orders/<number>/problem", methods=["POST"])
    async def report(desk: Desk, request: Request, number: str) -> bytes:
        session = await desk.guard.writing(request)
        problem, note = reported(body(request))
        await desk.troubles.report(session.agent, number, problem, note)
        return answer(request, {"number": number, "problem": problem})


def note(body: bytes) -> str:
    fields = document(body) if body else {}
    if unknown := sorted(set(fields) - {"note"}):
        raise BadForm(f"unknown {', '.join(unknown)}: there is only note")
    return _note(fields)


def reported(body: bytes) -> tuple[str, str]:
    """The problem, and what there is to say about it."""
    fields = document(body)
    if unknown := sorted(set(fields) - {"problem", "note"}):
        raise BadForm(f"unknown {', '.join(unknown)}: a report is {{problem, note}}")
    if fields.get("problem") not in REPORTED:
        raise BadForm(f"problem is one of {', '.join(REPORTED)}")
    return str(fields["problem"]), _note(fields)


def _note(fields: dict[str, Any]) -> str:
    text = fields.get("note") or ""
    if not isinstance(text, str) or len(text) > LONGEST_NOTE:
        raise BadForm(f"note is a text of up to {LONGEST_NOTE} characters")
    return text.strip()


def shown(of: AbnormalOrders, now: float) -> Shown:
    return {"now": now, "count": of.count, "orders": [_order(each) for each in of.orders]}


def _order(of: Abnormal) -> Shown:
    return {
        "number": of.number,
        "subscriber": masked(of.subscriber),
        "state": of.state,
        "problem": of.problem,
        "name": of.name,
        "total": of.total,
        "since": of.since,
        "refund": of.refund,
        "refund_amount": of.refund_amount,
        "acts": list(of.acts),
    }
