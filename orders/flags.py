"""Why an order needs a call, or cannot be taken at all. Rules are data (`flag_rules.yaml`); `judge` applies them.

A rule looks at the draft of an order, the subscriber's earlier orders and what is known of him, and answers with what
it saw, or with None. What it saw is kept with the order: an agent must be able to tell the customer why he is rung, and
an auditor must see it long after the rules have changed. Rules that flag add their priority, so that an order with two
reasons is rung before an order with one; a single rule that rejects ends the matter.

    draft, history, profile, now ──► every rule ──► Verdict(flags, rejected, priority)
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias

from dialogs.words import Values
from orders.order import Flag, OrderItem, OrderState

POLICY = Flag("policy", {"confirm": "all"})


class Action(StrEnum):
    FLAG = "flag"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class Rule:
    """`code` names both the rule and the looking function; `parameters` are that function's, all of them."""

    code: str
    action: Action
    priority: int
    parameters: Mapping[str, int]


Rules: TypeAlias = tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """What is about to be ordered; `total` in fen."""

    subscriber: str
    items: tuple[OrderItem, ...]
    address: str | None = None

    @property
    def total(self) -> int:
        return sum(item.price for item in self.items)


@dataclass(frozen=True, slots=True)
class Earlier:
    number: str
    offers: tuple[str, ...]
    at: float
    state: OrderState
    total: int


@dataclass(frozen=True, slots=True)
class History:
    """orders: how many he ever placed that were not rejected or cancelled; recent: those young enough for any rule."""

    orders: int = 0
    recent: tuple[Earlier, ...] = ()


@dataclass(frozen=True, slots=True)
class Profile:
    blacklisted: bool = False
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """rejected: the code of the rule that rejects, or None."""

    flags: tuple[Flag, ...] = ()
    rejected: str | None = None
    priority: int = 0


@dataclass(frozen=True, slots=True)
class Case:
    draft: Draft
    history: History
    profile: Profile
    now: float

    def within(self, hours: int) -> list[Earlier]:
        """Orders of the last hours that were meant: one he cancelled himself is no reason to ring him."""
        since = self.now - hours * 3600
        return [order for order in self.history.recent if order.at > since and order.state not in GIVEN_UP]


GIVEN_UP = frozenset({OrderState.CANCELLED, OrderState.REJECTED})

Look = Callable[..., Values | None]


def first_order(case: Case) -> Values | None:
    return {"earlier_orders": 0} if case.history.orders == 0 else None


def high_value(case: Case, *, fen: int) -> Values | None:
    return {"total": case.draft.total, "limit": fen} if case.draft.total >= fen else None


def quantity(case: Case, *, pieces: int) -> Values | None:
    wanted = sum(item.quantity for item in case.draft.items)
    return {"pieces": wanted, "limit": pieces} if wanted >= pieces else None


def repeated(case: Case, *, hours: int) -> Values | None:
    wanted = {item.offer for item in case.draft.items}
    same = [order for order in case.within(hours) if wanted & set(order.offers)]
    if not same:
        return None
    last = max(same, key=lambda order: order.at)
    return {"number": last.number, "at": last.at, "offers": [*sorted(wanted & set(last.offers))], "hours": hours}


def velocity(case: Case, *, orders: int, hours: int) -> Values | None:
    """Counted with the order at hand; cancelled ones count, for placing and cancelling is what a nuisance does."""
    since = case.now - hours * 3600
    count = 1 + sum(order.at > since for order in case.history.recent)
    return {"orders": count, "limit": orders, "hours": hours} if count >= orders else None


def blacklist(case: Case) -> Values | None:
    return {"blacklisted": True} if case.profile.blacklisted else None


def no_address(case: Case) -> Values | None:
    return None if (case.draft.address or case.profile.address or "").strip() else {"address": ""}


LOOKS: Mapping[str, tuple[Look, tuple[str, ...]]] = {
    "first_order": (first_order, ()),
    "high_value": (high_value, ("fen",)),
    "quantity": (quantity, ("pieces",)),
    "repeated": (repeated, ("hours",)),
    "velocity": (velocity, ("orders", "hours")),
    "blacklist": (blacklist, ()),
    "no_address": (no_address, ()),
}


def judge(
    rules: Rules, draft: Draft, history: History, profile: Profile, now: float, *, confirm_all: bool = False
) -> Verdict:
    """`confirm_all` is the house's policy that every order is rung back, whatever the rules say."""
    case = Case(draft, history, profile, now)
    flags: list[Flag] = []
    priority = 0
    for rule in rules:
        saw = LOOKS[rule.code][0](case, **rule.parameters)
        if saw is None:
            continue
        if rule.action is Action.REJECT:
            return Verdict((Flag(rule.code, saw),), rule.code)
        flags.append(Flag(rule.code, saw))
        priority += rule.priority
    if confirm_all:
        flags.append(POLICY)
    return Verdict(tuple(flags), None, priority)


def window(rules: Rules) -> float:
    """How far back any rule looks, in seconds: so far must `History.recent` reach."""
    return max((rule.parameters.get("hours", 0) for rule in rules), default=0) * 3600.0


def flags_to_json(flags: Iterable[Flag]) -> str:
    told = [{"code": flag.code, "saw": dict(flag.saw), "weight": flag.weight} for flag in flags]
    return json.dumps(told, ensure_ascii=False)


def flags_from_json(text: str) -> tuple[Flag, ...]:
    entries: list[dict[str, Any]] = json.loads(text)
    return tuple(Flag(entry["code"], entry["saw"], entry.get("weight", 0)) for entry in entries)
