"""Tables as the console is told them: what their columns are called and are of, and their cells, in one language."""

from collections.abc import Sequence
from typing import Any

from channels.desk import report_words as said
from orders.reports.counted import Counted
from orders.reports.sheets import Cell, Sheet


def plain(sheet: Sheet, language: str, of: Counted | None = None) -> dict[str, Any]:
    """of: what it was made of, where there are names in it."""
    return {
        "name": sheet.name,
        "title": said.title(sheet.name, language),
        "told": said.told(sheet.name, language),
        "columns": [{"name": said.column(each, language, of), "kind": each.kind.value} for each in sheet.columns],
        "rows": [cells_of(sheet, row, language, of) for row in sheet.rows],
    }


def cells_of(sheet: Sheet, row: Sequence[Cell], language: str, of: Counted | None = None) -> list[Cell]:
    return [
        said.name(column, cell, language, of) if isinstance(cell, str) else cell
        for column, cell in zip(sheet.columns, row, strict=True)
    ]
