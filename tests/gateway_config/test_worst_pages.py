"""docs/ussd-pages.md says what a session is laid out by, and every page of it fits."""

import re
from pathlib import Path

import pytest

from channels.ussd.screens import taken
from gateway_config.worst_pages import CASES, Case, document

DOCUMENT = Path(__file__).parents[2] / "docs" / "ussd-pages.md"
TURNS = re.compile(r"\n9[89] \S+")


def test_the_document_is_what_the_code_does() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == document()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_every_page_fits_and_together_they_are_the_text(case: Case) -> None:
    shown = case.layout.pages(case.room.fits)
    assert all(taken(page) <= case.room.octets for page in shown.pages)
    together = "".join(TURNS.sub("", page) for page in shown.pages).replace("\n", "").replace(" ", "")
    whole = case.layout.head + "".join(key + label for key, label in case.layout.options)
    if "shortened" not in case.title:
        assert together == whole.replace(" ", "")
