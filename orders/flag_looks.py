"""What rules look at, one function each: it answers with what it saw, or with None.

What it saw is kept for ever with the order, and shown at the desk. So it names amounts, counts and other orders, and
never a person: no address, no name, no telephone number.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from dialogs.words import Values
from orders.flag_words import Case
from orders.order import OrderState

UNWANTED = frozenset({OrderState.REJECTED, OrderState.FAILED})


class Replay(StrEnum):
    """How true a rule is when it is tried on the past."""

    EXACT = "exact"
    TODAY = "by what is known today"


# ── Of the order itself ──────────────────────────────────────────────────────────────────────────────────────────────


def high_value(case: Case, *, fen: int) -> Values | None:
    return {"total": case.draft.total, "limit": fen} if case.draft.total >= fen else None


def quantity(case: Case, *, pieces: int) -> Values | None:
    wanted = sum(item.quantity for item in case.draft.items)
    return {"pieces": wanted, "limit": pieces} if wanted >= pieces else None


def lucky_number(case: Case, *, fen: int) -> Values | None:
    """By the prepayment, which is what a grade comes to."""
    dear = [number for number in case.draft.numbers if number.prepaid >= fen]
    if not dear:
        return None
    dearest = max(dear, key=lambda number: number.prepaid)
    return {"grade": dearest.grade, "prepaid": dearest.prepaid, "limit": fen}


def night(case: Case, *, begins: int, ends: int) -> Values | None:
    """Hours of the day, in the time zone of the house; `begins: 23, ends: 6` goes over midnight."""
    at = case.local
    inside = begins <= at.hour < ends if begins <= ends else at.hour >= begins or at.hour < ends
    return {"hour": at.hour, "minute": at.minute} if inside else None


def no_address(case: Case) -> Values | None:
    return None if (case.draft.address or case.profile.address or "").strip() else {"address": ""}


def other_region(case: Case) -> Values | None:
    """A number that belongs elsewhere than where it is to be delivered."""
    address = case.draft.address or case.profile.address or ""
    away = [each.region for each in case.draft.numbers if each.region and address and each.region not in address]
    return {"region": away[0]} if away else None


def third_party(case: Case) -> Values | None:
    """For somebody else than who is known under this number."""
    named, known = case.draft.recipient, case.profile.name
    return {"recipient": "other"} if named and known and named.strip() != known.strip() else None


# ── Of what was before ───────────────────────────────────────────────────────────────────────────────────────────────


def first_order(case: Case) -> Values | None:
    return {"earlier_orders": 0} if case.history.orders == 0 else None


def repeated(case: Case, *, hours: int) -> Values | None:
    wanted = {item.offer for item in case.draft.items}
    same = [order for order in case.within(hours) if wanted & set(order.offers)]
    if not same:
        return None
    last = max(same, key=lambda order: order.at)
    return {"number": last.number, "at": last.at, "offers": [*sorted(wanted & set(last.offers))], "hours": hours}


def other_hall(case: Case, *, hours: int) -> Values | None:
    """The same again by another way: he is not sure whether the first one arrived."""
    wanted = {item.offer for item in case.draft.items}
    same = [each for each in case.within(hours) if wanted & set(each.offers) and each.channel != case.draft.channel]
    if not same:
        return None
    last = max(same, key=lambda order: order.at)
    return {"number": last.number, "at": last.at, "channel": last.channel, "hours": hours}


def velocity(case: Case, *, orders: int, hours: int) -> Values | None:
    """Counted with the order at hand; cancelled ones count, for placing and cancelling is what a nuisance does."""
    count = 1 + len(case.since(hours * 3600.0))
    return {"orders": count, "limit": orders, "hours": hours} if count >= orders else None


def burst(case: Case, *, orders: int, minutes: int) -> Values | None:
    count = 1 + len(case.since(minutes * 60.0))
    return {"orders": count, "limit": orders, "minutes": minutes} if count >= orders else None


def unwanted_before(case: Case, *, times: int, days: int) -> Values | None:
    """Orders that he did not want in the end, or that could not be brought."""
    count = sum(order.state in UNWANTED for order in case.since(days * 86_400.0))
    return {"times": count, "limit": times, "days": days} if count >= times else None


def cancelled_before(case: Case, *, times: int, days: int) -> Values | None:
    count = sum(order.state is OrderState.CANCELLED for order in case.since(days * 86_400.0))
    return {"times": count, "limit": times, "days": days} if count >= times else None


def many_numbers(case: Case, *, numbers: int) -> Values | None:
    """Counted with those of the order at hand."""
    wanted = sum(item.resource is not None for item in case.draft.items)
    count = case.history.numbers + wanted
    return {"numbers": count, "limit": numbers} if wanted and count >= numbers else None


def long_silent(case: Case, *, days: int) -> Values | None:
    last = case.history.last_at
    if last is None or case.now - last < days * 86_400.0:
        return None
    return {"days": int((case.now - last) // 86_400), "limit": days}


def known_customer(case: Case, *, orders: int) -> Values | None:
    """To let pass: so many orders have reached him."""
    return {"completed": case.history.completed, "limit": orders} if case.history.completed >= orders else None


# ── Of the person ────────────────────────────────────────────────────────────────────────────────────────────────────


def blacklist(case: Case) -> Values | None:
    return {"blacklisted": True} if case.profile.blacklisted else None


@dataclass(frozen=True, slots=True)
class Look:
    """see: the function. needs: its parameters, each with its least value. replay: how it can be tried on the past."""

    see: Callable[..., Values | None]
    needs: Mapping[str, int]
    replay: Replay = Replay.EXACT


LOOKS: Mapping[str, Look] = {
    "first_order": Look(first_order, {}),
    "high_value": Look(high_value, {"fen": 1}),
    "quantity": Look(quantity, {"pieces": 1}),
    "lucky_number": Look(lucky_number, {"fen": 1}, Replay.TODAY),
    "night": Look(night, {"begins": 0, "ends": 0}),
    "no_address": Look(no_address, {}, Replay.TODAY),
    "other_region": Look(other_region, {}, Replay.TODAY),
    "third_party": Look(third_party, {}, Replay.TODAY),
    "repeated": Look(repeated, {"hours": 1}),
    "other_hall": Look(other_hall, {"hours": 1}),
    "velocity": Look(velocity, {"orders": 1, "hours": 1}),
    "burst": Look(burst, {"orders": 1, "minutes": 1}),
    "unwanted_before": Look(unwanted_before, {"times": 1, "days": 1}),
    "cancelled_before": Look(cancelled_before, {"times": 1, "days": 1}),
    "many_numbers": Look(many_numbers, {"numbers": 1}),
    "long_silent": Look(long_silent, {"days": 1}),
    "known_customer": Look(known_customer, {"orders": 1}),
    "blacklist": Look(blacklist, {}, Replay.TODAY),
}
