"""What became of a message after it was sent: the message centre's answers and its delivery receipts.

    submit_sm_resp(id)  ──►  outbound: sent         segments: one row for each id, if receipts were asked for
    receipt(id, state)  ──►  segments.state  ──►    outbound: delivered when all are, undelivered when one never will be

A receipt names a message centre's id, which is one message's only within the account it was sent by; it may come on any
link of that account, and after a restart.

A receipt may overtake the answer to the very `submit_sm` it speaks of. It is kept in `early_receipts` and used when
the answer has come. Receipts come twice, and out of order: a final state is never replaced.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, and_, bindparam, case, delete, func, or_, select, update

from dialogs.words import DeliveryReport
from orders.ledger.diverting import AS_A_TEXT
from orders.ledger.statements import statements, write
from orders.ledger.tables import early_receipts, outbound, segments
from orders.outbound import Diverted, Failed, GaveUp, Mark, OutboundState, Postponed, Sent

EARLY = 3600.0

_of_row = (outbound.c.subscriber == bindparam("of"), outbound.c.id == bindparam("row"))

_sent = (
    update(outbound)
    .where(*_of_row)
    .values(
        state=OutboundState.SENT,
        due_at=None,
        node=None,
        attempts=outbound.c.attempts + 1,
        done_at=bindparam("at"),
        link=bindparam("by"),
        segments=bindparam("parts"),
        gave_up=None,
    )
)
_sent_late = (  # it waits to be tried again, or was given up for want of an answer; a try that goes on is not disturbed
    update(outbound)
    .where(
        *_of_row,
        or_(
            outbound.c.state == OutboundState.QUEUED,
            and_(outbound.c.state == OutboundState.FAILED, outbound.c.gave_up == GaveUp.UNKNOWN),
        ),
    )
    .values(
        state=OutboundState.SENT,
        due_at=None,
        node=None,
        done_at=bindparam("at"),
        link=bindparam("by"),
        segments=bindparam("parts"),
        gave_up=None,
    )
)
_postponed = (
    update(outbound)
    .where(*_of_row)
    .values(
        state=OutboundState.QUEUED,
        due_at=bindparam("due"),
        node=None,
        attempts=outbound.c.attempts + bindparam("tries"),
        reason=bindparam("why"),
        gave_up=None,
    )
)
_failed = (
    update(outbound)
    .where(*_of_row)
    .values(
        state=OutboundState.FAILED,
        due_at=None,
        node=None,
        attempts=outbound.c.attempts + 1,
        done_at=bindparam("at"),
        reason=bindparam("why"),
        gave_up=bindparam("because"),
    )
)
_diverted = (
    update(outbound)
    .where(*_of_row, outbound.c.channel != "sms")
    .values(AS_A_TEXT | {"reason": bindparam("why"), "gave_up": None})
)
_ended = (
    update(outbound)
    .where(*_of_row, outbound.c.state == OutboundState.SENT)
    .values(state=bindparam("became"), reason=bindparam("why"))
)
_reported = (
    update(segments)
    .where(segments.c.remote_id == bindparam("of_id"), segments.c.account == bindparam("by"))
    .values(state=bindparam("became"), error=bindparam("why"))
)
_known = select(segments).where(segments.c.remote_id.in_(bindparam("ids", expanding=True)))
_early = select(early_receipts).where(early_receipts.c.remote_id.in_(bindparam("ids", expanding=True)))
_used = delete(early_receipts).where(early_receipts.c.remote_id.in_(bindparam("ids", expanding=True)))


def mark(connection: Connection, marks: Sequence[Mark], now: float) -> None:
    """Record what the message centres answered."""
    sent = [each for each in marks if isinstance(each, Sent) and not each.late]
    write(connection, _sent, (_sent_row(each) for each in sent))
    write(
        connection,
        _postponed,
        (
            {"of": m.subscriber, "row": m.outbound, "due": m.due_at, "tries": int(m.tried), "why": m.reason}
            for m in marks
            if isinstance(m, Postponed)
        ),
    )
    write(
        connection,
        _failed,
        (
            {"of": m.subscriber, "row": m.outbound, "at": m.at, "why": m.reason, "because": m.why}
            for m in marks
            if isinstance(m, Failed)
        ),
    )
    write(connection, _diverted, (_diverted_row(each) for each in marks if isinstance(each, Diverted)))
    sent += [each for each in marks if isinstance(each, Sent) and each.late and _holds(connection, each)]
    followed = [each for each in sent if each.receipts and each.remote_ids]
    if followed:
        _follow(connection, followed, now)


def _holds(connection: Connection, late: Sent) -> bool:
    return bool(connection.execute(_sent_late, _sent_row(late)).rowcount)


def _sent_row(each: Sent) -> dict[str, object]:
    return {
        "of": each.subscriber,
        "row": each.outbound,
        "at": each.at,
        "by": each.link,
        "parts": len(each.remote_ids),
    }


def _diverted_row(each: Diverted) -> dict[str, object]:
    return {
        "of": each.subscriber,
        "row": each.outbound,
        "at": each.at,
        "text_service": each.service,
        "until": each.expires_at,
        "why": each.reason,
    }


def _follow(connection: Connection, sent: list[Sent], now: float) -> None:
    rows = {
        (remote_id, each.account): {
            "remote_id": remote_id,
            "account": each.account,
            "subscriber": each.subscriber,
            "outbound": each.outbound,
            "sent_at": each.at,
            "state": None,
            "error": None,
        }
        for each in sent
        for remote_id in each.remote_ids
    }
    write(connection, statements(connection).upsert(segments), rows.values())
    early = connection.execute(_early, {"ids": [remote_id for remote_id, _ in rows]}).all()
    if early:
        connection.execute(_used, {"ids": [row.remote_id for row in early]})
        take(connection, [DeliveryReport(row.account, row.remote_id, row.state, row.error) for row in early], now)


def take(connection: Connection, reports: Sequence[DeliveryReport], now: float) -> None:
    """Record receipts; those whose message is not known yet are kept for an hour."""
    if not reports:
        return
    known = {
        (row.remote_id, row.account): row
        for row in connection.execute(_known, {"ids": list({report.remote_id for report in reports})})
    }
    early: dict[tuple[str, str], dict[str, object]] = {}
    news: dict[tuple[str, str], DeliveryReport] = {}
    for report in reports:
        key = report.remote_id, report.account
        if not report.final:
            continue
        if key not in known:
            early[key] = {
                "remote_id": report.remote_id,
                "account": report.account,
                "state": report.state,
                "error": report.error,
                "received_at": now,
            }
        elif known[key].state is None:
            news.setdefault(key, report)
    write(connection, statements(connection).put(early_receipts), early.values())
    write(
        connection,
        _reported,
        ({"of_id": key[0], "by": key[1], "became": r.state, "why": r.error} for key, r in news.items()),
    )
    _conclude(connection, {(known[key].subscriber, known[key].outbound) for key in news})


def _conclude(connection: Connection, messages: Iterable[tuple[str, int]]) -> None:
    """A message is delivered when all its segments are, and undelivered as soon as one of them never will be."""
    numbers = {number for _, number in messages}
    if not numbers:
        return
    delivered = func.sum(case((segments.c.state == "delivered", 1), else_=0))
    ended = func.count(segments.c.state)
    counted = (
        select(
            segments.c.subscriber,
            segments.c.outbound,
            func.count().label("all"),
            ended.label("ended"),
            delivered.label("delivered"),
            func.max(segments.c.error).label("error"),
        )
        .where(segments.c.outbound.in_(numbers))
        .group_by(segments.c.subscriber, segments.c.outbound)
    )
    rows = []
    for row in connection.execute(counted):
        if row.ended > row.delivered:
            rows.append((row, OutboundState.UNDELIVERED))
        elif row.delivered == row.all:
            rows.append((row, OutboundState.DELIVERED))
    write(
        connection,
        _ended,
        ({"of": row.subscriber, "row": row.outbound, "became": state, "why": row.error or None} for row, state in rows),
    )


def forget_old(connection: Connection, now: float) -> int:
    return connection.execute(delete(early_receipts).where(early_receipts.c.received_at < now - EARLY)).rowcount
