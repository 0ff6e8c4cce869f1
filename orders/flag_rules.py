"""The rules as an operator writes them, read and checked once, when Hall starts.

    - rule: high_value      # one of the looks of `flags`
      action: flag          # flag: ring the customer; reject: take no order
      priority: 30          # how much sooner he is rung
      fen: 200000           # what this rule needs to know

The order of the rules is the order in which an agent reads the reasons.
"""

from importlib import resources

from orders.flags import LOOKS, Action, Rule, Rules
from orders.rows import BadRow, Problem, Refused, Row, made, read

COMMON = ("rule", "action", "priority")


def parse(text: str, filename: str) -> Rules:
    """The rules of a file, or `Refused` with every problem by line."""
    rows = read(text, filename)
    rules = made(rows, filename, _rule)
    twice = [row for place, row in enumerate(rows) if rules[place].code in {rule.code for rule in rules[:place]}]
    if twice:
        raise Refused(Problem(filename, row.line, f"rule {row.values['rule']} stands above already") for row in twice)
    return tuple(rules)


def standard() -> Rules:
    """The rules that come with Hall."""
    return parse(resources.files("orders").joinpath("flag_rules.yaml").read_text("utf-8"), "flag_rules.yaml")


def _rule(row: Row) -> Rule:
    code = str(row.values.get("rule"))
    if code not in LOOKS:
        raise BadRow(f"unknown rule {code}; known are {', '.join(LOOKS)}")
    wanted = LOOKS[code][1]
    unknown = [str(name) for name in row.values if name not in (*COMMON, *wanted)]
    if unknown:
        raise BadRow(f"{code}: unknown field {', '.join(unknown)}; known are {', '.join((*COMMON, *wanted))}")
    action = row.values.get("action", Action.FLAG)
    if action not in list(Action):
        raise BadRow(f"{code}: action is flag or reject, not {action!r}")
    return Rule(
        code, Action(action), _count(row, code, "priority", 0), {name: _count(row, code, name, 1) for name in wanted}
    )


def _count(row: Row, code: str, name: str, least: int) -> int:
    value = row.values.get(name, 0 if name == "priority" else None)
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise BadRow(f"{code}: {name} is a whole number from {least} upwards, not {value!r}")
    return int(value)
