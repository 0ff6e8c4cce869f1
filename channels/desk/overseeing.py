"""What supervisors look after: the board, what nobody understood, what was given up.

GET  api/v1/board
GET  api/v1/misunderstood                   what nobody understood, alike with alike
POST api/v1/misunderstood {text, meaning}   200, it is in the phrase book
GET  api/v1/dead-letters                    what was given up, and why
POST api/v1/dead-letters/{id}/resend        200, it is queued again
"""

from collections.abc import Callable
from typing import Protocol

from klein import Klein
from twisted.logger import Logger

from channels.desk import forms, shown, supervising
from channels.desk.guard import Guard
from channels.desk.http import Request, answer, body
from channels.desk.leading import Leading
from channels.desk.store import DeskStore

log = Logger()


class Desk(Protocol):
    guard: Guard
    store: DeskStore
    leading: Leading
    now: Callable[[], float]


def routes(app: Klein) -> None:
    @app.route("/api/v1/board", methods=["GET"])
    async def board(desk: Desk, request: Request) -> bytes:
        await desk.guard.overseeing(request)
        board = shown.board(await desk.store.board(), desk.now())
        return answer(request, board | supervising.on_board(await desk.leading.supervision.shift()))

    @app.route("/api/v1/misunderstood", methods=["GET"])
    async def misunderstood(desk: Desk, request: Request) -> bytes:
        await desk.guard.overseeing(request)
        return answer(request, shown.misunderstood(await desk.store.misunderstood(), desk.now()))

    @app.route("/api/v1/misunderstood", methods=["POST"])
    async def teach(desk: Desk, request: Request) -> bytes:
        session = await desk.guard.overseeing_writing(request)
        text, meaning = forms.taught(body(request))
        kept = await desk.store.teach(session.agent, text, meaning)
        log.info("{agent} taught {text!r} as {meaning}", agent=session.agent, text=kept, meaning=meaning)
        return answer(request, {"text": kept, "meaning": meaning})

    @app.route("/api/v1/dead-letters", methods=["GET"])
    async def dead_letters(desk: Desk, request: Request) -> bytes:
        await desk.guard.overseeing(request)
        return answer(request, shown.dead_letters(await desk.store.dead_letters(), desk.now()))

    @app.route("/api/v1/dead-letters/<int:letter>/resend", methods=["POST"])
    async def resend(desk: Desk, request: Request, letter: int) -> bytes:
        session = await desk.guard.overseeing_writing(request)
        await desk.store.resend(session.agent, letter)
        log.info("{agent} has message {letter} sent again", agent=session.agent, letter=str(letter))
        return answer(request, {"id": str(letter), "state": "queued"})
