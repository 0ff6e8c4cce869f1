"""Wrong passwords by the address from which they come, so that one password tried on many names is slowed.

A name is locked after five wrong passwords (`agents`), which whoever tries one password on a hundred names never
meets. So they are counted by address too, and after so many the address waits, for whatever name.

Behind one address there may be a whole office, and one bad client among them must not keep the others out. So a
browser at which somebody has signed in is known as his from then on, by a cookie, and what he tries there is neither
refused nor counted here: his own count is enough. One browser may be known as several people's, who share a desk.

What is counted is only what was wrong, after it was compared: a shift that comes at the same moment is no attack. Two
passwords are compared at a time, so no more than two get in beside the count at each node.

Of addresses of IPv6 the first 64 bits are counted: whoever has one of them has them all.
"""

from ipaddress import IPv6Address, ip_address, ip_network

from sqlalchemy import Connection, delete, insert, select, update

from orders.access import Did
from orders.desk_words import Slowed
from orders.ledger import access_log
from orders.ledger.statements import locking, statements
from orders.ledger.tables import desk_browsers, door_tries
from orders.signing_in import Caller, DoorRules

MOST = 500  # forgotten at a time


def network(address: str) -> str:
    """What is counted of an address; empty for none, as of somebody who comes over a socket of this machine."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ip_network((parsed, 64), strict=False))


def may_try(connection: Connection, name: str, caller: Caller, now: float, rules: DoorRules) -> None:
    """Raises Slowed."""
    where = network(caller.address)
    if not rules.tries or not where:
        return
    shut = connection.scalar(select(door_tries.c.shut_until).where(door_tries.c.address == where))
    if shut is not None and shut > now and not _knows(connection, name, caller, now, rules):
        raise Slowed(shut - now)


def wrong(connection: Connection, name: str, caller: Caller, now: float, rules: DoorRules) -> None:
    """A password was."""
    where = network(caller.address)
    if not rules.tries or not where or _knows(connection, name, caller, now, rules):
        return
    count, since = _counted(connection, where, now)
    if since <= now - rules.within:
        count, since = 0, now
    shut = count + 1 >= rules.tries
    values = {"wrong": count + 1, "since": since, "shut_until": now + rules.within if shut else None}
    connection.execute(update(door_tries).where(door_tries.c.address == where).values(**values))
    if count + 1 == rules.tries:
        said = {"wrong": rules.tries, "minutes": round(rules.within / 60)}
        access_log.note(connection, now, "door", "house", Did.SLOWED, f"address {where}", data=said)


def right(connection: Connection, name: str, browser: bytes, now: float) -> None:
    """From now on this browser is known as his."""
    if not browser:
        return
    mine = (desk_browsers.c.agent == name, desk_browsers.c.token_hash == browser)
    if not connection.execute(update(desk_browsers).where(*mine).values(seen_at=now)).rowcount:
        row = {"agent": name, "token_hash": browser, "seen_at": now}
        connection.execute(insert(desk_browsers), [row])


def forget_old(connection: Connection, now: float, rules: DoorRules) -> None:
    """Some of what counts no more."""
    idle = door_tries.c.since <= now - 2 * rules.within
    over = door_tries.c.shut_until.is_(None) | (door_tries.c.shut_until <= now)
    old = select(door_tries.c.address).where(idle, over).limit(MOST)
    connection.execute(delete(door_tries).where(door_tries.c.address.in_(old)))
    unseen = select(desk_browsers.c.token_hash).where(desk_browsers.c.seen_at <= now - rules.known).limit(MOST)
    stale = desk_browsers.c.seen_at <= now - rules.known
    connection.execute(delete(desk_browsers).where(stale, desk_browsers.c.token_hash.in_(unseen)))


def _knows(connection: Connection, name: str, caller: Caller, now: float, rules: DoorRules) -> bool:
    mine = (desk_browsers.c.agent == name, desk_browsers.c.token_hash == caller.browser)
    seen = connection.scalar(select(desk_browsers.c.seen_at).where(*mine)) if caller.browser else None
    return seen is not None and seen > now - rules.known


def _counted(connection: Connection, where: str, now: float) -> tuple[int, float]:
    """How many, and since when; the row is ours until the transaction ends."""
    fresh = {"address": where, "wrong": 0, "since": now, "shut_until": None}
    connection.execute(statements(connection).put(door_tries), [fresh])
    query = select(door_tries).where(door_tries.c.address == where)
    row = connection.execute(query.with_for_update() if locking(connection) else query).one()
    return row.wrong, row.since
