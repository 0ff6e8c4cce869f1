"""Secrets that do not stand in the configuration: `…_file` names a file that holds one, `…_env` a variable.

So `password_file = "/run/secrets/smsc"` is read as `password = "…"`, wherever a table may have a password.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gateway_config.toml_lines import Path as Where
from gateway_config.toml_lines import dotted, line_at
from orders.rows import Problem, Refused

SECRETS = frozenset({"password", "client_secret", "outbind_password", "secret", "token", "token_sha256", "url"})
WAYS = {"file": "cannot be read: name a file that is there", "env": "is not set in the environment: set it"}


def revealed(
    given: dict[str, Any], environment: Mapping[str, str], filename: str, lines: dict[Where, int]
) -> dict[str, Any]:
    """Raises Refused with each that is not there, by line."""
    problems: list[Problem] = []

    def in_all(of: Any, path: Where) -> Any:
        if isinstance(of, list):
            return [in_all(each, (*path, place)) for place, each in enumerate(of)]
        return in_table(of, path) if isinstance(of, dict) else of

    def in_table(table: dict[str, Any], path: Where) -> dict[str, Any]:
        told = {}
        for key, value in table.items():
            base, _, way = key.rpartition("_")
            if base not in SECRETS or way not in WAYS:
                told[key] = in_all(value, (*path, key))
                continue
            try:
                told[base] = _of_file(str(value)) if way == "file" else environment[str(value)]
            except (OSError, KeyError, UnicodeDecodeError):
                where = line_at(lines, (*path, key))
                problems.append(Problem(filename, where, f"{dotted((*path, key))}: {value} {WAYS[way]}"))
        return told

    told = in_table(given, ())
    if problems:
        raise Refused(problems)
    return told


def _of_file(value: str) -> str:
    return Path(value).read_text(encoding="utf-8").strip()
