"""Which orders a customer may confirm without an agent."""

import pytest

from orders import flag_rules
from orders.calling import without_agent
from orders.flags import POLICY
from orders.order import Flag
from orders.rows import Refused

RULES = flag_rules.parse(
    "- {rule: high_value, fen: 100000, by_keys: false, weight: 40}\n"
    "- {rule: repeated, hours: 72, by_keys: true}\n"
    "- {rule: third_party, weight: 60}\n"
    "- {rule: no_address}\n",
    "rules.yaml",
)


@pytest.mark.parametrize(
    ("codes", "alone"),
    [
        (["repeated"], True),
        (["third_party"], True),  # not enough by itself
        (["no_address"], False),  # enough by itself, and nothing is said
        (["high_value"], False),
        (["repeated", "third_party"], True),
        (["repeated", "high_value"], False),
        ([POLICY.code], True),
        (["of_other_rules"], False),
        ([], False),
    ],
)
def test_all_reasons_must_allow_it(codes: list[str], alone: bool) -> None:
    assert without_agent(RULES, [Flag(code) for code in codes]) is alone


def test_what_rejects_is_not_confirmed() -> None:
    with pytest.raises(Refused, match="blacklist: only what flags is confirmed"):
        flag_rules.parse("- {rule: blacklist, action: reject, by_keys: true}", "rules.yaml")
