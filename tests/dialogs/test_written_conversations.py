"""The conversations beside the scripts are held as written; and what is not as written is shown."""

from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from dialogs.coverage import Seen, coverage, watched
from dialogs.trial_run import hold
from dialogs.trials import Trial, read_trials
from dialogs.turn import Library, load_library

HERE = Path(__file__).parent.parent.parent / "dialogs" / "conversations"
SHANGHAI = ZoneInfo("Asia/Shanghai")
SHIPPED, PROBLEMS = read_trials(HERE)

# A list of what is alike leads to whatever was meant; one of each kind is enough.
NOT_COME_TO = ("unsure chosen: case ", "language choosing: key ", "language named: case 1", "language to_")


def test_they_can_be_read() -> None:
    assert PROBLEMS == []


@pytest.mark.parametrize("trial", SHIPPED, ids=lambda trial: f"{Path(trial.file).stem}: {trial.name}")
def test_a_conversation_beside_the_scripts(library: Library, trial: Trial) -> None:
    result = hold(library, trial, SHANGHAI)
    assert result.as_written, "\n".join(result.difference)


def test_every_way_of_every_script_is_taken_by_one_of_them() -> None:
    seen = Seen()
    library = watched(load_library(), seen)
    for trial in SHIPPED:
        hold(library, trial, SHANGHAI)
    covered = coverage(library.scripts, seen)
    missed = [f"{each.script} {way}" for each in covered for way in each.ways_missed]
    assert [way for way in missed if not way.startswith(NOT_COME_TO)] == []
    order = next(each for each in covered if each.script == "order")
    assert str(order) == "order: 21 of 21 states, 37 of 37 ways"


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str], tuple[list[Trial], list[str]]]:
    def read(steps: str) -> tuple[list[Trial], list[str]]:
        text = "conversations:\n  It:\n" + "".join(f"    - {step}\n" for step in steps.strip().split("\n"))
        (tmp_path / "it.yaml").write_text(text, "utf-8")
        trials, problems = read_trials(tmp_path)
        return trials, [f"{problem.line}: {problem.text}" for problem in problems]

    return read


DIFFERENT = {
    "a word is another": (
        "say: YE\nanswer: {found: {amount: 1}}\nhear: 您的余额为0.02元。",
        ["-< 您的余额为0.02元。", "+< 您的余额为0.01元。"],
    ),
    "something is said that is not written": (
        "say: TD",
        ["+< 已退订，不再向您发送推广短信。您订单的通知仍会照常发送。"],
    ),
    "something is written that is not said": (
        "say: YE\nhear: 您的余额为0.02元。",
        ["-< 您的余额为0.02元。"],
    ),
    "nothing is being asked": ("say: TD\nhear: …\nanswer: none", ["+! nothing is being asked"]),
    "another service is asked": ("say: YE\nasked: billing.bill", ["-? billing.bill", "+? billing.balance"]),
    "with other arguments": (
        "say: DG F800\nhear: …\nsay: YE\nasked: {service: billing.balance, with: {who: me}}",
        ["-? billing.balance {'who': 'me'}", "+? billing.balance {}"],
    ),
    "nobody is handed over": ("say: TD\nhands_over: asked\nhear: …", ["-(handed over: asked)"]),
    "another wish is remembered": (
        "say: EN\nremembers: {language: fr}\nhear: …",
        ["-(remembered: language is fr)", "+(remembered: language is en)"],
    ),
    "it is over": ("say: TD\nhear: …\nover: false", ["-(a question stands)"]),
}


@pytest.mark.parametrize("name", DIFFERENT)
def test_a_difference_is_shown(
    library: Library, written: Callable[..., tuple[list[Trial], list[str]]], name: str
) -> None:
    steps, expected = DIFFERENT[name]
    (trial,), problems = written(steps)
    assert problems == []
    shown = hold(library, trial, SHANGHAI).difference
    assert [line for line in shown[2:] if line[0] in "+-"] == expected


def test_time_passes_and_sessions_end(library: Library, written: Callable[..., tuple[list[Trial], list[str]]]) -> None:
    (trial,), _ = written('dial: "*100#"\nhear: …\nwait: 5\nover: false\nhang_up: true\nover: true')
    assert hold(library, trial, SHANGHAI).as_written


@pytest.mark.parametrize(
    ("steps", "problem"),
    [
        ("shout: YE", "3: a step has an unknown key 'shout'"),
        ("{say: YE, hear: x}", "3: a step does one thing"),
        ("wait: soon", "3: wait is not a whole number of 0 or more"),
        ("say: YE\nanswer: {found: {}, failed: {}}", "4: an answer is one result"),
        ("over: perhaps", "3: over is neither true nor false"),
    ],
)
def test_what_is_written_wrongly(
    written: Callable[..., tuple[list[Trial], list[str]]], steps: str, problem: str
) -> None:
    assert problem in written(steps)[1]
