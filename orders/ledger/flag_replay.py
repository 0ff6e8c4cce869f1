"""Past orders judged by rules as if they came in now, one range of subscribers after another, in bounded memory.

Each order is judged at the instant at which it was placed, with the earlier orders in the states in which they stood
then: those are read off their events. What no event tells is taken as it is known today: the address, the blacklist,
the name, the terms of a number.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import tzinfo
from typing import Any

from sqlalchemy import Connection, func, select

from orders.flag_history import history
from orders.flag_trials import Past, Trial
from orders.flags import POLICY, Chosen, Draft, Profile, Rules, flags_from_json, judge
from orders.ledger.placing import earlier_of
from orders.ledger.tables import numbers, order_events, order_items, orders, subscribers
from orders.ledger.verifying import by_order, ranges
from orders.order import Act, OrderItem, OrderState

UNWANTED = frozenset({Act.REJECT, Act.DISOWN})
DECIDED = UNWANTED | {Act.CONFIRM, Act.CHANGE}


def tried(
    connection: Connection,
    rules: Rules,
    zone: tzinfo,
    since: float | None = None,
    told: Callable[[int, int | None], None] = lambda done, of: None,
    most: int | None = None,
) -> Trial:
    """since: orders before that are history only. most: no more are looked at once there were so many of those.
    told: how many orders of how many have been looked at."""
    trial = Trial(rules)
    total = connection.scalar(select(func.count()).select_from(orders)) or 0
    done = 0
    for within in ranges(connection):
        rows = connection.execute(select(orders).where(within(orders)).order_by(orders.c.ordered_at)).all()
        items = by_order(connection, order_items, within, order_items.c.item)
        events = by_order(connection, order_events, within, order_events.c.event)
        known = {row.subscriber: row for row in connection.execute(select(subscribers).where(within(subscribers)))}
        chosen = _chosen(connection, items.values())
        for mine in _by_subscriber(rows):
            for place, row in enumerate(mine):
                if since is None or row.ordered_at >= since:
                    draft = _draft(row, items[row.subscriber, row.number], chosen)
                    past = [
                        earlier_of(each, items[each.subscriber, each.number], state)
                        for each in mine[:place]
                        if (state := _state_at(events[each.subscriber, each.number], row.ordered_at))
                    ]
                    profile = _profile(known.get(row.subscriber))
                    seen = history(past, row.ordered_at - rules.window)
                    verdict = judge(rules, draft, seen, profile, row.ordered_at, zone=zone)
                    trial.add(row.ordered_at, verdict, _became(row, events[row.subscriber, row.number]))
        done += len(rows)
        told(done, total)
        if most is not None and trial.orders >= most:
            break
    return trial


def _by_subscriber(rows: Sequence[Any]) -> Iterator[list[Any]]:
    of: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        of[row.subscriber].append(row)
    yield from of.values()


def _state_at(events: Sequence[Any], at: float) -> OrderState | None:
    """In which it stood then; None for what came later in the same instant, or is not whole."""
    last = bisect_right(events, at, key=lambda event: event.at)
    return OrderState(events[last - 1].state) if last else None


def _draft(row: Any, items: Sequence[Any], chosen: Mapping[str, Chosen]) -> Draft:
    return Draft(
        row.subscriber,
        tuple(OrderItem(item.offer, item.quantity, item.unit_price, item.resource) for item in items),
        row.address,
        row.recipient,
        row.channel,
        tuple(chosen[item.resource] for item in items if item.resource in chosen),
    )


def _chosen(connection: Connection, items: Any) -> dict[str, Chosen]:
    wanted = [item.resource for listed in items for item in listed if item.resource]
    if not wanted:
        return {}
    query = select(numbers.c.number, numbers.c.grade, numbers.c.prepaid, numbers.c.region)
    rows = connection.execute(query.where(numbers.c.number.in_(wanted)))
    return {row.number: Chosen(row.grade, row.prepaid, row.region) for row in rows}


def _profile(known: Any) -> Profile:
    return Profile() if known is None else Profile(bool(known.blacklisted), known.address, known.name)


def _became(row: Any, events: Sequence[Any]) -> Past:
    acts = {event.act for event in events if event.actor.startswith("agent:")}
    by_rules = [flag for flag in flags_from_json(row.flags) if flag.code != POLICY.code]
    refused = bool(events) and events[0].act == Act.PLACE_REFUSED
    return Past(bool(by_rules) and not refused, refused, bool(acts & DECIDED), bool(acts & UNWANTED))
