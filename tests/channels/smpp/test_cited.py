"""docs/smpp.md says for each pitfall where it is tried. A test that is renamed is renamed there."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[2]
PITFALLS = (TESTS.parent / "docs" / "smpp.md").read_text("utf-8").split("## Pitfalls")[1]


def cited() -> Iterator[tuple[str, str]]:
    """(file, name with gaps): `smpp/test_link: a_name…`, and further names of the same file behind commas."""
    for line in PITFALLS.splitlines():
        file = ""
        for item in re.findall(r"`([^`]+)`", line.rstrip("| ").rpartition("|")[2]):
            named = re.fullmatch(r"((?:[\w/]+/)?test_\w+)(?:: (.+))?", item)
            file, name = (named[1], named[2] or "") if named else (file, item)
            if file:
                yield file, name


def test_there_are_many() -> None:
    assert len(list(cited())) > 80


@pytest.mark.parametrize(("file", "name"), [*cited()])
def test_what_is_cited_is_there(file: str, name: str) -> None:
    path = TESTS.parent / f"{file}.py" if file.startswith("tests/") else TESTS / "channels" / f"{file}.py"
    if not path.exists():
        path = TESTS / "channels" / "sms" / f"{file}.py"
    assert path.exists(), f"no such file of tests: {file}"
    pattern = r"\w*".join(re.escape(part) for part in name.split("…") if part)
    assert re.search(rf"def test_\w*{pattern}", path.read_text("utf-8")), f"no test in {path.name} is called {name}"
