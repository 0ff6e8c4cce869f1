"""What was counted in a span of days, read again: a few ranges of one key, however many orders stood behind it."""

import json
from collections import defaultdict
from collections.abc import Mapping
from datetime import tzinfo
from typing import Any

from sqlalchemy import Connection, Select, bindparam, case, func, or_, select

from orders.ledger.tables import agent_states, offers, pause_reasons, report_counts, reviews
from orders.reports.counted import Counted, Named, Scored, Spent, Sum
from orders.reports.hours import Span

KINDS = ("order", "offer", "flag", "agent", "talk", "script", "heard")
OF_NO_CHANNEL = "agent"
SHIFT = 86_400.0  # nobody is in one state for longer, but for being away

_counts = report_counts.c
_within = (_counts.at >= bindparam("begin"), _counts.at < bindparam("end"))
_sums = (func.sum(_counts.times).label("times"), func.sum(_counts.fen).label("fen"))
_totals = (
    select(_counts.of, _counts.name, _counts.step, _counts.channel, *_sums)
    .where(_counts.of.in_(KINDS), *_within)
    .group_by(_counts.of, _counts.name, _counts.step, _counts.channel)
)
_by_hour = (
    select(_counts.at, _counts.step, func.sum(_counts.times).label("times"))
    .where(_counts.of == bindparam("kind"), *_within)
    .group_by(_counts.at, _counts.step)
)
_state = agent_states.c
_until = case((or_(_state.until.is_(None), _state.until > bindparam("end")), bindparam("end")), else_=_state.until)
_since = case((_state.since < bindparam("begin"), bindparam("begin")), else_=_state.since)
_spent = (
    select(_state.agent, _state.state, _state.reason, func.sum(_until - _since).label("seconds"))
    .where(
        _state.since >= bindparam("begin") - SHIFT,
        _state.since < bindparam("end"),
        or_(_state.until.is_(None), _state.until > bindparam("begin")),
        _state.state != "signed_out",
    )
    .group_by(_state.agent, _state.state, _state.reason)
)


_scored = (
    select(reviews.c.agent, func.count(), func.avg(reviews.c.score), func.min(reviews.c.score))
    .where(reviews.c.at >= bindparam("begin"), reviews.c.at < bindparam("end"))
    .group_by(reviews.c.agent)
)


def counted(connection: Connection, span: Span, zone: tzinfo, channel: str, now: float) -> Counted:
    """channel: "" for all of them."""
    names = {"begin": span.begin, "end": span.end}
    totals = connection.execute(_totals, names).all()
    return Counted(
        span=span,
        zone=zone,
        now=now,
        channel=channel,
        of=_named(totals, channel),
        channels=_channels(totals),
        hours=_hours(connection, _of_channel(_by_hour, channel), names | {"kind": "order"}),
        calls=_hours(connection, _by_hour, names | {"kind": OF_NO_CHANNEL}),
        spent=tuple(
            Spent(row.agent, row.state, row.reason, float(row.seconds))
            for row in connection.execute(_spent, {"begin": span.begin, "end": min(span.end, now)})
            if row.seconds and row.seconds > 0
        ),
        scores=tuple(Scored(*row) for row in connection.execute(_scored, names)),
        names={row.code: json.loads(row.names) for row in connection.execute(select(offers.c.code, offers.c.names))},
        pauses={row.code: json.loads(row.names) for row in connection.execute(select(pause_reasons))},
    )


def _of_channel(query: Select[Any], channel: str) -> Select[Any]:
    return query.where(_counts.channel == channel) if channel else query


def _named(totals: Any, channel: str) -> Mapping[str, Named]:
    found: dict[str, dict[str, dict[str, Sum]]] = defaultdict(lambda: defaultdict(dict))
    for row in totals:
        if channel in ("", row.channel) or row.of == OF_NO_CHANNEL:
            steps = found[row.of][row.name]
            steps[row.step] = _plus(steps.get(row.step), row)
    return found


def _channels(totals: Any) -> Named:
    found: dict[str, dict[str, Sum]] = defaultdict(dict)
    for row in totals:
        if row.of == "order":
            found[row.channel][row.step] = _plus(found[row.channel].get(row.step), row)
    return found


def _plus(before: Sum | None, row: Any) -> Sum:
    times, fen = before or (0, 0)
    return Sum(times + int(row.times), fen + int(row.fen))


def _hours(connection: Connection, query: Select[Any], names: Mapping[str, object]) -> Mapping[int, Mapping[str, int]]:
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for row in connection.execute(query, names):
        found[row.at][row.step] = int(row.times)
    return found
