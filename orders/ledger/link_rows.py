"""Links in the ledger: what people want of them, which every node follows, and how a node's links are.

Two hands write a row, and neither touches the other's columns: a command says `held`, the server says the rest.
"""

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, delete, select, update

from orders.ledger.statements import statements, write
from orders.ledger.tables import links, nodes
from orders.links import LinkReport, LinkRow, LinkState

_held = select(links.c.name).where(links.c.node == bindparam("of"), links.c.held)
_all = select(links, nodes.c.seen_at).join(nodes, nodes.c.name == links.c.node, isouter=True)
_this = (links.c.node == bindparam("of"), links.c.name == bindparam("called"))
_want = update(links).where(*_this).values(held=bindparam("wanted"), held_by=bindparam("who"), held_at=bindparam("now"))
_tell = (
    update(links)
    .where(*_this)
    .values(
        account=bindparam("under"),
        state=bindparam("how"),
        since=bindparam("from"),
        in_flight=bindparam("flying"),
        waiting=bindparam("behind"),
        throttled=bindparam("slowed"),
        pace=bindparam("found"),
        trouble=bindparam("because"),
        told_at=bindparam("now"),
    )
)


def held(connection: Connection, node: str) -> frozenset[str]:
    """The names of the links that are to be out of service."""
    return frozenset(connection.scalars(_held, {"of": node}))


def want(connection: Connection, node: str, names: Iterable[str], out: bool, by: str, now: float) -> None:
    named = list(names)
    _make_rows(connection, node, named)
    write(connection, _want, ({"of": node, "called": name, "wanted": out, "who": by, "now": now} for name in named))


def tell(connection: Connection, node: str, reports: Iterable[LinkReport], now: float) -> None:
    told = list(reports)
    _make_rows(connection, node, [report.name for report in told])
    write(
        connection,
        _tell,
        (
            {
                "of": node,
                "called": report.name,
                "under": report.account,
                "how": report.state,
                "from": report.since,
                "flying": report.in_flight,
                "behind": report.waiting,
                "slowed": report.throttled,
                "found": report.pace,
                "because": report.trouble,
                "now": now,
            }
            for report in told
        ),
    )


def leave(connection: Connection, node: str, now: float) -> None:
    """The node stops; its links are not bound, and not out of service either."""
    connection.execute(
        update(links)
        .where(links.c.node == node)
        .values(
            state=LinkState.OUT,
            since=now,
            in_flight=0,
            waiting=0,
            throttled=False,
            pace=0.0,
            trouble="",
            told_at=now,
        )
    )


def forget(connection: Connection, node: str, known: Iterable[str]) -> None:
    """Links that are no longer configured."""
    connection.execute(delete(links).where(links.c.node == node, links.c.name.not_in(list(known))))


def listed(connection: Connection, node: str | None = None) -> list[LinkRow]:
    query = _all if node is None else _all.where(links.c.node == node)
    return [
        LinkRow(
            node=row.node,
            report=LinkReport(
                name=row.name,
                account=row.account,
                state=LinkState(row.state),
                since=row.since,
                in_flight=row.in_flight,
                waiting=row.waiting,
                throttled=row.throttled,
                pace=row.pace,
                trouble=row.trouble,
            ),
            told_at=row.told_at,
            held=row.held,
            held_by=row.held_by,
            held_at=row.held_at,
            node_seen_at=row.seen_at,
        )
        for row in connection.execute(query.order_by(links.c.node, links.c.name))
    ]


def _make_rows(connection: Connection, node: str, names: Iterable[str]) -> None:
    nothing = {"held": False, "account": "", "state": LinkState.OUT, "since": 0.0, "in_flight": 0, "waiting": 0}
    write(
        connection,
        statements(connection).put(links),
        ({"node": node, "name": name, **nothing, "throttled": False} for name in names),
    )
