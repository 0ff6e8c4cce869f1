"""The page that shows one dialog on three channels is what the code makes of it."""

from pathlib import Path

from dialogs.library import load_library
from gateway_config.rendering import document

PAGE = Path(__file__).parent.parent.parent / "docs" / "rendering.md"


def test_the_page_is_true() -> None:
    made = document(load_library())
    assert PAGE.read_text("utf-8") == made, "write it anew: python -m gateway_config.rendering > docs/rendering.md"


def test_every_channel_says_its_own_keys() -> None:
    page = PAGE.read_text("utf-8")
    assert "确认请回复Y" in page
    assert "<br>1 确认<br>2 取消" in page
    assert "确认，请按一" in page
