"""Reviews of calls, as rows: which calls there are to review, what was said of them, and what agents see of it."""

import json
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, func, insert, select, update

from orders.access import Did
from orders.ledger import access_log, rule_texts
from orders.ledger.desk_rows import load_task
from orders.ledger.ids import Ids
from orders.ledger.rows import to_json
from orders.ledger.tables import agents, call_attempts, call_tasks, recordings, reviews
from orders.review_form import BadReview, Form, parse, standard_text
from orders.reviewing import (
    LISTED,
    SAMPLE,
    AlreadyReviewed,
    Answered,
    NoSuchCall,
    Review,
    Reviewable,
    Reviewing,
    Wanted,
)
from orders.rule_books import Book

FROM = 2_000  # the latest calls, from which some are taken at random

_of_attempt = and_(
    reviews.c.subscriber == call_attempts.c.subscriber,
    reviews.c.task == call_attempts.c.task,
    reviews.c.attempt == call_attempts.c.attempt,
)
_of_task = and_(call_tasks.c.subscriber == call_attempts.c.subscriber, call_tasks.c.id == call_attempts.c.task)
_recorded = (
    select(recordings.c.call)
    .where(recordings.c.subscriber == call_attempts.c.subscriber, recordings.c.task == call_attempts.c.task)
    .exists()
)
_calls = (
    select(call_attempts, call_tasks.c.order_number, reviews.c.id.label("review"), _recorded.label("recorded"))
    .join(call_tasks, _of_task)
    .join(reviews, _of_attempt, isouter=True)
    .join(agents, agents.c.name == call_attempts.c.agent)  # what the house does by itself is nobody's
    .where(call_attempts.c.at >= bindparam("since"), call_attempts.c.at < bindparam("until"))
    .order_by(call_attempts.c.at.desc())
)
_attempt = select(call_attempts).where(
    call_attempts.c.subscriber == bindparam("whose"),
    call_attempts.c.task == bindparam("of"),
    call_attempts.c.attempt == bindparam("which"),
)
_there = select(reviews.c.id).where(
    reviews.c.subscriber == bindparam("whose"),
    reviews.c.task == bindparam("of"),
    reviews.c.attempt == bindparam("which"),
)
_latest = select(reviews).order_by(reviews.c.at.desc()).limit(LISTED)
_names = select(agents.c.name).where(agents.c.disabled.is_(False)).order_by(agents.c.name)


def form(connection: Connection) -> Form:
    """The one that counts now."""
    live = rule_texts.live(connection, Book.FORM)
    return parse(live.content if live else standard_text(), "review form")


# ── Which there are ──────────────────────────────────────────────────────────────────────────────────────────────────


def reviewing(connection: Connection, wanted: Wanted) -> Reviewing:
    names = {"since": wanted.since, "until": wanted.until}
    rows = connection.execute(_wanted(wanted), names)
    return Reviewing(
        tuple(_reviewable(row) for row in rows),
        tuple(connection.scalars(_names)),
        form(connection),
    )


def _wanted(wanted: Wanted) -> Select[Any]:
    query = _calls
    if wanted.agent:
        query = query.where(call_attempts.c.agent == wanted.agent)
    if wanted.outcome:
        query = query.where(call_attempts.c.outcome == wanted.outcome)
    if not wanted.sample:
        return query.limit(LISTED)
    latest = query.where(reviews.c.id.is_(None)).limit(FROM).subquery()
    return select(latest).order_by(func.random()).limit(SAMPLE)


def _reviewable(row: Any) -> Reviewable:
    return Reviewable(
        task=row.task,
        attempt=row.attempt,
        at=row.at,
        agent=row.agent,
        outcome=row.outcome,
        order=row.order_number,
        note=row.note,
        reviewed=row.review is not None,
        recorded=bool(row.recorded),
    )


# ── What is said of one ──────────────────────────────────────────────────────────────────────────────────────────────


def review(connection: Connection, ids: Ids, now: float, reviewer: str, role: str, told: Answered) -> float:
    """The score. Raises NoSuchCall, AlreadyReviewed and BadReview with nothing written."""
    task = load_task(connection, told.task, lock=True)
    names = {"whose": task.subscriber if task else "", "of": told.task, "which": told.attempt}
    call = connection.execute(_attempt, names).one_or_none() if task else None
    if task is None or call is None:
        raise NoSuchCall(f"task {told.task} has no attempt {told.attempt}")
    if call.agent == reviewer:
        raise BadReview("nobody reviews himself; let somebody else do it")
    if connection.execute(_there, names).first():
        raise AlreadyReviewed(f"attempt {told.attempt} of task {told.task} was reviewed already")
    asked = form(connection)
    if asked.version != told.form:
        raise BadReview("the form has changed meanwhile; look again and answer the new one")
    score = asked.score(told.answers)
    row = {
        "subscriber": task.subscriber,
        "id": ids.next(now),
        "task": told.task,
        "attempt": told.attempt,
        "order_number": task.order_number,
        "agent": call.agent,
        "outcome": call.outcome,
        "called_at": call.at,
        "reviewer": reviewer,
        "at": now,
        "form": told.form,
        "answers": to_json(dict(told.answers)),
        "score": score,
        "comment": told.comment,
    }
    connection.execute(insert(reviews), [row])
    what = f"attempt {told.attempt} of task {told.task} by {call.agent}"
    access_log.note(connection, now, reviewer, role, Did.REVIEWED, what, "", {"score": score, "form": told.form})
    return score


# ── What was said ────────────────────────────────────────────────────────────────────────────────────────────────────


def listed(connection: Connection) -> tuple[Review, ...]:
    """The latest first."""
    return tuple(_review(row) for row in connection.execute(_latest))


def of_agent(connection: Connection, agent: str, now: float) -> tuple[Review, ...]:
    """His own, the latest first; that he has seen them is noted with them."""
    found = tuple(_review(row) for row in connection.execute(_latest.where(reviews.c.agent == agent)))
    if any(each.seen_at is None for each in found):
        unseen = (reviews.c.agent == agent, reviews.c.seen_at.is_(None))
        connection.execute(update(reviews).where(*unseen).values(seen_at=now))
    return found


def _review(row: Any) -> Review:
    return Review(
        id=row.id,
        task=row.task,
        attempt=row.attempt,
        order=row.order_number,
        agent=row.agent,
        outcome=row.outcome,
        called_at=row.called_at,
        reviewer=row.reviewer,
        at=row.at,
        form=row.form,
        answers=json.loads(row.answers),
        score=row.score,
        comment=row.comment,
        seen_at=row.seen_at,
    )
