"""Orders that something is wrong with, at the desk: what is wrong, and what a supervisor does about it.

    GET  api/v1/abnormal                            {orders: […], count}              for supervisors
    POST api/v1/abnormal/{number}/{action} {note}   200 what became of it             for supervisors
    POST api/v1/orders/{number}/problem {problem, note}                               whoever works here

Which actions there are is told with each order (`acts`): clear, fail, resend, take_back, refuse_return, owe, refund.
"""

from typing import Any, Protocol

from channels.desk.forms import LONGEST_NOTE, BadForm, document
from orders.abnormal import REPORTED, Abnormal, AbnormalOrders
from orders.masking import number as masked

Shown = dict[str, Any]


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
