"""Reviews of calls at the desk: those who lead score what agents recorded, and each agent sees his own scores.

    GET  api/v1/reviews/calls?agent=&outcome=&from=&to=&sample=&language=   calls to review, and the form
    POST api/v1/reviews {task, attempt, form, answers, comment}             200 {score}
    GET  api/v1/reviews                                                     the latest reviews
    GET  api/v1/my-reviews                                                  for agents: his own

Days are the hall's; without them it is the last week. `sample=1` draws some at random of those that nobody has
reviewed. What was said in a call is listened to by `recordings`; the card is that of the task.
"""

from datetime import date
from typing import Any, Protocol

from klein import Klein

from channels.desk import charts
from channels.desk.forms import LONGEST_NOTE, BadForm, document
from channels.desk.guard import Guard
from channels.desk.http import Request, answer
from channels.desk.report_words import LANGUAGES
from channels.desk.reports import day
from orders.review_form import Form
from orders.reviewing import Answered, NoSuchCall, Review, Reviewable, Reviewing

Shown = dict[str, Any]


class Reviews(Protocol):
    async def reviewing(
        self, first: date | None, last: date | None, agent: str, outcome: str, sample: bool
    ) -> Reviewing:
        """Raises BadSpan."""

    async def review(self, reviewer: str, told: Answered) -> float:
        """The score. Raises NoSuchCall, AlreadyReviewed, BadReview."""

    async def listed(self) -> tuple[Review, ...]: ...

    async def of_agent(self, agent: str) -> tuple[Review, ...]: ...


class NoReviews:
    """A desk at which nobody is reviewed."""

    async def reviewing(
        self, first: date | None, last: date | None, agent: str, outcome: str, sample: bool
    ) -> Reviewing:
        return Reviewing((), (), Form(()))

    async def review(self, reviewer: str, told: Answered) -> float:
        raise NoSuchCall("nothing is reviewed here")

    async def listed(self) -> tuple[Review, ...]:
        return ()

    async def of_agent(self, agent: str) -> tuple[Review, ...]:
        return ()


class Leading(Protocol):
    @property
    def reviews(self) -> Reviews: ...


class Desk(Protocol):
    guard: Guard

    @property
    def leading(self) -> Leading: ...


def routes(app: Klein) -> None:
    @app.route("/api/v1/reviews/calls", methods=["GET"])
    async def calls_to_review(desk: Desk, request: Request) -> bytes:
        await desk.guard.overseeing(request)
        language = charts.asked(request, "language", LANGUAGES)
        first, last = day(request, "from"), day(request, "to")
        agent, outcome = charts.asked(request, "agent"), charts.asked(request, "outcome")
        sample = charts.asked(request, "sample", ("0", "1")) == "1"
        return answer(
            request, _reviewing(await desk.leading.reviews.reviewing(first, last, agent, outcome, sample), language)
        )

    @app.route("/api/v1/reviews", methods=["GET"])
    async def reviews(desk: Desk, request: Request) -> bytes:
        await desk.guard.overseeing(request)
        return answer(request, {"reviews": [_review(each) for each in await desk.leading.reviews.listed()]})

    @app.route("/api/v1/reviews", methods=["POST"])
    async def review(desk: Desk, request: Request) -> bytes:
        session = await desk.guard.overseeing_writing(request)
        told = answered(request.content.read(LONGEST_NOTE * 8))
        return answer(request, {"score": round(await desk.leading.reviews.review(session.agent, told), 1)})

    @app.route("/api/v1/my-reviews", methods=["GET"])
    async def my_reviews(desk: Desk, request: Request) -> bytes:
        session = await desk.guard.session(request)
        return answer(
            request, {"reviews": [_review(each) for each in await desk.leading.reviews.of_agent(session.agent)]}
        )


def answered(body: bytes) -> Answered:
    fields = document(body)
    if set(fields) != {"task", "attempt", "form", "answers", "comment"}:
        raise BadForm("a review is {task, attempt, form, answers, comment}")
    task, attempt = fields["task"], fields["attempt"]
    if not isinstance(task, str) or not task.isdecimal() or len(task) > 18:
        raise BadForm("task is its id, as the list of calls has it")
    if not isinstance(attempt, int) or isinstance(attempt, bool) or not 0 < attempt < 2**31:
        raise BadForm("attempt is its number, as the list of calls has it")
    answers, comment = fields["answers"], fields["comment"]
    if not isinstance(answers, dict) or not all(isinstance(each, str) for each in answers.values()):
        raise BadForm('answers is an object, as {"polite": "yes"}')
    if not isinstance(fields["form"], str) or not isinstance(comment, str) or len(comment) > LONGEST_NOTE:
        raise BadForm(f"form is a version, and comment a text of up to {LONGEST_NOTE} characters")
    return Answered(int(task), attempt, fields["form"], answers, comment.strip())


def _reviewing(of: Reviewing, language: str) -> Shown:
    questions = [
        {"name": each.name, "says": each.says[language], "weight": each.weight, "fatal": each.fatal}
        for each in of.form.questions
    ]
    return {
        "calls": [_call(each) for each in of.calls],
        "agents": list(of.agents),
        "form": {"version": of.form.version, "questions": questions},
    }


def _call(of: Reviewable) -> Shown:
    return {
        "task": str(of.task),
        "attempt": of.attempt,
        "at": of.at,
        "agent": of.agent,
        "outcome": of.outcome,
        "order": of.order,
        "note": of.note,
        "reviewed": of.reviewed,
        "recorded": of.recorded,
    }


def _review(of: Review) -> Shown:
    return {
        "id": str(of.id),
        "task": str(of.task),
        "order": of.order,
        "agent": of.agent,
        "outcome": of.outcome,
        "called_at": of.called_at,
        "reviewer": of.reviewer,
        "at": of.at,
        "answers": dict(of.answers),
        "score": round(of.score, 1),
        "comment": of.comment,
        "seen": of.seen_at is not None,
    }
