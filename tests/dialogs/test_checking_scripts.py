"""What `check` refuses: each fault of a script told once, with its file and the line it stands in."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from dialogs.checking import check
from dialogs.problems import ScriptsRefused
from dialogs.turn import load_library

HERE = Path(__file__).parent.parent.parent / "dialogs"
Told = list[tuple[str, int, str]]


def path_of(name: str) -> str:
    if name in ("zh", "en"):
        return f"phrases/{name}/said.yaml"
    return f"{'phrases' if name == 'commands' else 'scripts'}/{name}.yaml"


@pytest.fixture
def check_with(tmp_path: Path) -> Callable[..., Told]:
    """The scripts and phrases as they ship, with some files in place of theirs; what is wrong then."""

    def told(**files: str) -> Told:
        for folder in ("scripts", "phrases"):
            shutil.copytree(HERE / folder, tmp_path / folder, dirs_exist_ok=True)
        for name, text in files.items():
            (tmp_path / path_of(name)).write_text(text.lstrip("\n"), "utf-8")
        problems = check(tmp_path / "scripts", tmp_path / "phrases")
        assert all(problem.hint for problem in problems)
        return [(Path(problem.file).name, problem.line, problem.text) for problem in problems]

    return told


def test_what_ships_is_sound() -> None:
    assert check() == []


BAD = {
    "not YAML": (
        """
        states: [
        """,
        [(3, "expected the node content, but found '<stream end>'")],
    ),
    "a key twice": (
        """
        states:
          one: {say: help.commands, then: end}
          one: {say: help.commands, then: end}
        """,
        [(3, 'found duplicate key "one"')],
    ),
    "an unknown key of the script": (
        """
        states:
          one: {say: help.commands, then: end}
        stats: 3
        """,
        [(3, "the script has an unknown key 'stats'")],
    ),
    "an unknown key of a state": (
        """
        states:
          one:
            says: help.commands
            then: end
        """,
        [(3, "the state one has an unknown key 'says'")],
    ),
    "no way out": (
        """
        states:
          one: {then: two}
          two: {say: help.commands}
        """,
        [(3, "the state two is left in no manner")],
    ),
    "two ways out": (
        """
        states:
          one:
            then: end
            ask: {yes_no: {yes: end, no: end}}
            say: help.commands
        """,
        [(2, "the state one is left in more than one manner: ask, then")],
    ),
    "a reserved name": (
        """
        start: end
        states:
          end: {say: help.commands, then: end}
        """,
        [(3, "'end' cannot be the name of a state")],
    ),
    "an unknown start": (
        """
        start: zero
        states:
          one: {say: help.commands, then: end}
        """,
        [(1, "it starts in 'zero', which is no state"), (3, "the state one is never reached")],
    ),
    "an unknown state": (
        """
        states:
          one:
            say: help.commands
            then: tow
        """,
        [(4, "there is no state 'tow'")],
    ),
    "an unknown script": (
        """
        states:
          one:
            then: {script: ordr}
        """,
        [(3, "there is no script 'ordr'")],
    ),
    "a script that needs more than it is given": (
        """
        states:
          one:
            then: {script: going_on}
        """,
        [(3, "the script going_on needs 'doing'")],
    ),
    "an unknown phrase": (
        """
        states:
          one:
            say: help.comands
            then: end
        """,
        [(3, "there is no phrase 'help.comands'")],
    ),
    "an unknown intent": (
        """
        intent: dance
        states:
          one: {say: help.commands, then: end}
        """,
        [(1, "unknown intent 'dance'")],
    ),
    "an intent that is taken": (
        """
        intent: help
        states:
          one: {say: help.commands, then: end}
        """,
        [(1, "the intent help leads to help already")],
    ),
    "an unknown service": (
        """
        states:
          one:
            request:
              service: billing.balanse
              on: {found: end, failed: end}
        """,
        [(3, "there is no service 'billing.balanse'")],
    ),
    "results that are missing, and one that never comes": (
        """
        states:
          one:
            request:
              service: billing.balance
              on: {found: end, fuond: end}
        """,
        [(3, "billing.balance may come to 'failed', which leads nowhere"),
         (3, "billing.balance may come to 'unknown_account', which leads nowhere"),
         (3, "billing.balance never comes to 'fuond'")],
    ),
    "an argument that a service does not take": (
        """
        states:
          one:
            set: {colour: red}
            request:
              service: billing.balance
              with: [colour]
              on: {found: end, unknown_account: end, failed: end}
        """,
        [(4, "billing.balance takes no 'colour'")],
    ),
    "an argument that may be empty": (
        """
        takes: [number]
        states:
          one:
            request:
              service: orders.cancel
              with: [number]
              on: {cancelled: end, refused: end, unknown: end, failed: end}
        """,
        [(4, "in one: the slot 'number' may be empty here")],
    ),
    "an unknown function": (
        """
        states:
          one:
            work_out: {function: guess, on: {right: end}}
        """,
        [(3, "there is no function 'guess'")],
    ),
    "an errand that is met nowhere": (
        """
        states:
          one:
            errand: {service: billing.balance, met_at: two}
            then: two
          two: {say: help.commands, then: end}
        """,
        [(3, "the answer of the errand is met in 'two', which does not expect one")],
    ),
    "a state that is never reached": (
        """
        states:
          one: {say: help.commands, then: end}
          two: {say: help.commands, then: end}
        """,
        [(3, "the state two is never reached")],
    ),
    "a circle": (
        """
        states:
          one: {say: help.commands, then: two}
          two: {default: {x: ""}, branch: [{given: x, then: end}, {then: one}]}
        """,
        [(2, "from one the dialog goes round in a circle by itself")],
    ),
    "a circle through a service": (
        """
        states:
          one:
            request:
              service: billing.balance
              on: {found: end, unknown_account: end, failed: one}
        """,
        [(2, "from one the dialog goes round in a circle by itself")],
    ),
    "a circle through another script": (
        """
        states:
          one: {then: {script: probe}}
        """,
        [(2, "from one the dialog goes round in a circle by itself")],
    ),
    "a circle of time-outs": (
        """
        states:
          one:
            say: help.commands
            ask:
              yes_no: {yes: end, no: end}
              timeout: {after: 60, then: one}
        """,
        [(2, "from one the dialog goes round in a circle by itself")],
    ),
    "a menu with too many entries": (
        """
        states:
          one:
            say: help.commands
            ask:
              menu:
        """
        + "".join(f"        {n}: {{label: welcome.order, then: end}}\n        " for n in range(1, 11)),
        [(4, "the menu has 10 entries, and a keypad 9 keys for them")],
    ),
    "a menu with a key that is none": (
        """
        states:
          one:
            say: help.commands
            ask:
              menu:
                1: {label: welcome.order, then: end}
                0: {label: welcome.order, then: end}
        """,
        [(7, "'0' is no key of a menu")],
    ),
    "a question without words": (
        """
        states:
          one:
            ask: {yes_no: {yes: end, no: end}}
        """,
        [(3, "the state one asks without a word")],
    ),
    "a branch that may find no way": (
        """
        states:
          one:
            branch:
              - {missing: x, then: end}
            default: {x: ""}
        """,
        [(3, "the state one may find no branch")],
    ),
    "a value that a phrase lacks": (
        """
        states:
          one:
            say: balance.is
            then: end
        """,
        [(3, "in one: the phrase balance.is needs 'amount', which may be empty here")],
    ),
    "a value that only one of two ways brings": (
        """
        takes: [number]
        states:
          one:
            branch:
              - {given: number, then: two}
              - {then: two}
          two:
            say: cancel.confirm
            ask: {yes_no: {yes: end, no: end}}
        """,
        [(8, "in two: the phrase cancel.confirm needs 'number', which may be empty here")],
    ),
    "a menu of a list that does not hold what its label needs": (
        """
        states:
          one:
            work_out: {function: list_offers, on: {some: two, none: end}}
          two:
            say: catalogue.choose
            ask:
              choose: {from: offers, label: cancel.entry, take: {number: numero}, then: end}
        """,
        [(7, "in two: the phrase cancel.entry needs 'number', which may be empty here"),
         (7, "in two: the phrase cancel.entry needs 'quantity', which may be empty here"),
         (7, "in two: what 'offers' lists has no 'numero'")],
    ),
    "a list that lacks what its phrase needs": (
        """
        states:
          one:
            request: {service: orders.list, on: {found: two, none: end, failed: end}}
          two:
            say: status.are
            then: end
        """,
        [(5, "in two: the phrase status.line needs 'name', which what 'orders' lists does not have")],
    ),
    "what is said of an interrupted dialog": (
        """
        about: order.about
        states:
          one:
            say: help.commands
            ask: {yes_no: {yes: end, no: end}}
        """,
        [(5, "in one: the phrase order.about needs 'name', which may be empty here")],
    ),
    "a wish that cannot be remembered": (
        """
        states:
          one:
            remember: {colour: true}
            then: end
        """,
        [(2, "'colour' cannot be remembered")],
    ),
    "a visit to what never returns": (
        """
        states:
          one:
            visit: {script: help, on: {done: end}}
        """,
        [(3, "the script help never returns")],
    ),
    "a visit that gives what is not taken, and forgets what is needed": (
        """
        needs: [x]
        returns: {done: []}
        states:
          one:
            visit: {script: probe, with: {y: 1}, on: {done: end, other: end}}
        """,
        [(4, "from one the dialog goes round in a circle by itself"),
         (5, "probe never comes to 'other'"),
         (5, "probe visits probe, which comes to visit probe"),
         (5, "the script probe needs 'x'"),
         (5, "the script probe takes no 'y'")],
    ),
    "a visit to nowhere": (
        """
        states:
          one:
            visit: {script: gone, on: {done: end}}
        """,
        [(3, "there is no script 'gone'")],
    ),
    "a return that is not announced": (
        """
        returns: {done: []}
        states:
          one: {say: help.commands, then: {return: donne}}
        """,
        [(3, "the script probe does not return 'donne'")],
    ),
    "a return with empty hands": (
        """
        returns: {done: [number]}
        states:
          one: {say: help.commands, then: {return: done}}
        """,
        [(3, "in one: it returns 'done' with 'number', which may be empty here")],
    ),
    "a branch about what nobody fills": (
        """
        takes: [number]
        states:
          one:
            branch: [{given: nubmer, then: end}, {then: end}]
        """,
        [(4, "in one: no state ever fills the slot 'nubmer'")],
    ),
    "a branch behind the one that is always taken": (
        """
        takes: [number]
        states:
          one:
            branch:
              - {then: end}
              - {given: number, then: back}
              - {then: end}
        """,
        [(6, "this branch is never come to")],
    ),
    "a bound that is no number": (
        """
        takes: [total]
        states:
          one:
            branch: [{slot: total, at_least: much, then: end}, {then: end}]
        """,
        [(4, "at_least is not a whole number of 0 or more")],
    ),
    "amounts that are none": (
        """
        states:
          one:
            say: help.commands
            ask:
              amount: {into: sum, at_least: 10, at_most: 9.50, then: two}
          two:
            say: help.commands
            ask:
              amount: {into: sum, at_least: a lot, then: end}
        """,
        [(5, "no amount lies between at_least and at_most"), (9, "at_least is no amount of money")],
    ),
    "a validator that is none": (
        """
        states:
          one:
            say: help.commands
            ask:
              text: {into: x, check: zodiac, then: end}
        """,
        [(5, "there is no validator 'zodiac'")],
    ),
    "a switch that is neither on nor off": (
        """
        parks: sometimes
        states:
          one: {say: help.commands, then: end}
        """,
        [(1, "parks is neither true nor false")],
    ),
    "words for asking again that are none": (
        """
        states:
          one:
            say: help.commands
            ask:
              yes_no: {yes: end, no: end}
              again: {say: [help.commands, help.comands]}
        """,
        [(6, "there is no phrase 'help.comands'")],
    ),
    "a pattern that is none": (
        """
        states:
          one:
            say: help.commands
            ask:
              text: {into: x, then: end, matches: "("}
        """,
        [(5, "matches is no regular expression: missing ), unterminated subpattern at position 0")],
    ),
    "a duration that is none": (
        """
        expires: soon
        states:
          one: {say: help.commands, then: end}
        """,
        [(1, "expires is not a number of seconds")],
    ),
    "a list where a map belongs": (
        """
        states:
          one: [say, end]
        """,
        [(2, "the state one is not a map"), (2, "the state one is left in no manner")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_bad_script(check_with: Callable[..., Told], name: str) -> None:
    text, expected = BAD[name]
    told = check_with(probe="\n".join(line[8:] for line in text.strip("\n").split("\n")) + "\n")
    assert told == sorted(("probe.yaml", line, problem) for line, problem in expected)


def test_the_engine_cannot_do_without_some_scripts_and_phrases(check_with: Callable[..., Told], tmp_path: Path) -> None:
    check_with()
    (tmp_path / "scripts" / "going_on.yaml").unlink()
    assert [p.text for p in check(tmp_path / "scripts", tmp_path / "phrases")] == ["there is no script going_on"]


def shipped(name: str) -> str:
    return (HERE / path_of(name)).read_text("utf-8")


def line_of(text: str, words: str) -> int:
    return 1 + next(number for number, line in enumerate(text.splitlines()) if words in line)


def test_a_phrase_missing_in_a_language(check_with: Callable[..., Told]) -> None:
    english = shipped("en").replace("  kept: All right, the order stands.\n", "")
    line = line_of(shipped("zh"), "kept")
    assert check_with(en=english) == [("said.yaml", line, "the phrase cancel.kept of zh is missing in en")]


@pytest.mark.parametrize(
    ("bad", "problem"),
    [
        ("{amount:mony}", "{amount:mony} cannot be filled in"),
        ("{amount", "the phrase has stray braces: expected '}' before end of string"),
        ("{0}", "{0:} cannot be filled in"),
        ("{amount!r}", "{amount:} cannot be filled in"),
        ("{amount.real}", "{amount.real:} cannot be filled in"),
        ("{amount:each}", "{amount:each} cannot be filled in"),
        ("{amount:each no.such}", "there is no phrase 'no.such' for {amount}"),
    ],
)
def test_a_phrase_that_cannot_be_filled_in(check_with: Callable[..., Told], bad: str, problem: str) -> None:
    text = shipped("en")
    line = line_of(text, "Your balance is")
    assert check_with(en=text.replace("Your balance is {amount:money}.", f'"{bad}"')) == [("said.yaml", line, problem)]


def test_a_word_with_two_meanings(check_with: Callable[..., Told]) -> None:
    text = shipped("commands").replace("words: [ZD,", "words: [ZD, y e,")
    ((file, _, problem),) = check_with(commands=text)
    assert (file, problem) == ("commands.yaml", "the word 'y e' of bill means balance already")


def test_a_library_with_problems_is_not_loaded(check_with: Callable[..., Told], tmp_path: Path) -> None:
    check_with(probe="states:\n  one: {say: help.comands, then: end}\n")
    with pytest.raises(ScriptsRefused) as refused:
        load_library(tmp_path / "scripts", tmp_path / "phrases")
    assert str(refused.value) == (
        f"{tmp_path}/scripts/probe.yaml:2: there is no phrase 'help.comands'; add it to the phrases of every language"
    )
