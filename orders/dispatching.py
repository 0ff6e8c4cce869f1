"""Who carries what, and how long it may take: the rules of dispatch, without a database.

An order that nothing stands in the way of is given to a carrier. The rules are read from the top; the first one that
fits an item and leads to a carrier who has not declined it decides:

    - to: manager                       # important customers: the account manager who stands beside the subscriber
    - offers: [G3ZJ]                    # by product
      areas: [新疆, 西藏]                # by address: words of which one is in it
      to: ems
    - prefixes: [861380013]             # by the subscriber's own number
      at_least: 500000                  # by what the order comes to, in fen
      to: {sf: 70, ems: 30}             # by share
    - to: any                           # all carriers but account managers, in equal parts

Shares are drawn by a hash of the order's number: the same order always comes to the same carrier, on every node, and
after a carrier has declined the rest is shared out among the others in the same way.
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from orders.consignment import ConsignmentState, Step
from orders.order import OrderItem, OrderState

HOUR, DAY = 3_600.0, 86_400.0
MANAGER, ANY = "manager", "any"

S = ConsignmentState

# How long a consignment may stand where it stands before somebody should begin to wonder; a carrier may have his own.
LATE: Mapping[ConsignmentState, float] = MappingProxyType(
    {
        S.WAITING: HOUR,
        S.OFFERED: 4 * HOUR,
        S.ACCEPTED: DAY,
        S.PICKED_UP: DAY,
        S.IN_TRANSIT: 4 * DAY,
        S.REFUSED: 10 * DAY,
        S.RECALLING: DAY,
        S.COMING_BACK: 10 * DAY,
    }
)

# Orders that may leave the house, and those that no longer shall.
CLEAR = frozenset({OrderState.ACKNOWLEDGED, OrderState.IN_PROGRESS})
CALLED_OFF = frozenset({OrderState.CANCELLED, OrderState.REJECTED, OrderState.ASSESSING_CANCELLATION})


@dataclass(frozen=True, slots=True)
class Carrier:
    """
    kind:  `http`, `files`, `manager`, `demonstration`: who speaks to him.
    names: what subscribers know him by, by language.
    every: what is to be done with him is done at these intervals, in seconds (a file at a time); 0: at once.
    look:  seconds after which he is asked how a consignment stands; 0: he tells by himself.
    late:  his own limits, where they differ.
    plays: the demonstration: after so many seconds in this state, this step.
    agent: the account manager's name at the desk; phone: where he reads of new consignments.
    """

    name: str
    kind: str
    names: Mapping[str, str] = field(default_factory=dict)
    every: float = 0.0
    look: float = 0.0
    late: Mapping[ConsignmentState, float] = field(default_factory=dict)
    plays: Mapping[ConsignmentState, tuple[float, Step]] = field(default_factory=dict)
    agent: str = ""
    phone: str = ""

    def due_at(self, state: ConsignmentState, now: float) -> float | None:
        """When the house is to do something about a consignment that has just come to this state."""
        if state in self.plays:
            return now + self.plays[state][0]
        if state in (S.WAITING, S.RECALLING):
            return now if self.every <= 0 else -(-now // self.every) * self.every
        return now + self.look if self.look > 0 and state in LATE else None


@dataclass(frozen=True, slots=True)
class Rule:
    """`to`: carriers and their shares; without any, MANAGER or ANY as `way` says."""

    to: Mapping[str, int] = field(default_factory=dict)
    way: str = ""
    offers: frozenset[str] = frozenset()
    areas: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()
    at_least: int = 0

    def fits(self, item: OrderItem, total: int, sent: "Sent") -> bool:
        return (
            (not self.offers or item.offer in self.offers)
            and (not self.areas or any(area in (sent.address or "") for area in self.areas))
            and (not self.prefixes or sent.subscriber.startswith(self.prefixes))
            and total >= self.at_least
        )


@dataclass(frozen=True, slots=True)
class Sent:
    """What the rules look at, beside the items."""

    number: str
    subscriber: str
    address: str | None = None
    manager: str | None = None


@dataclass(frozen=True, slots=True)
class Dispatching:
    """grace: seconds for which an order rests before a carrier hears of it: a change of mind shall cost nobody a way.
    pauses: seconds between tries to reach a carrier; the last is repeated."""

    carriers: Mapping[str, Carrier] = field(default_factory=dict)
    rules: tuple[Rule, ...] = (Rule(way=MANAGER), Rule(way=ANY))
    grace: float = 0.0
    pauses: tuple[float, ...] = (5.0, 30.0, 120.0, 600.0)

    def __bool__(self) -> bool:
        """Whether this house sends anything at all."""
        return bool(self.carriers)

    def late_at(self, carrier: str | None, state: ConsignmentState, now: float) -> float | None:
        of = self.carriers.get(carrier or "")
        limit = (of.late if of else {}).get(state, LATE.get(state))
        return None if limit is None else now + limit

    def due_at(self, carrier: str | None, state: ConsignmentState, now: float) -> float | None:
        of = self.carriers.get(carrier or "")
        if of is None:
            return now if state is S.WAITING else None  # the rules are to be asked
        return of.due_at(state, now)

    def again_at(self, attempts: int, now: float) -> float:
        return now + self.pauses[min(attempts, len(self.pauses) - 1)]

    def called(self, carrier: str | None) -> dict[str, str]:
        of = self.carriers.get(carrier or "")
        return dict(of.names) if of and of.names else {"zh": carrier or "", "en": carrier or ""}


def routes(
    house: Dispatching, sent: Sent, items: Sequence[tuple[int, OrderItem]], declined: Collection[str] = ()
) -> dict[str | None, tuple[int, ...]]:
    """The items (place and item) by the carrier who is to have them; None: nobody would."""
    total = sum(item.price for _, item in items)
    found: dict[str | None, list[int]] = defaultdict(list)
    for place, item in items:
        found[_carrier(house, sent, item, total, declined)].append(place)
    return {carrier: tuple(places) for carrier, places in found.items()}


def _carrier(house: Dispatching, sent: Sent, item: OrderItem, total: int, declined: Collection[str]) -> str | None:
    fitting = (_share(house, rule, sent) for rule in house.rules if rule.fits(item, total, sent))
    return next((name for shares in fitting if (name := _drawn(sent.number, shares, declined))), None)


def _share(house: Dispatching, rule: Rule, sent: Sent) -> Mapping[str, int]:
    if rule.way == MANAGER:
        return {sent.manager: 1} if sent.manager and sent.manager in house.carriers else {}
    if rule.way == ANY:
        return {name: 1 for name, carrier in house.carriers.items() if carrier.kind != MANAGER}
    return {name: share for name, share in rule.to.items() if name in house.carriers}


def _drawn(number: str, shares: Mapping[str, int], declined: Collection[str]) -> str | None:
    willing = [(name, share) for name, share in sorted(shares.items()) if name not in declined and share > 0]
    if not willing:
        return None
    drawn = _hash(number) % sum(share for _, share in willing)
    return next(name for name, below in _running(willing) if drawn < below)


def _running(shares: Sequence[tuple[str, int]]) -> Iterator[tuple[str, int]]:
    sum_so_far = 0
    for name, share in shares:
        sum_so_far += share
        yield name, sum_so_far


def _hash(number: str) -> int:
    return int.from_bytes(hashlib.sha256(number.encode()).digest()[:8])
