"""What the dialog of a survey asks of the ledger: may he be asked, what did he say, and why.

survey.open     {number}             open {number, name} | closed      he is being asked; once
survey.take     {}                   open {number, name} | none        he wants to be asked, whether he has been or not
survey.score    {number, score}      good | low | closed
survey.comment  {number, comment}    kept | closed
"""

from typing import Any

from sqlalchemy import bindparam, insert, select, update

from dialogs.words import Request, Value
from orders.ledger import surveys as surveys_of
from orders.ledger.calls import call_task_row
from orders.ledger.deed import Deed
from orders.ledger.tables import call_tasks, order_items, surveys
from orders.lookup import Answer
from orders.surveying import SurveyRules

SERVICES = ("survey.open", "survey.take", "survey.score", "survey.comment")

_one = select(surveys).where(surveys.c.subscriber == bindparam("of"), surveys.c.order_number == bindparam("no"))
_offer = (
    select(order_items.c.offer)
    .where(order_items.c.subscriber == bindparam("of"), order_items.c.number == bindparam("no"))
    .order_by(order_items.c.item)
    .limit(1)
)


def opened(deed: Deed, subscriber: str, asked: Request) -> Answer:
    """He is being asked: from now on it has been done, and cannot be done again."""
    row = _row(deed, subscriber, asked)
    rules = deed.house.survey
    if row is None or rules is None or row.asked_at is not None:
        return Answer("closed")
    return _open(deed, row, rules)


def taken(deed: Deed, subscriber: str, asked: Request) -> Answer:
    rules = deed.house.survey
    row = surveys_of.open_one(deed.connection, rules, subscriber, deed.now) if rules else None
    return Answer("none") if row is None or rules is None else _open(deed, row, rules)


def _open(deed: Deed, row: Any, rules: SurveyRules) -> Answer:
    """What he was told of before counts as long as it did."""
    if row.asked_at is None:
        _write(deed, row, asked_at=deed.now, due_at=None, ring_at=None, until=deed.now + rules.valid)
    offer = deed.connection.execute(_offer, {"of": row.subscriber, "no": row.order_number}).scalar_one_or_none() or ""
    known = deed.house.offers.get(offer)
    name: dict[str, Value] = {**known.names} if known else {"zh": offer, "en": offer}
    return Answer("open", {"number": row.order_number, "name": name})


def scored(deed: Deed, subscriber: str, asked: Request) -> Answer:
    row, rules, score = _row(deed, subscriber, asked), deed.house.survey, asked.arguments.get("score")
    if row is None or rules is None or row.until is None or deed.now > row.until or row.score is not None:
        return Answer("closed")
    if not isinstance(score, int) or not 1 <= score <= 5:
        return Answer("failed", {"reason": "score"})
    _write(deed, row, score=score, scored_at=deed.now)
    if score > rules.low:
        return Answer("good")
    if rules.call_back:
        reasons = [{"code": "low_score", "saw": {"order": row.order_number, "score": score}}]
        task = call_task_row(subscriber, deed.house.ids.next(deed.now), None, reasons, 0, deed.now)
        deed.connection.execute(insert(call_tasks), [task])
    return Answer("low")


def commented(deed: Deed, subscriber: str, asked: Request) -> Answer:
    row = _row(deed, subscriber, asked)
    if row is None or row.score is None or row.comment is not None:
        return Answer("closed")
    _write(deed, row, comment=str(asked.arguments.get("comment", "")))
    return Answer("kept")


def _row(deed: Deed, subscriber: str, asked: Request) -> Any:
    names = {"of": subscriber, "no": str(asked.arguments.get("number", ""))}
    return deed.connection.execute(_one, names).one_or_none()


def _write(deed: Deed, row: Any, **values: Any) -> None:
    mine = (surveys.c.subscriber == row.subscriber, surveys.c.order_number == row.order_number)
    deed.connection.execute(update(surveys).where(*mine).values(**values))
