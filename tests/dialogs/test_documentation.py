"""docs/scripts.md does what it says: a newcomer's first changes, step by step as they stand there, and every example.

The first part is carried out in a folder of its own: blocks of shell are run, blocks of YAML are put where the line
above them says. The examples of the reference are scripts without their first line, each with a conversation below.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree
from textwrap import indent
from zoneinfo import ZoneInfo

import pytest

from dialogs.checking import PHRASES, SCRIPTS
from dialogs.conversation import Conversation
from dialogs.coverage import Seen, coverage, watched
from dialogs.library import HERE
from dialogs.trial_run import hold
from dialogs.trials import read_trials
from dialogs.turn import load_library
from dialogs.words import Facts

ROOT = Path(__file__).parent.parent.parent
TEXT = (ROOT / "docs" / "scripts.md").read_text("utf-8")
BLOCK = re.compile(r"(?:^\*\*`([^`]+)`\*\*, ([^\n]+):\n\n)?^```(\w+) ?(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SHANGHAI = ZoneInfo("Asia/Shanghai")


def section(name: str) -> str:
    return TEXT.split(f"\n## {name}\n", 1)[1].split("\n## ", 1)[0]


# ── A newcomer's first changes ───────────────────────────────────────────────────────────────────────────────────────


def put(path: Path, where: str, text: str) -> None:
    """`below LINE`, `in place of LINE`, `in place of all`, `at the end`, `a new file`."""
    if where in ("a new file", "in place of all"):
        assert path.exists() == (where == "in place of all"), path
        path.write_text(text, "utf-8")
        return
    before = path.read_text("utf-8")
    if where == "at the end":
        path.write_text(before.rstrip("\n") + "\n\n" + text, "utf-8")
        return
    kind, line = re.fullmatch(r"(below|in place of) `(.+)`", where).groups()  # type: ignore[union-attr]
    lines = before.splitlines(keepends=True)
    at = next(number for number, each in enumerate(lines) if each.strip() == line)
    lines[at : at + 1] = [*([lines[at]] if kind == "below" else []), text]
    path.write_text("".join(lines), "utf-8")


def run(command: str, folder: Path) -> str:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    surroundings = {**os.environ, "PATH": path}
    done = subprocess.run(
        ["sh", "-ec", command], cwd=folder, env=surroundings, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout


def test_a_newcomer_follows_the_document(tmp_path: Path) -> None:
    told = ""
    for file, where, kind, _, text in BLOCK.findall(section("Your first changes")):
        if kind == "sh":
            told += run(text, tmp_path)
        else:
            put(tmp_path / "mine" / file, where, text)
    assert "5 本月账单" in told
    assert "月账单合计" in told  # the bill, by the new key
    assert "+  5 本月账单" in told  # and the conversation that said the menu was another
    assert told.count("none of them not as written") == 3
    assert "enough: 6 of 6 states, 9 of 9 ways" in told
    assert (tmp_path / "enough.svg").read_text("utf-8").startswith("<svg ")
    library = load_library(tmp_path / "mine" / "scripts", tmp_path / "mine" / "phrases")
    talk = Conversation(library, Facts("zh"), zone=SHANGHAI)
    assert talk.say("francais") == ["D'accord, en français désormais."]


# ── Every example of the reference ───────────────────────────────────────────────────────────────────────────────────


def examples() -> Iterator[tuple[str, str, str, str]]:
    """(what it is of, the script that is visited, the script, the conversation)"""
    visited, script, number = "", "", 0
    for part in section("The language").split("\n### ")[1:]:
        title = part.partition("\n")[0]
        for _, _, kind, mark, text in BLOCK.findall(part):
            assert kind == "yaml"
            if mark == "visited":
                visited = text
            elif text.startswith("- "):
                number += 1
                yield f"{number} {title}", visited, script, text
                visited = script = ""
            else:
                script = text


EXAMPLES = list(examples())
PHRASES_OF_EXAMPLES = next(text for *_, mark, text in BLOCK.findall(section("The language")) if mark == "phrases")


@pytest.mark.parametrize("example", EXAMPLES, ids=[name for name, *_ in EXAMPLES])
def test_an_example(example: tuple[str, str, str, str], tmp_path: Path) -> None:
    _, visited, script, conversation = example
    copytree(SCRIPTS, tmp_path / "scripts")
    copytree(PHRASES, tmp_path / "phrases")
    for language in ("zh", "en"):
        with (tmp_path / "phrases" / language / "said.yaml").open("a", encoding="utf-8") as file:
            file.write("\n" + PHRASES_OF_EXAMPLES)
    if script:
        (tmp_path / "scripts" / "help.yaml").write_text("intent: help\n" + script, "utf-8")
    if visited:
        (tmp_path / re.match(r"# (\S+)", visited)[1]).write_text(visited, "utf-8")  # type: ignore[index]
    talks = tmp_path / "conversations"
    talks.mkdir()
    (talks / "offers.yaml").write_text((HERE / "conversations" / "offers.yaml").read_text("utf-8"), "utf-8")
    (talks / "it.yaml").write_text("language: en\nconversations:\n  It:\n" + indent(conversation, "    "), "utf-8")
    (trial,), problems = read_trials(talks)
    assert problems == []
    result = hold(load_library(tmp_path / "scripts", tmp_path / "phrases"), trial, SHANGHAI)
    assert result.as_written, "\n".join(result.difference)


def test_the_examples_are_of_everything() -> None:
    """Each key of the language stands in an example, or in the tables before them."""
    shown = "".join(script + visited for _, visited, script, _ in EXAMPLES)
    for key in (
        "menu", "choose", "yes_no", "digits", "amount", "text", "matches", "check", "again", "timeout", "request",
        "errand", "answered", "branch", "given", "missing", "at_least", "at_most", "is", "work_out", "visit", "return",
        "remember", "hand_over", "default", "set", "notice", "takes", "returns", "within", "met_at", "take",
        "terminator", "code",
    ):  # fmt: skip
        assert re.search(rf"\b{key}:", shown), f"there is no example of {key}"
    for key in ("intent", "about", "takes", "needs", "returns", "parks", "expires", "start", "states"):
        assert re.search(rf"\| `{key}:", section("The language")) or f"`{key}:`" in section("The language"), key


def test_the_conversation_of_the_document_is_held(tmp_path: Path) -> None:
    (_, _, _, _, text), *_ = BLOCK.findall(section("Conversations"))
    (tmp_path / "it.yaml").write_text(text, "utf-8")
    (tmp_path / "offers.yaml").write_text((HERE / "conversations" / "offers.yaml").read_text("utf-8"), "utf-8")
    (trial,), problems = read_trials(tmp_path)
    assert problems == []
    seen = Seen()
    library = watched(load_library(), seen)
    assert hold(library, trial, SHANGHAI).as_written
    assert any(each.script == "order" and len(each.ways_missed) < each.ways for each in coverage(library.scripts, seen))
