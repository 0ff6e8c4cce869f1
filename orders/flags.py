"""Why an order needs a call, or cannot be taken at all. Rules are data (`flag_rules.yaml`); `judge` applies them.

A rule looks at the draft of an order, the subscriber's earlier orders and what is known of him (`flag_looks`), and
answers with what it saw, or with None. What it saw is kept with the order: an agent must be able to tell the customer
why he is rung, and an auditor must see it long after the rules have changed, whose version is kept beside it.

    draft, history, profile, now ──► every rule ──► reject: no order
                                                    pass:   no call, whatever the others saw
                                                    flag:   its weight; from `flag_at` on he is rung

Rules that flag add their priority, so that an order with two reasons is rung before an order with one.
"""

import json
from collections.abc import Iterable
from datetime import UTC, tzinfo
from typing import Any

from orders.flag_looks import LOOKS
from orders.flag_words import Action, Case, Chosen, Draft, Earlier, History, Profile, Rule, Rules, Verdict
from orders.order import Flag

__all__ = [
    "LOOKS",
    "POLICY",
    "Action",
    "Chosen",
    "Draft",
    "Earlier",
    "History",
    "Profile",
    "Rule",
    "Rules",
    "Verdict",
    "flags_from_json",
    "flags_to_json",
    "judge",
]

_encode = json.JSONEncoder(ensure_ascii=False).encode

POLICY = Flag("policy", {"confirm": "all"})


def judge(
    rules: Rules,
    draft: Draft,
    history: History,
    profile: Profile,
    now: float,
    *,
    confirm_all: bool = False,
    zone: tzinfo = UTC,
) -> Verdict:
    """`confirm_all` is the house's policy that every order is rung back, whatever the rules say."""
    case = Case(draft, history, profile, now, zone)
    flags: list[Flag] = []
    codes: list[str] = []
    priority = score = 0
    passed = False
    for rule in rules.rules:
        saw = LOOKS[rule.code].see(case, **rule.parameters)
        if saw is None:
            continue
        codes.append(rule.code)
        if rule.action is Action.REJECT:
            return Verdict((Flag(rule.code, saw),), rule.code, saw=tuple(codes))
        if rule.action is Action.PASS:
            passed = True
            continue
        weight = rules.weight(rule)
        flags.append(Flag(rule.code, saw, weight))
        priority, score = priority + rule.priority, score + weight
    if passed or score < rules.flag_at:
        flags, priority = [], 0
    if confirm_all:
        flags.append(POLICY)
    return Verdict(tuple(flags), None, priority, score, tuple(codes))


def flags_to_json(flags: Iterable[Flag]) -> str:
    told = [{"code": flag.code, "saw": dict(flag.saw), "weight": flag.weight} for flag in flags]
    return _encode(told)


def flags_from_json(text: str) -> tuple[Flag, ...]:
    entries: list[dict[str, Any]] = json.loads(text)
    return tuple(Flag(entry["code"], entry["saw"], entry.get("weight", 0)) for entry in entries)
