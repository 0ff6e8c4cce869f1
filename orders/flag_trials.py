"""Rules tried on past orders before they are switched on: what they would have done, and whether they would be right.

    would have flagged   312   3.1 %   (then 240   2.4 %; 90 newly, 18 no longer)
    of 230 that an agent decided, the customer did not want 94 (41 %)

Right is what the customers said: of the orders that would have been flagged, some were flagged then, too, and an agent
rang. A rule of which few were unwanted costs calls and finds nothing. What nobody rang about tells nothing, and is not
counted.
"""

from collections import Counter
from dataclasses import dataclass, field
from itertools import combinations

from orders.flag_looks import LOOKS, Replay
from orders.flag_words import Rules, Verdict

PAIRS = 10


@dataclass(frozen=True, slots=True)
class Past:
    """What became of an order. flagged, refused: by the rules of its time. decided: an agent rang and was told, and
    `unwanted` says that the customer did not want it, or never ordered it."""

    flagged: bool
    refused: bool
    decided: bool
    unwanted: bool


@dataclass(slots=True)
class Share:
    """Orders, how many of them an agent decided, and how many of those were unwanted."""

    orders: int = 0
    decided: int = 0
    unwanted: int = 0

    def add(self, past: Past) -> None:
        self.orders += 1
        self.decided += past.decided
        self.unwanted += past.unwanted

    @property
    def right(self) -> float | None:
        return self.unwanted / self.decided if self.decided else None


@dataclass(slots=True)
class RuleTrial:
    """alone: where no other rule saw anything."""

    saw: Share = field(default_factory=Share)
    alone: int = 0


@dataclass(slots=True)
class Trial:
    rules: Rules
    orders: int = 0
    first_at: float | None = None
    last_at: float | None = None
    would: Share = field(default_factory=Share)
    would_refuse: int = 0
    did: Share = field(default_factory=Share)
    did_refuse: int = 0
    newly: int = 0
    no_longer: int = 0
    of: dict[str, RuleTrial] = field(default_factory=dict)
    together: Counter[tuple[str, str]] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.of = {rule.code: RuleTrial() for rule in self.rules.rules}

    def add(self, at: float, verdict: Verdict, past: Past) -> None:
        flagged = bool(verdict.flags) and verdict.rejected is None
        self.orders += 1
        self.first_at = at if self.first_at is None else min(self.first_at, at)
        self.last_at = at if self.last_at is None else max(self.last_at, at)
        self.would_refuse += verdict.rejected is not None
        self.did_refuse += past.refused
        if flagged:
            self.would.add(past)
        if past.flagged:
            self.did.add(past)
        self.newly += flagged and not past.flagged
        self.no_longer += past.flagged and not flagged
        for code in verdict.saw:
            self.of[code].saw.add(past)
            self.of[code].alone += len(verdict.saw) == 1
        self.together.update(combinations(sorted(verdict.saw), 2))

    @property
    def plain(self) -> dict[str, object]:
        return {
            "rules": self.rules.version,
            "orders": self.orders,
            "first_at": self.first_at,
            "last_at": self.last_at,
            "would_flag": _plain(self.would),
            "would_refuse": self.would_refuse,
            "flagged_then": _plain(self.did),
            "refused_then": self.did_refuse,
            "newly": self.newly,
            "no_longer": self.no_longer,
            "by_rule": {
                code: _plain(of.saw) | {"alone": of.alone, "replay": replay(code).value} for code, of in self.of.items()
            },
            "together": [{"rules": [*pair], "orders": times} for pair, times in self.together.most_common(PAIRS)],
        }


def replay(code: str) -> Replay:
    return LOOKS[code].replay


def _plain(share: Share) -> dict[str, object]:
    return {"orders": share.orders, "decided": share.decided, "unwanted": share.unwanted}
