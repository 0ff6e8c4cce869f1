"""The agent's telephone, as the console uses it. Without one, or without an Asterisk, he dials by hand.

POST api/v1/tasks/{id}/dial {anyway}   200 the number: to be dialled by hand, or it rings
GET  api/v1/tasks/{id}/call            200 what becomes of the call, or 204 when there was none
POST api/v1/tasks/{id}/hang-up         204
"""

from typing import Any, Protocol

from klein import Klein
from twisted.logger import Logger

from channels.desk import forms, shown
from channels.desk.guard import Guard
from channels.desk.http import Request, answer, body, nothing
from channels.desk.presence import Presences
from channels.desk.store import DeskStore
from orders import masking
from orders.telephoning import PhoneCall

log = Logger()


class Telephone(Protocol):
    async def ring(self, agent: str, subscriber: str, task: int, anyway: bool = False) -> PhoneCall | None:
        """Ring the agent, then the customer. None where he has to dial by hand. Raises AlreadyCalling, and OutOfHours,
        unless it is to be done anyway."""

    def opens_at(self, subscriber: str) -> float | None:
        """When it is an hour to ring him; None: now."""

    async def hang_up(self, agent: str, subscriber: str, task: int) -> None: ...

    async def last_call(self, subscriber: str, task: int) -> PhoneCall | None: ...


class ByHand:
    """There is no Asterisk."""

    async def ring(self, agent: str, subscriber: str, task: int, anyway: bool = False) -> PhoneCall | None:
        return None

    def opens_at(self, subscriber: str) -> float | None:
        return None

    async def hang_up(self, agent: str, subscriber: str, task: int) -> None:
        """Nothing to hang up."""

    async def last_call(self, subscriber: str, task: int) -> PhoneCall | None:
        return None


class Desk(Protocol):
    guard: Guard
    store: DeskStore
    presences: Presences
    telephone: Telephone


def routes(app: Klein) -> None:
    @app.route("/api/v1/tasks/<int:task>/dial", methods=["POST"])
    async def dial(desk: Desk, request: Request, task: int) -> bytes:
        session = await desk.guard.writing(request)
        anyway = forms.anyway(body(request))
        subscriber = await desk.store.number_to_dial(session.agent, task)
        number = masking.number(subscriber)
        log.info("{agent} dials {number} for task {task}", agent=session.agent, number=number, task=task)
        call = await desk.telephone.ring(session.agent, subscriber, task, anyway)
        if call is None:
            await desk.presences.talks_by_hand(session.agent, task)
        told: dict[str, Any] = {"number": masking.dialled(subscriber), "by_hand": call is None}
        if (opens_at := desk.telephone.opens_at(subscriber)) is not None:
            told["opens_at"] = opens_at
        return answer(request, told if call is None else told | {"call": shown.call(call)})

    @app.route("/api/v1/tasks/<int:task>/call", methods=["GET"])
    async def call(desk: Desk, request: Request, task: int) -> bytes:
        session = await desk.guard.session(request)
        subscriber = await desk.store.subscriber_of(session.role, session.agent, task)
        call = await desk.telephone.last_call(subscriber, task)
        return nothing(request) if call is None else answer(request, shown.call(call))

    @app.route("/api/v1/tasks/<int:task>/hang-up", methods=["POST"])
    async def hang_up(desk: Desk, request: Request, task: int) -> bytes:
        session = await desk.guard.writing(request)
        subscriber = await desk.store.subscriber_of(session.role, session.agent, task)
        await desk.telephone.hang_up(session.agent, subscriber, task)
        return nothing(request)
