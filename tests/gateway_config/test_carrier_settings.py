"""`[[carrier]]`, `[dispatch]` and `[survey]`: what is taken, and what is refused with its line and what to do."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from gateway_config.command import main
from gateway_config.dispatching import dispatching_of
from gateway_config.settings import parse
from orders.consignment import ConsignmentState, Step
from orders.rows import Refused

WHOLE = """
[[carrier]]
name = "sf"
kind = "http"
names = { zh = "顺丰", en = "SF Express" }
url = "https://carrier.example/hall"
secret = "only we know"
look = 60
words = { PICKED = "pick_up" }
late = { in_transit = 3600 }

[[carrier]]
name = "li"
kind = "manager"
agent = "li"
phone = "8613800138000"

[dispatch]
grace = 30

[survey]
hours = [9, 20]
low = 3
"""


def test_what_is_written_holds() -> None:
    settings = parse(WHOLE, "hall.toml")
    house = dispatching_of(settings)
    assert house.carriers["sf"].names["zh"] == "顺丰"
    assert house.carriers["sf"].late == {ConsignmentState.IN_TRANSIT: 3600}
    assert settings.carrier[0].words == {"PICKED": Step.PICK_UP}
    assert (house.grace, house.carriers["li"].agent) == (30, "li")
    assert house.late_at("sf", ConsignmentState.IN_TRANSIT, 0.0) == 3600
    assert house.due_at("sf", ConsignmentState.ACCEPTED, 0.0) == 60
    rules = settings.survey.rules
    assert rules
    assert (rules.hours, rules.low) == ((9, 20), 3)
    assert parse("[survey]\nask = false\n", "hall.toml").survey.rules is None
    standard = parse("[survey]\n", "hall.toml").survey.rules
    assert standard is not None
    assert not standard.rings, "nobody, if nothing is said"
    rung = parse("[survey]\nring = ['ivr']\nno_texts = '8610[0-9]+'\ntries = 3\n", "hall.toml").survey.rules
    assert rung is not None
    asked = [("ivr", "8613"), ("sms", "8613"), ("sms", "861066")]
    assert [rung.is_rung(*each) for each in asked] == [True, False, True]
    assert (rung.reads("8613"), rung.reads("861066"), rung.tries) == (True, False, 3)


CARRIER = '[[carrier]]\nname = "sf"\n'


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (CARRIER + 'kind = "http"\n', r"carrier\[0\]: a carrier of kind \"http\" needs url and secret"),
        (CARRIER + 'kind = "http"\nurl = "ftp://x"\nsecret = "s"\n', "url must say where he is"),
        (CARRIER + 'kind = "files"\noutbox = "a"\ninbox = "a"\n', "the same folder"),
        (CARRIER + 'kind = "manager"\nagent = "li"\nurl = "https://x"\n', "url is nothing for a carrier of kind"),
        (CARRIER + 'kind = "horse"\n', r"carrier\[0\].kind"),
        ('[[carrier]]\nname = "any"\nkind = "demonstration"\n', "means something else in the rules"),
        ((CARRIER + 'kind = "demonstration"\n') * 2, "two carriers are called 'sf'"),
        (CARRIER + 'kind = "demonstration"\nwords = { X = "offer" }\n', "does not tell offer"),
        ("[survey]\nhours = [21, 8]\n", "from one hour of the day until a later one"),
        ("[dispatch]\ngrace = -1\n", "dispatch.grace"),
    ],
)
def test_what_is_wrong_is_told(text: str, what: str) -> None:
    with pytest.raises(Refused, match=what):
        parse(text, "hall.toml")


def test_rules_of_dispatch_are_checked_by_their_line(tmp_path: Path) -> None:
    rules, config = tmp_path / "rules.yaml", tmp_path / "hall.toml"
    rules.write_text("- to: any\n- to: dhl\n")
    config.write_text(f'{CARRIER}kind = "demonstration"\n[dispatch]\nrules = "{rules}"\n')
    result = CliRunner().invoke(main, ["check", "--config", str(config)])
    assert result.exit_code == 1
    assert f"{rules}:2: to: there is no carrier dhl; known are sf, manager, any" in result.output
