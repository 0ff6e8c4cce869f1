"""YAML that remembers where it stood.

Whatever is refused is refused with its file and line, so every file of ours is read here, with ruamel's round-trip
loader: its maps and lists know their lines. `Page` walks such a tree and keeps the problems it meets instead of
stopping at the first, because who repairs a script wants them all.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedBase
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from dialogs.problems import Problem


class Page:
    """One file being read: its tree, and what was wrong with it."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.broken = False  # no YAML at all: what is missing from it is not a problem of its own
        self.tree: Any = self._parse(text)

    @classmethod
    def open(cls, path: Path) -> "Page":
        return cls(str(path), path.read_text("utf-8"))

    def _parse(self, text: str) -> Any:
        try:
            return YAML(typ="rt", pure=True).load(text)
        except MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            self.problem(
                line, (error.problem or "this is not YAML").partition(" with value")[0], "repair the YAML here"
            )
        except (YAMLError, ValueError) as error:
            self.problem(1, f"this is not YAML: {error}".splitlines()[0], "repair the file")
        self.broken = True
        return {}

    def problem(self, where: "int | object", text: str, hint: str, key: object = None) -> None:
        """`where` is a line, or the map or list that stands there (with `key`, its entry of that name)."""
        line = where if isinstance(where, int) else line_of(where, key)
        self.problems.append(Problem(self.file, line, text, hint))

    def mapping(self, node: object, what: str, line: int, allowed: Iterable[str] | None = None) -> dict[str, Any]:
        """The entries of a map with text keys; everything else is a problem."""
        if not isinstance(node, dict):
            self.problem(line, f"{what} is not a map", "write it as `key: value` lines")
            return {}
        if allowed is None:
            return {str(key): value for key, value in node.items()}
        known = tuple(allowed)
        for key in node:
            if key not in known:
                self.problem(node, f"{what} has an unknown key {key!r}", f"use one of: {', '.join(known)}", key)
        return {str(key): value for key, value in node.items() if key in known}

    def text(self, node: object, what: str, line: int) -> str:
        if isinstance(node, str):
            return str(node)
        self.problem(line, f"{what} is not a text", "write a text, in quotes if need be")
        return ""

    def number(self, node: object, what: str, line: int, least: int = 0) -> int:
        if isinstance(node, int) and not isinstance(node, bool) and node >= least:
            return int(node)
        self.problem(line, f"{what} is not a whole number of {least} or more", "write a whole number")
        return least

    def truth(self, node: object, what: str, line: int) -> bool:
        if not isinstance(node, bool):
            self.problem(line, f"{what} is neither true nor false", f"write `{what}: true` or `{what}: false`")
        return node is True

    def texts(self, node: object, what: str, line: int) -> tuple[str, ...]:
        """A list of words; whole numbers among them are words as well (10086)."""
        if not isinstance(node, list):
            self.problem(line, f"{what} is not a list", "write it as [one, two]")
            return ()
        for item in node:
            if not isinstance(item, str | int) or isinstance(item, bool):
                self.problem(node, f"{what} has an entry that is not a text: {item!r}", "put it in quotes")
        return tuple(str(item) for item in node if isinstance(item, str | int))


def line_of(node: object, key: object = None) -> int:
    if not isinstance(node, CommentedBase):
        return 1
    if key is not None:
        try:
            return int(node.lc.key(key)[0]) + 1
        except (KeyError, TypeError, AttributeError):
            pass
    return int(node.lc.line or 0) + 1


def plain(node: object) -> Any:
    """The same value without ruamel's types, as it may go into slots and JSON."""
    if isinstance(node, dict):
        return {str(key): plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [plain(item) for item in node]
    for kind in (bool, int, float, str):
        if isinstance(node, kind):
            return kind(node)
    return node


def yaml_files(folder: Path) -> Iterator[Path]:
    yield from sorted(folder.glob("*.yaml"))
