"""Editions kept whole, and what was done with them; in the ledger's thread or a command's transaction.

An edition's row is never changed: its version is made from its content. A publication is appended after the ones that
are there, whose chain it goes on; on PostgreSQL those who publish at the same time take turns.
"""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, func, insert, select

from orders.ledger.rows import to_json
from orders.ledger.statements import locking, statements
from orders.ledger.tables import editions, publications
from orders.publishing import (
    START,
    Act,
    Audience,
    CannotPublish,
    Publication,
    Standing,
    before,
    publication_hash,
    require_sense,
    standing,
)

NOBODY = Audience()


# ── Editions ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def keep(connection: Connection, version: str, files: Mapping[str, str], now: float) -> None:
    row = {"version": version, "content": to_json(dict(sorted(files.items()))), "kept_at": now}
    connection.execute(statements(connection).put(editions), [row])


def content(connection: Connection, version: str) -> Mapping[str, str] | None:
    kept = connection.scalar(select(editions.c.content).where(editions.c.version == version))
    return None if kept is None else json.loads(kept)


def called(connection: Connection, beginning: str) -> str:
    """The whole version that begins so. Raises CannotPublish."""
    query = select(editions.c.version).where(editions.c.version.startswith(beginning, autoescape=True))
    found = sorted(connection.scalars(query))
    if len(found) == 1:
        return str(found[0])
    what = f"{len(found)} versions begin" if found else "no version begins"
    raise CannotPublish(f"{what} with {beginning!r}; `hall dialogs versions` lists them")


# ── Publications ─────────────────────────────────────────────────────────────────────────────────────────────────────


def latest(connection: Connection) -> int:
    """The number of the last publication, by which a server knows that there is something new; 0 before the first."""
    return int(connection.scalar(select(func.coalesce(func.max(publications.c.id), 0))) or 0)


def history(connection: Connection) -> list[Publication]:
    return [_publication_of(row) for row in connection.execute(select(publications).order_by(publications.c.id))]


def stands(connection: Connection) -> Standing:
    return standing(history(connection))


def publish(
    connection: Connection,
    act: Act,
    version: str,
    by: str,
    now: float,
    note: str = "",
    audience: Audience = NOBODY,
) -> Publication:
    """Raises CannotPublish. The edition has been kept before, in this transaction or an earlier one."""
    take_turns(connection)
    earlier = history(connection)
    require_sense(standing(earlier), act, version, audience)
    previous = earlier[-1].hash if earlier else START
    made = Publication(len(earlier) + 1, now, by, act, version, note, audience, previous)
    row = {
        "id": made.id,
        "at": made.at,
        "by": made.by,
        "act": made.act.value,
        "version": made.version,
        "note": made.note,
        "audience": to_json(made.audience.plain),
        "previous": previous,
        "hash": publication_hash(previous, made),
    }
    connection.execute(insert(publications), [row])
    return made


def promote(connection: Connection, by: str, now: float, note: str = "") -> Publication:
    return publish(connection, Act.PROMOTE, _on_trial(connection), by, now, note)


def withdraw(connection: Connection, by: str, now: float, note: str = "") -> Publication:
    return publish(connection, Act.WITHDRAW, _on_trial(connection), by, now, note)


def roll_back(connection: Connection, by: str, now: float, note: str = "", version: str | None = None) -> Publication:
    """To this version, or to the one that was live before the present one."""
    take_turns(connection)
    to = before(history(connection)) if version is None else version
    if to is None:
        raise CannotPublish("nothing has been published, so there is nothing to roll back")
    return publish(connection, Act.ROLLBACK, to, by, now, note)


def _on_trial(connection: Connection) -> str:
    take_turns(connection)
    trial = stands(connection).trial
    return trial.version if trial else ""


def take_turns(connection: Connection) -> None:
    if locking(connection):
        connection.exec_driver_sql("LOCK TABLE publications IN EXCLUSIVE MODE")


def _publication_of(row: Any) -> Publication:
    told = json.loads(row.audience)
    audience = Audience(frozenset(told["for"]), told["share"])
    return Publication(
        row.id, row.at, row.by, Act(row.act), row.version, row.note, audience, bytes(row.previous), bytes(row.hash)
    )
