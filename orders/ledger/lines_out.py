"""Rows for programs and people outside: as CSV, or as JSON lines."""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TextIO

Line = Mapping[str, Any]


def write_lines(lines: Iterator[Line], form: str, columns: Sequence[str], out: TextIO) -> int:
    """How many were written. `form` is `csv`, or JSON lines."""
    return _as_csv(lines, columns, out) if form == "csv" else _as_json(lines, out)


def instant(seconds: float) -> str:
    """UTC, by ISO 8601, to the second."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _as_csv(lines: Iterator[Line], columns: Sequence[str], out: TextIO) -> int:
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    count = 0
    for line in lines:
        writer.writerow({name: _harmless(value) for name, value in line.items()})
        count += 1
    return count


def _harmless(value: Any) -> Any:
    """A spreadsheet must not take a text for a formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+-@\t\r" and value else value


def _as_json(lines: Iterator[Line], out: TextIO) -> int:
    count = 0
    for line in lines:
        out.write(json.dumps(line, ensure_ascii=False) + "\n")
        count += 1
    return count
