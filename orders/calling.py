"""What the house does by itself about orders that are to be rung back: its own calls, and the text after a miss.

    held ──after──► the house rings: 1 confirms, 2 has an agent change it, 0 is for an agent
      │                 └─ nobody there, no key ──retry rules──► it rings again, or leaves him to the agents
      └──head_start──► agents ring, if that has not settled it

    first call that reached nobody, whoever made it ──► one text: where the flags allow it he may answer it with Y

Which orders may be confirmed without an agent, by key or by text, the flag rules say (`by_keys`): all the rules that
flagged an order must allow it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from orders.flag_words import Rules
from orders.flags import POLICY
from orders.order import Flag

HOUSE = "hall"  # who made an attempt that no agent made


@dataclass(frozen=True, slots=True)
class CallsOut:
    """by_keys:    whether the house rings by itself.
    after:      seconds from the order to the first call.
    head_start: seconds for which agents leave an order to the house's own calls.
    texts:      whether he is written to after the first call that did not reach him.
    """

    by_keys: bool = False
    after: float = 60.0
    head_start: float = 4 * 3_600.0
    texts: bool = True


def without_agent(rules: Rules, flags: Iterable[Flag]) -> bool:
    """Whether he may confirm such an order by himself. That every order is rung back is no suspicion of this one."""
    allowed = {rule.code for rule in rules.rules if rules.may_confirm_by_keys(rule)} | {POLICY.code}
    codes = {flag.code for flag in flags}
    return bool(codes) and codes <= allowed
