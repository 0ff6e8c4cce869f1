"""The rules as an operator writes them, read and checked when Hall starts, is reloaded, or they are published.

    - flag_at: 100          # the score from which a customer is rung; 100 where nothing is said

    - rule: high_value      # one of the looks of `flag_looks`
      action: flag          # flag: ring the customer; pass: do not, whatever else there is; reject: take no order
      weight: 60            # what it adds to the score; without it, it is enough by itself
      priority: 30          # how much sooner he is rung
      by_keys: false        # whether he may confirm it by himself, by a key or a text; if not said, what weighs less
                            # than flag_at may be, and what is enough by itself may not
      fen: 200000           # what this rule needs to know

The order of the rules is the order in which an agent reads the reasons. The version of the rules is made from the text,
so that a version can only ever mean one thing.
"""

import hashlib
from importlib import resources
from typing import Any

from orders.flag_looks import LOOKS
from orders.flag_words import Action, Rule, Rules
from orders.rows import BadRow, Problem, Refused, Row, known_fields, made, read, yes

COMMON = ("rule", "action", "weight", "priority", "by_keys")
THRESHOLD = "flag_at"
LARGEST = 1_000_000_000
HOURS = ("begins", "ends")


def parse(text: str, filename: str) -> Rules:
    """The rules of a file, or `Refused` with every problem by line."""
    rows = read(text, filename)
    thresholds = [row for row in rows if THRESHOLD in row.values]
    told = [row for row in rows if THRESHOLD not in row.values]
    if len(thresholds) > 1:
        raise Refused(Problem(filename, row.line, f"{THRESHOLD} stands above already") for row in thresholds[1:])
    flag_at = made(thresholds, filename, _threshold)
    rules = made(told, filename, _rule)
    twice = [row for place, row in enumerate(told) if rules[place].code in {rule.code for rule in rules[:place]}]
    if twice:
        raise Refused(Problem(filename, row.line, f"rule {row.values['rule']} stands above already") for row in twice)
    return Rules(tuple(rules), flag_at[0] if flag_at else Rules().flag_at, version_of(text))


def standard_text() -> str:
    return resources.files("orders").joinpath("flag_rules.yaml").read_text("utf-8")


def standard() -> Rules:
    """The rules that come with Hall."""
    return parse(standard_text(), "flag_rules.yaml")


def version_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _threshold(row: Row) -> int:
    known_fields(row, (THRESHOLD,))
    return _count(row.values.get(THRESHOLD), THRESHOLD, 1)


def _rule(row: Row) -> Rule:
    code = str(row.values.get("rule"))
    if code not in LOOKS:
        raise BadRow(f"unknown rule {code}; known are {', '.join(LOOKS)}")
    needs = LOOKS[code].needs
    unknown = [str(name) for name in row.values if name not in (*COMMON, *needs)]
    if unknown:
        raise BadRow(f"{code}: unknown field {', '.join(unknown)}; known are {', '.join((*COMMON, *needs))}")
    action = row.values.get("action", Action.FLAG)
    if action not in list(Action):
        raise BadRow(f"{code}: action is {', '.join(Action)}, not {action!r}")
    if action != Action.FLAG and "weight" in row.values:
        raise BadRow(f"{code}: only what flags has a weight; {action} is enough by itself")
    if action != Action.FLAG and "by_keys" in row.values:
        raise BadRow(f"{code}: only what flags is confirmed, by keys or otherwise; leave by_keys out")
    by_keys = yes(row.values["by_keys"], f"{code}: by_keys") if "by_keys" in row.values else None
    weight = _count(row.values["weight"], f"{code}: weight", 1) if "weight" in row.values else None
    priority = _count(row.values.get("priority", 0), f"{code}: priority", 0)
    return Rule(code, Action(action), priority, {name: _parameter(row, code, name) for name in needs}, weight, by_keys)


def _parameter(row: Row, code: str, name: str) -> int:
    value = _count(row.values.get(name), f"{code}: {name}", LOOKS[code].needs[name])
    if name in HOURS and value > 23:
        raise BadRow(f"{code}: {name} is an hour of the day, 0 to 23, not {value}")
    return value


def _count(value: Any, name: str, least: int) -> int:
    if isinstance(value, str) and value.isascii() and value.isdigit():  # as a table of comma-separated values has it
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= LARGEST:
        raise BadRow(f"{name} is a whole number from {least} upwards, not {value!r}")
    return int(value)
