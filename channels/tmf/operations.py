"""What is done here, as data: one table from which requests are answered and the description is made.

An operation is a method on a path, what it takes and what it answers. The description says what the table says, so that
the two cannot part ways.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from orders.halls import Client


@dataclass(frozen=True, slots=True)
class Parameter:
    """place: `query`, `header` or `path`; schema: JSON Schema of one value."""

    name: str
    place: str
    text: str
    schema: Mapping[str, Any] = field(default_factory=lambda: {"type": "string"})
    required: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, by the time it is anybody's business: who asks, what stands in the path, the query and the body."""

    client: Client
    path: Mapping[str, str]
    query: Sequence[tuple[str, str]]
    body: bytes
    header: Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Reply:
    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """A status that may be answered: what it means, what comes with it (None: nothing), and in which headers."""

    text: str
    form: type[BaseModel] | None = None
    many: bool = False
    headers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Operation:
    """path: below the API's, as `/productOrder/{id}`. takes: the form of its body; kinds: how that may be written.

    refuses: codes of `errors.REASONS` that it may answer beside those of every operation.
    leads_to: operations to which the id of what it made is given.
    """

    name: str
    method: str
    path: str
    text: str
    do: Callable[[Asked], Awaitable[Reply]]
    answers: Mapping[int, Answer]
    takes: type[BaseModel] | None = None
    kinds: tuple[str, ...] = ("application/json",)
    parameters: tuple[Parameter, ...] = ()
    refuses: tuple[str, ...] = ()
    example: Mapping[str, Any] | None = None
    leads_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Api:
    """base: the path under which its operations stand, without a slash at either end."""

    name: str
    base: str
    text: str
    operations: tuple[Operation, ...]
