"""The guide and what agents know, as operators type it."""

from pathlib import Path

import pytest

from gateway_config.desk_settings import DeskSettings
from orders import guide_rules
from orders.desk_lanes import DeskRules
from tests.gateway_config.test_commands import Operator

GUIDE = "- line: hello\n  say: {zh: 您好, en: Hello}\n  ask: {zh: 问了, en: Asked}\n"


@pytest.fixture
def operator(tmp_path: Path) -> Operator:
    operator = Operator(tmp_path)
    operator.types("db", "upgrade")
    return operator


def test_a_guide_is_checked_published_shown_and_taken_back(operator: Operator) -> None:
    file, bad = operator.write("guide.yaml", GUIDE), operator.write("bad.yaml", "- line: hello\n")
    version = guide_rules.parse(GUIDE, "guide.yaml").version
    assert operator.types("guide", "check", str(file)).stdout == f"1 lines, 1 to be asked, version {version}\n"
    assert "bad.yaml:1: hello: say is a text for each" in operator.refused("guide", "check", str(bad))
    assert "bad.yaml:1" in operator.refused("guide", "publish", str(bad))
    assert operator.types("guide", "show").stdout == guide_rules.standard_text()
    assert operator.types("guide", "publish", str(file), "--why", "spring").stdout == f"guide {version} is live\n"
    assert operator.types("guide", "show").stdout == GUIDE
    assert f"published\tguide {version}\tspring" in operator.types("audit", "list").stdout
    operator.types("guide", "publish", "--standard")
    assert operator.types("guide", "show").stdout == guide_rules.standard_text()
    assert operator.types("guide", "show", version[:6]).stdout == GUIDE
    assert [line.split("\t")[1] for line in operator.types("guide", "list").stdout.splitlines()] == [
        "the guide that comes with Hall",
        version,
    ]
    assert operator.tries("guide", "show", "ffffffffffff").exit_code == 2


def test_what_agents_speak_and_know(operator: Operator) -> None:
    operator.types("agents", "add", "li", "--password-stdin", stdin="a-long-password-10086\n")
    assert operator.types("agents", "skills").stdout == "li\tany language\tany skill\n"
    said = operator.types("agents", "skills", "li", "--language", "en", "--language", "zh", "--skill", "general").stdout
    assert said == "li\ten zh\tgeneral\n"
    assert operator.types("agents", "skills", "li", "--clear").stdout == "li\tany language\tany skill\n"
    assert "unknown skill numbers" in operator.tries("agents", "skills", "li", "--skill", "numbers").output
    assert "unknown language fr" in operator.tries("agents", "skills", "li", "--language", "fr").output
    assert "no agent ann" in operator.refused("agents", "skills", "ann", "--language", "zh")


def test_the_desk_has_settings() -> None:
    assert DeskSettings().rules == DeskRules()
    told = {"preview_seconds": 90, "preview_then": "release", "checks": "required"}
    rules = DeskSettings.model_validate(told | {"skill": [{"name": "numbers", "flags": ["lucky_number"]}]}).rules
    assert (rules.preview, rules.preview_then, rules.strict) == (90.0, "release", True)
    assert rules.skill_for(["lucky_number"], []) == "numbers"
    with pytest.raises(ValueError, match="two skills named numbers"):
        DeskSettings.model_validate({"skill": [{"name": "numbers"}, {"name": "numbers"}]})
