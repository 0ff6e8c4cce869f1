"""What pydantic finds wrong with a configuration, in words: where it stands in the file, and what to do about it."""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from gateway_config.toml_lines import Path, dotted, line_at
from orders.rows import Problem


def explained(
    invalid: ValidationError, model: type[BaseModel], filename: str, lines: dict[Path, int]
) -> Iterator[Problem]:
    for error in invalid.errors():
        path = tuple(error["loc"])
        yield Problem(filename, line_at(lines, path), f"{dotted(path)}: {_what(error, path, model)}")


def _what(error: Any, path: Path, model: type[BaseModel]) -> str:
    if error["type"] == "extra_forbidden":
        near = get_close_matches(str(path[-1]), _known_beside(path, model), n=1)
        return f"unknown key. Did you mean {near[0]}?" if near else "unknown key: remove it"
    if error["type"] == "missing":
        return "is missing: add it"
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    return f"{error['msg'][0].lower()}{error['msg'][1:]}; it is {error['input']!r}"


def _known_beside(path: Path, model: type[BaseModel]) -> list[str]:
    """The keys of the table in which a path's last key would stand."""
    for step in path[:-1]:
        if isinstance(step, int):
            continue
        field = model.model_fields.get(step)
        inside = None if field is None else _model_in(field.annotation)
        if inside is None:
            return []
        model = inside
    return list(model.model_fields)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    inside = map(_model_in, get_args(annotation))
    return next((model for model in inside if model is not None), None)
