"""Searching the pool: a page of numbers that fit, from a place in the shuffled order that is each search's own.

    SELECT … FROM numbers WHERE w6 = 888 AND spread > :at … ORDER BY spread LIMIT 9       (the next in this stream)
    UNION ALL … the other streams …
    ORDER BY spread LIMIT 9

The order is a ring: who has come to its end goes on at its beginning, up to where he began. So pages of one search
never repeat a number, while others take numbers away or bring them back; and a page costs as much as it shows, not as
much as there is.

PostgreSQL is told to read the index in its order: it takes what the key says and what a condition says for two things,
expects next to nothing to fit both, and would read all of a key and sort it.

The statements are words put together, once for each kind of search. None of what was asked for stands in the words.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, TextClause, text

from orders.ledger.number_rows import SHOWN, number_of
from orders.ledger.number_streams import Stream, Streams, streams_for
from orders.ledger.statements import locking
from orders.number_keys import MOST
from orders.number_patterns import OWN, is_run, runs
from orders.number_search import Criteria, Mark, Page

_columns = ", ".join(column.name for column in SHOWN)
_own = f"substr(number, length(number) - {OWN - 1})"


def find(connection: Connection, criteria: Criteria, now: float, most: int, mark: Mark) -> Page:
    if criteria.impossible or most < 1:
        return Page(())
    streams = streams_for(criteria)
    statement = _statement(_kind_of(criteria), tuple(map(_kind_of_stream, streams)))
    values = {**_values(criteria, streams), "now": now, "most": most + 1}
    rows: list[Any] = []
    _prefer_order(connection, True)
    if not mark.round:
        rows = list(connection.execute(statement, {**values, "at": mark.at, "end": MOST}))
    ahead = len(rows)
    if ahead <= most:
        at = mark.at if mark.round else -1
        rows += connection.execute(statement, {**values, "at": at, "end": mark.seed, "most": most + 1 - ahead})
    _prefer_order(connection, False)
    shown = rows[:most]
    more = Mark(mark.seed, shown[-1].spread, mark.round or len(shown) > ahead) if len(rows) > most else None
    return Page(tuple(map(number_of, shown)), more)


_bitmaps = {prefer: text(f"SET LOCAL enable_bitmapscan = {'off' if prefer else 'on'}") for prefer in (True, False)}


def _prefer_order(connection: Connection, prefer: bool) -> None:
    if locking(connection):
        connection.execute(_bitmaps[prefer])


# ── What is said, by kind ────────────────────────────────────────────────────────────────────────────────────────────

Kind = tuple[str, ...]


def _kind_of(criteria: Criteria) -> Kind:
    """The conditions that hold for every stream."""
    conditions = []
    if criteria.tail:
        conditions.append("number LIKE :tail")
    if criteria.contains:
        conditions.append(f"{_own} LIKE :contains")
    if criteria.pattern:
        conditions += _pattern(criteria.pattern)
    if criteria.without_4:
        conditions.append("without_4")
    # Not as a bare column: SQLite might take its index, and not that of the stream.
    conditions += [f"({column} || '') = :{column}" for column in ("grade", "region") if getattr(criteria, column)]
    if criteria.least is not None:
        conditions.append("prepaid >= :least")
    if criteria.most is not None:
        conditions.append("prepaid <= :dearest")
    return tuple(conditions)


def _pattern(pattern: str) -> Iterator[str]:
    if is_run(pattern):
        yield "(" + " OR ".join(f"number LIKE :run{place}" for place in range(len(runs(pattern)))) + ")"
        return
    yield "number LIKE :mask"
    first: dict[str, int] = {}
    for place, sign in enumerate(reversed(pattern)):
        if not sign.isalpha():
            continue
        if sign in first:
            yield f"{_digit(place)} = {_digit(first[sign])}"
        else:
            yield from (f"{_digit(place)} <> {_digit(other)}" for other in first.values())
            first[sign] = place


def _digit(place: int) -> str:
    """Counted from the end."""
    return f"substr(number, length(number) - {place}, 1)"


def _values(criteria: Criteria, streams: Streams) -> dict[str, Any]:
    values: dict[str, Any] = {
        "tail": f"%{criteria.tail}", "contains": f"%{criteria.contains}%", "mask": _mask(criteria.pattern),
        "grade": criteria.grade, "region": criteria.region, "least": criteria.least, "dearest": criteria.most,
    }  # fmt: skip
    if is_run(criteria.pattern):
        values |= {f"run{place}": f"%{digits}" for place, digits in enumerate(runs(criteria.pattern))}
    for place, stream in enumerate(streams):
        values[f"key{place}"], values[f"second{place}"] = stream.value, stream.second
        values[f"only{place}"] = stream.only
        values |= {f"never{place}_{number}": mask for number, mask in enumerate(stream.never)}
    return values


def _mask(pattern: str) -> str:
    return "%" + "".join(sign if sign.isdigit() else "_" for sign in pattern)


StreamKind = tuple[str, str, bool, int]


def _kind_of_stream(stream: Stream) -> StreamKind:
    return stream.column, stream.beside, bool(stream.only), len(stream.never)


@lru_cache(maxsize=512)
def _statement(conditions: Kind, streams: tuple[StreamKind, ...]) -> TextClause:
    parts = [_part(conditions, place, *kind) for place, kind in enumerate(streams)]
    if len(parts) == 1:
        return text(parts[0])
    united = " UNION ALL ".join(f"SELECT * FROM ({part}) AS stream{place}" for place, part in enumerate(parts))
    return text(f"{united} ORDER BY spread LIMIT :most")


def _part(conditions: Kind, place: int, column: str, beside: str, only: bool, never: int) -> str:
    said = [f"{column} = :key{place}"] if column else []
    said += [f"{beside} = :second{place}"] if beside else []
    said += ["spread > :at", "spread <= :end", "(until IS NULL OR until <= :now)", *conditions]
    if only:
        said.append(f"number LIKE :only{place}")
    said += [f"number NOT LIKE :never{place}_{number}" for number in range(never)]
    return f"SELECT {_columns}, spread FROM numbers WHERE {' AND '.join(said)} ORDER BY spread LIMIT :most"
