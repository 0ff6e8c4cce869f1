"""What is told as a warning, and that it stops nobody; and what no screen holds, which does."""

from collections.abc import Callable
from pathlib import Path
from shutil import copytree

import pytest
from click.testing import CliRunner

from dialogs.checking import PHRASES, SCRIPTS, check_all, read_all, warn
from dialogs.limits import length_of
from gateway_config.commands_dialogs import dialogs

Told = list[tuple[str, int, str]]


@pytest.fixture
def warned(tmp_path: Path) -> Callable[..., Told]:
    """The shipped scripts and a probe beside them, with more phrases in English and Chinese."""

    def told(probe: str = "", phrases: str = "", recorded: list[str] | None = None) -> Told:
        copytree(SCRIPTS, tmp_path / "scripts")
        copytree(PHRASES, tmp_path / "phrases")
        for language in ("zh", "en"):
            with (tmp_path / "phrases" / language / "said.yaml").open("a", encoding="utf-8") as file:
                file.write(phrases)
        name = "help.yaml" if "intent: help" in probe else "probe.yaml"
        if probe:
            (tmp_path / "scripts" / name).write_text(probe.lstrip("\n"), "utf-8")
        read = read_all(tmp_path / "scripts", tmp_path / "phrases")
        told = [*check_all(read), *warn(read, recorded)]
        assert all(problem.hint for problem in told)
        return [(Path(problem.file).name, problem.line, problem.text) for problem in told]

    return told


def test_what_ships_gives_no_warning(warned: Callable[..., Told]) -> None:
    assert warned() == []


LONG, BOTH = "x" * 150, ("en", "zh")
WARNED: dict[str, tuple[str, str, Told]] = {
    "nobody comes": (
        "states: {one: {say: welcome.choose, then: end}}\n",
        "",
        [("probe.yaml", 1, "nothing leads to this script")],
    ),
    "it does not say what it is about": (
        "intent: help\nstates:\n  one: {say: welcome.choose, ask: {yes_no: {yes: end, no: end}}}\n",
        "",
        [("help.yaml", 1, "it asks, and does not say what it is about")],
    ),
    "a caller is told to reply": (
        "intent: help\nstates: {one: {say: probe.a, then: end}}\n",
        "\nprobe:\n  a: {sms: Please reply RG., ussd: Please reply RG.}\n",
        [("said.yaml", 0, "who calls hears 'REPLY' in the phrase probe.a of en, and cannot do it")],
    ),
    "keys out of order": (
        "intent: help\nabout: welcome.about\nstates:\n  one:\n    say: welcome.choose\n    ask:\n"
        "      menu: {1: {label: welcome.order, then: end}, 3: {label: welcome.status, then: end}}\n",
        "",
        [("help.yaml", 6, "the menu of one has the keys 1, 3")],
    ),
    "a text that callers cannot give": (
        "intent: help\nabout: welcome.about\nstates:\n  one:\n    say: welcome.choose\n"
        "    ask: {text: {into: x, then: end}}\n",
        "",
        [("help.yaml", 6, "who calls cannot give the text that one asks for")],
    ),
    "a long wait": (
        "intent: help\nstates:\n  one:\n    request:\n      service: billing.balance\n      within: 30\n"
        "      on: {found: end, unknown_account: end, failed: end}\n",
        "",
        [("help.yaml", 4, "billing.balance is waited for up to 30 seconds")],
    ),
    "a phrase that nobody says": ("", "spare: Spare.\n", [("said.yaml", 0, "nobody says the phrase spare")] * 2),
    "too much said": (
        "intent: help\nstates:\n  one: {say: long, then: end}\n",
        f"long: {LONG * 4}\n",
        [("help.yaml", 3, f"what one says in {language} takes about 4 text messages") for language in BOTH],
    ),
    "a label that fills a screen with its values": (
        "intent: help\nabout: welcome.about\nstates:\n  one:\n    set: {name: x}\n    say: welcome.choose\n    ask:\n"
        "      menu: {1: {label: long, then: end}}\n",
        f'long: "{LONG} {{name}} {{name}}"\n',
        [("help.yaml", 8, f"the label long of {language} is about 171 long, and fills a screen") for language in BOTH],
    ),
    "a label that no screen holds": (
        "intent: help\nabout: welcome.about\nstates:\n  one:\n    say: welcome.choose\n    ask:\n"
        "      menu: {1: {label: long, then: end}}\n",
        f"long: {'价' * 64}\n",
        [("help.yaml", 7, f"no USSD screen holds the label long of {language}: it takes 67") for language in BOTH]
        + [("help.yaml", 7, f"the label long of {language} is about 67 long, and fills a screen") for language in BOTH],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WARNED)
def test_a_warning(warned: Callable[..., Told], name: str) -> None:
    probe, phrases, expected = WARNED[name]
    told = [(file, 0 if file == "said.yaml" else line, text) for file, line, text in warned(probe, phrases)]
    assert sorted(each for each in told if "help." not in each[2]) == sorted(expected)  # the probe may be the help


def test_an_intent_without_a_script(tmp_path: Path) -> None:
    copytree(SCRIPTS, tmp_path / "scripts")
    (tmp_path / "scripts" / "help.yaml").unlink()
    assert "the intent help leads to no script" in [p.text for p in warn(read_all(tmp_path / "scripts", PHRASES))]


def test_recordings_that_are_not_there(warned: Callable[..., Told]) -> None:
    recorded = ["zh/order.not_placed.wav", "zh/balance.is.1.ulaw", "en/order.not_placed.sln"]
    recorded += ["zh/spoken/digit.7.wav", "en/spoken/digit.7.wav"]
    missing = {text.removeprefix("the phrase ") for _, _, text in warned(recorded=recorded)}
    assert "balance.is of en is not recorded as en/balance.is.1" in missing
    assert "the word digit.8 of zh is not recorded as zh/spoken/digit.8" in missing
    assert not [text for text in missing if "digit.7" in text]
    assert "order.placed of zh is not recorded as zh/order.placed.4" in missing
    assert not [text for text in missing if text.startswith(("order.not_placed ", "balance.is of zh"))]


@pytest.mark.parametrize(
    ("text", "count", "segments"),
    [("a" * 160, 160, 1), ("a" * 161, 161, 2), ("{" * 80, 160, 1), ("你" * 70, 70, 1), ("你" * 71, 71, 2),
     ("你" * 135, 135, 3), ("😀" * 35, 70, 1), ("", 0, 1)],
)  # fmt: skip
def test_lengths(text: str, count: int, segments: int) -> None:
    length = length_of(text)
    assert (length.count, length.segments) == (count, segments)


def test_only_the_strict_stop_at_warnings(tmp_path: Path) -> None:
    run = CliRunner()
    assert run.invoke(dialogs, ["check", "--strict"]).exit_code == 0
    there = run.invoke(dialogs, ["check", "--recordings", str(tmp_path)])
    assert there.exit_code == 0
    assert (
        ": warning: the phrase agent.will_ring of zh is not recorded as zh/agent.will_ring; record it" in there.output
    )
    assert run.invoke(dialogs, ["check", "--recordings", str(tmp_path), "--strict"]).exit_code == 1
