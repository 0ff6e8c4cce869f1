"""Who is rung, when again, and what an outcome of a call means for the order: the desk's rules, without a database.

A call task waits until it is due; an agent claims it and holds it by a lease; what the customer said is the outcome.

    waiting ──claim──► held by an agent ──decision──► done                 confirmed changed rejected
       ▲                   │        │                                      not_ordered wrong_number no_such_number
       │                   │        └── nobody there: another try ──┐      no_answer busy powered_off
       │◄──release, lease over                                     │      call_later (the customer says when)
       └───────────────────────────────◄───────────────────────────┘

When the tries are spent the order is cancelled and the customer told by text that he could not be reached. Delays and
caps are data (`retry_rules.yaml`). A cap "a day" is over the past 24 hours: no midnight, no time zone, and nobody is
rung three times before twelve and three times after. When it is a decent hour to ring at all, see `calling_hours`.

Calls that the house makes by itself (`by_keys`) count as an agent's do; who answered one and pressed no key (`no_key`)
was not reached.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from orders.desk_words import BadDecision
from orders.order import Act, OrderState

DAY = 86_400.0


class Outcome(StrEnum):
    CONFIRMED = "confirmed"
    CHANGED = "changed"
    REJECTED = "rejected"
    NOT_ORDERED = "not_ordered"
    WRONG_NUMBER = "wrong_number"
    NO_SUCH_NUMBER = "no_such_number"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    POWERED_OFF = "powered_off"
    CALL_LATER = "call_later"
    NO_KEY = "no_key"  # of the house's own calls


@dataclass(frozen=True, slots=True)
class Ending:
    """What a final outcome does to the order, and which notice the customer gets; none where nobody would read it."""

    act: Act
    notice: str | None


ENDINGS: Mapping[Outcome, Ending] = {
    Outcome.CONFIRMED: Ending(Act.CONFIRM, "notice.confirmed"),
    Outcome.CHANGED: Ending(Act.CHANGE, "notice.changed"),
    Outcome.REJECTED: Ending(Act.REJECT, "notice.rejected"),
    Outcome.NOT_ORDERED: Ending(Act.DISOWN, "notice.cancelled"),
    Outcome.WRONG_NUMBER: Ending(Act.DISOWN, None),
    Outcome.NO_SUCH_NUMBER: Ending(Act.GIVE_UP, None),
}
UNREACHED = Ending(Act.GIVE_UP, "notice.unreachable")
MISSED = (Outcome.NO_ANSWER, Outcome.BUSY, Outcome.POWERED_OFF, Outcome.NO_KEY)
NOBODY = frozenset({*MISSED, Outcome.NO_SUCH_NUMBER})  # whoever was rung, there was nobody to talk with
AT_THE_DESK = tuple(outcome for outcome in Outcome if outcome is not Outcome.NO_KEY)  # what an agent may record
AWAITS_CALL = frozenset({OrderState.HELD, OrderState.PENDING})


@dataclass(frozen=True, slots=True)
class CallRules:
    """delays:    seconds until the next try, by outcome; the last is repeated until a cap ends it.
    tries, tries_a_day: calls that reached nobody, in all and in any 24 hours.
    by_keys:      of these, how many the house makes by itself before agents ring.
    callbacks:    how often a customer may put us off.
    latest:       how far ahead, in seconds, he may.
    lease:        seconds an agent holds a task without a sign of life.
    """

    delays: Mapping[Outcome, tuple[float, ...]] = field(
        default_factory=lambda: MappingProxyType(
            {
                Outcome.NO_ANSWER: (1_800.0, 10_800.0, 64_800.0),
                Outcome.BUSY: (300.0, 900.0, 3_600.0),
                Outcome.POWERED_OFF: (7_200.0, 72_000.0),
                Outcome.NO_KEY: (3_600.0, 14_400.0),
            }
        )
    )
    tries: int = 6
    tries_a_day: int = 3
    by_keys: int = 2
    callbacks: int = 3
    latest: float = 7 * DAY
    lease: float = 300.0


@dataclass(frozen=True, slots=True)
class Tried:
    outcome: str
    at: float


@dataclass(frozen=True, slots=True)
class Decision:
    """due_at: when to ring again, or None when the task is done. act: what becomes of the order, if anything does."""

    outcome: Outcome
    due_at: float | None = None
    act: Act | None = None
    notice: str | None = None

    @property
    def final(self) -> bool:
        return self.due_at is None


def outcome_named(name: str) -> Outcome:
    if name not in set(AT_THE_DESK):
        raise BadDecision(f"unknown outcome {name!r}; known are {', '.join(AT_THE_DESK)}")
    return Outcome(name)


def decide(
    outcome: Outcome,
    state: OrderState | None,
    tried: Iterable[Tried],
    now: float,
    rules: CallRules,
    callback_at: float | None = None,
) -> Decision:
    """What one outcome means. `tried`: the calls before this one; `state` is None when there is no order to decide.

    Whether the order's life allows the act is for `order.changed` to say: an agent who confirms what the customer has
    cancelled meanwhile must be told so, not overruled in silence.
    """
    if outcome in ENDINGS:
        ending = ENDINGS[outcome]
        return Decision(outcome) if state is None else Decision(outcome, None, ending.act, ending.notice)
    if state is not None and state not in AWAITS_CALL:
        return Decision(outcome)  # nobody needs to be rung about it any more
    if outcome is Outcome.CALL_LATER:
        return Decision(outcome, _callback(tried, now, rules, callback_at))
    due_at = _next_try(outcome, tried, now, rules)
    if due_at is not None:
        return Decision(outcome, due_at)
    return Decision(outcome) if state is None else Decision(outcome, None, UNREACHED.act, UNREACHED.notice)


def _callback(tried: Iterable[Tried], now: float, rules: CallRules, callback_at: float | None) -> float:
    if callback_at is None:
        raise BadDecision("call_later needs callback_at: ask the customer when he would like to be rung")
    if not now < callback_at <= now + rules.latest:
        raise BadDecision(f"callback_at must lie ahead, and within {rules.latest / DAY:g} days")
    if sum(attempt.outcome == Outcome.CALL_LATER for attempt in tried) >= rules.callbacks:
        raise BadDecision(f"he has put us off {rules.callbacks} times already: take his answer now, yes or no")
    return callback_at


def _next_try(outcome: Outcome, tried: Iterable[Tried], now: float, rules: CallRules) -> float | None:
    missed = [attempt for attempt in tried if attempt.outcome in rules.delays]
    if len(missed) + 1 >= rules.tries:
        return None
    delays = rules.delays[outcome]
    same = sum(attempt.outcome == outcome for attempt in missed)
    due_at = now + delays[min(same, len(delays) - 1)]
    today = sorted([attempt.at for attempt in missed] + [now])[-rules.tries_a_day :]
    return due_at if len(today) < rules.tries_a_day else max(due_at, today[0] + DAY)
