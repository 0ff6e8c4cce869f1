from pathlib import Path

from gateway_config.spoken_table import TABLE, document

PAGE = Path(__file__).parents[2] / "docs" / "spoken.md"


def test_the_page_of_what_is_spoken_is_true() -> None:
    assert PAGE.read_text(encoding="utf-8") == document()


def test_it_has_forty_lines() -> None:
    assert sum(len(rows) for _, rows in TABLE) == 40
