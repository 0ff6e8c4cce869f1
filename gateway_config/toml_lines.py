"""Where in a TOML file a key stands. Python's parser does not say, and an error without its line is half an error.

It follows headers (`[web]`, `[[sms.link]]`) and the first key of each line, as people write configuration; for a value
inside an inline table it gives the line of the table.
"""

import re
from collections import defaultdict
from collections.abc import Sequence

_HEADER = re.compile(r"\s*(\[\[?)\s*([\w.\-\s\"']+?)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(r"\s*([\w\-\"'.]+)\s*=")

Path = tuple[str | int, ...]


def lines_of(text: str) -> dict[Path, int]:
    """The line of every table and key, by its path: `("sms", "link", 0, "name")`."""
    lines: dict[Path, int] = {}
    counts: dict[Path, int] = defaultdict(int)
    table: Path = ()
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            names = _names(header.group(2))
            table = _entered(names, counts, array=header.group(1) == "[[")
            lines.setdefault(table, number)
            lines.setdefault(names, number)
        elif key := _KEY.match(line):
            lines.setdefault(table + _names(key.group(1)), number)
    return lines


def _names(dotted: str) -> Path:
    return tuple(name.strip().strip("\"'") for name in dotted.split("."))


def _entered(names: Path, counts: dict[Path, int], array: bool) -> Path:
    """The path of a header; a table below an array of tables belongs to the last entry of it."""
    path: Path = ()
    for depth, name in enumerate(names, 1):
        path = (*path, name)
        if array and depth == len(names):
            counts[path] += 1
            path = (*path, counts[path] - 1)
        elif counts.get(path):
            path = (*path, counts[path] - 1)
    return path


def line_at(lines: dict[Path, int], path: Sequence[str | int]) -> int:
    """The line of the key, or of what it would stand in."""
    wanted = tuple(path)
    while wanted and wanted not in lines:
        wanted = wanted[:-1]
    return lines.get(wanted, 1)


def dotted(path: Sequence[str | int]) -> str:
    """`sms.link[0].name`"""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text
