"""A body, from octets to a checked document. Whatever is wrong with it is told with its path, all of it at once.

    octets ─► not too many ─► UTF-8 JSON ─► not too deep, no characters that no database keeps ─► the form (pydantic)

Numbers that are none (NaN, 1e999), names that are there twice, halves of characters and zero characters are refused
here: a database would refuse them later, when it is harder to say what was wrong, or another reader take it otherwise.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from math import isfinite
from typing import Any, NoReturn, TypeVar

from pydantic import BaseModel, ValidationError

from channels.tmf.errors import Refusal

LARGEST = 131_072
DEEPEST = 12
SHOWN = 10
_UNFIT = re.compile("[\x00\ud800-\udfff]")

Form = TypeVar("Form", bound=BaseModel)


def read(body: bytes, form: type[Form]) -> tuple[Form, dict[str, Any]]:
    """The body as `form` has it, and as it was written."""
    document = parsed(body)
    try:
        return form.model_validate(document), document
    except ValidationError as invalid:
        raise Refusal("badBody", _told(invalid)) from None


def parsed(body: bytes) -> dict[str, Any]:
    if len(body) > LARGEST:
        raise Refusal("tooLarge", f"the body has more than {LARGEST} octets")
    try:
        document = json.loads(
            body.decode("utf-8"), parse_constant=_no_number, parse_float=_finite, object_pairs_hook=_named_once
        )
    except UnicodeDecodeError:
        raise Refusal("badBody", "the body is not UTF-8") from None
    except RecursionError:
        raise Refusal("badBody", f"the body is nested more than {DEEPEST} deep") from None
    except ValueError as problem:
        raise Refusal("badBody", f"the body is not JSON: {problem}") from None
    if not isinstance(document, dict):
        raise Refusal("badBody", "the body must be a JSON object")
    for path, unfit in _unfit(document, (), 0):
        raise Refusal("badBody", f"{dotted(path)}: {unfit}")
    return document


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _finite(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise ValueError(f"{text[:20]} is no number that anybody can count to")
    return number


def _named_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Readers differ in which of two they take; whoever signed or counted it may have meant the other."""
    document = dict(pairs)
    if len(document) < len(pairs):
        twice = next(name for name, many in Counter(name for name, _ in pairs).items() if many > 1)
        raise ValueError(f"{twice[:80]!r} is there twice")
    return document


def _unfit(value: Any, path: tuple[str | int, ...], depth: int) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if depth > DEEPEST:
        yield path[:3], f"is nested more than {DEEPEST} deep"
    elif isinstance(value, dict):
        for key, inside in value.items():
            if _UNFIT.search(key):
                yield path, "has a name with a character that is none"
            yield from _unfit(inside, (*path, key), depth + 1)
    elif isinstance(value, list):
        for place, inside in enumerate(value):
            yield from _unfit(inside, (*path, place), depth + 1)
    elif isinstance(value, str) and _UNFIT.search(value):
        yield path, "has a character that is none"


def _told(invalid: ValidationError) -> str:
    errors = invalid.errors(include_url=False, include_context=False, include_input=False)
    told = [f"{dotted(error['loc'])}: {error['msg'][:1].lower()}{error['msg'][1:]}" for error in errors[:SHOWN]]
    more = [f"and {len(errors) - SHOWN} more"] if len(errors) > SHOWN else []
    return "; ".join([*told, *more])


def dotted(path: Sequence[str | int]) -> str:
    """`productOrderItem[0].productOffering.id`"""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text or "the body"
