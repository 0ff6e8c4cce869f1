"""Another number for an order in hand: looking for one, and keeping it for the customer while he decides.

GET  api/v1/tasks/{id}/numbers?like=&most=&without_4=&next=   200 {numbers, next}: 888, AABB, ?8?8; most: fen, prepaid
POST api/v1/tasks/{id}/numbers/{number}/hold {instead}        200 the number and until when; 409 somebody else has it
POST api/v1/tasks/{id}/numbers/{number}/let-go                204
"""

from typing import Any, Protocol

from klein import Klein

from channels.desk.charts import asked
from channels.desk.forms import BadForm, document
from channels.desk.guard import Guard
from channels.desk.http import Request, answer, nothing
from orders.desk_words import TaskGone
from orders.number_search import Page
from orders.numbers import PoolNumber

Shown = dict[str, Any]
LONGEST = 1024


class Numbers(Protocol):
    """Each raises what holding a task raises."""

    async def search(self, agent: str, task: int, like: str, most: int | None, without_4: bool, mark: str) -> Page:
        """Raises BadPattern."""

    async def hold(self, agent: str, task: int, number: str, instead: str) -> PoolNumber:
        """Raises NumberNotHeld."""

    async def let_go(self, agent: str, task: int, number: str) -> None: ...


class NoNumbers:
    """A desk of a house without orders."""

    async def search(self, agent: str, task: int, like: str, most: int | None, without_4: bool, mark: str) -> Page:
        raise TaskGone("there are no tasks here")

    async def hold(self, agent: str, task: int, number: str, instead: str) -> PoolNumber:
        raise TaskGone("there are no tasks here")

    async def let_go(self, agent: str, task: int, number: str) -> None:
        raise TaskGone("there are no tasks here")


class Desk(Protocol):
    guard: Guard
    numbers: Numbers


def routes(app: Klein) -> None:
    @app.route("/api/v1/tasks/<int:task>/numbers", methods=["GET"])
    async def find_numbers(desk: Desk, request: Request, task: int) -> bytes:
        session = await desk.guard.session(request)
        wish = asked(request, "like"), _fen(asked(request, "most")), asked(request, "without_4") == "true"
        page = await desk.numbers.search(session.agent, task, *wish, asked(request, "next"))
        return answer(
            request, {"numbers": [_shown(each) for each in page.numbers], "next": str(page.next or "") or None}
        )

    @app.route("/api/v1/tasks/<int:task>/numbers/<number>/hold", methods=["POST"])
    async def hold_number(desk: Desk, request: Request, task: int, number: str) -> bytes:
        session = await desk.guard.writing(request)
        instead = _instead(request.content.read(LONGEST + 1))
        return answer(request, _shown(await desk.numbers.hold(session.agent, task, number, instead)))

    @app.route("/api/v1/tasks/<int:task>/numbers/<number>/let-go", methods=["POST"])
    async def let_number_go(desk: Desk, request: Request, task: int, number: str) -> bytes:
        session = await desk.guard.writing(request)
        await desk.numbers.let_go(session.agent, task, number)
        return nothing(request)


def _fen(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 12):
        raise BadForm("most is whole fen, as 50000")
    return int(text)


def _instead(body: bytes) -> str:
    said = document(body, LONGEST).get("instead", "") if body.strip() not in (b"", b"null") else ""
    if not isinstance(said, str):
        raise BadForm("instead is the number that he held until now")
    return said


def _shown(of: PoolNumber) -> Shown:
    terms = of.terms
    told = {"number": of.number, "grade": terms.grade, "region": of.region, "until": of.until}
    return told | {"prepaid": terms.prepaid, "monthly": terms.monthly, "months": terms.months}
