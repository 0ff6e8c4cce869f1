"""The words in which is judged whether an order needs a call: what is wanted, what was before, and what rules say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from enum import StrEnum

from orders.order import Flag, OrderItem, OrderState

GIVEN_UP = frozenset({OrderState.CANCELLED, OrderState.REJECTED})


class Action(StrEnum):
    PASS = "pass"
    FLAG = "flag"
    REJECT = "reject"


# ── Rules ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Rule:
    """`code` names both the rule and the looking function; `parameters` are that function's, all of them.

    weight:   what it adds to the score; None: enough by itself.
    priority: how much sooner he is rung.
    by_keys:  whether he may confirm by himself, by a key or a text, what it flags; None: if it is not enough by itself.
    """

    code: str
    action: Action
    priority: int
    parameters: Mapping[str, int] = field(default_factory=dict)
    weight: int | None = None
    by_keys: bool | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """flag_at: the score from which he is rung. version: made from the content of the file they were read from."""

    rules: tuple[Rule, ...] = ()
    flag_at: int = 100
    version: str = ""

    def weight(self, rule: Rule) -> int:
        return self.flag_at if rule.weight is None else rule.weight

    def may_confirm_by_keys(self, rule: Rule) -> bool:
        return self.weight(rule) < self.flag_at if rule.by_keys is None else rule.by_keys

    @property
    def window(self) -> float:
        """How far back any rule looks, in seconds: so far must `History.recent` reach."""
        units = (("days", 86_400.0), ("hours", 3_600.0), ("minutes", 60.0))
        each = (rule.parameters.get(unit, 0) * seconds for rule in self.rules for unit, seconds in units)
        return max(each, default=0.0)


# ── What is judged ───────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Chosen:
    """A telephone number that goes with an order: its grade, its prepayment in fen, and where it belongs."""

    grade: str
    prepaid: int
    region: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """What is about to be ordered; `total` in fen."""

    subscriber: str
    items: tuple[OrderItem, ...]
    address: str | None = None
    recipient: str | None = None
    channel: str = ""
    numbers: tuple[Chosen, ...] = ()

    @property
    def total(self) -> int:
        return sum(item.price for item in self.items)


@dataclass(frozen=True, slots=True)
class Earlier:
    """numbers: how many telephone numbers went with it."""

    number: str
    offers: tuple[str, ...]
    at: float
    state: OrderState
    total: int
    channel: str = ""
    numbers: int = 0


@dataclass(frozen=True, slots=True)
class History:
    """orders: how many he ever placed that were not rejected or cancelled; recent: those young enough for any rule.

    completed: how many reached him. last_at: when he ordered last. numbers: how many he chose and did not give back.
    """

    orders: int = 0
    recent: tuple[Earlier, ...] = ()
    completed: int = 0
    last_at: float | None = None
    numbers: int = 0


@dataclass(frozen=True, slots=True)
class Profile:
    blacklisted: bool = False
    address: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    draft: Draft
    history: History
    profile: Profile
    now: float
    zone: tzinfo = UTC

    def within(self, hours: int) -> list[Earlier]:
        """Orders of the last hours that were meant: one he cancelled himself is no reason to ring him."""
        return [order for order in self.since(hours * 3600.0) if order.state not in GIVEN_UP]

    def since(self, seconds: float) -> list[Earlier]:
        return [order for order in self.history.recent if order.at > self.now - seconds]

    @property
    def local(self) -> datetime:
        return datetime.fromtimestamp(self.now, self.zone)


# ── What comes of it ─────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Verdict:
    """rejected: the code of the rule that rejects, or None. score: of all that saw something, also where it was not
    enough for a call. saw: their codes."""

    flags: tuple[Flag, ...] = ()
    rejected: str | None = None
    priority: int = 0
    score: int = 0
    saw: tuple[str, ...] = ()
