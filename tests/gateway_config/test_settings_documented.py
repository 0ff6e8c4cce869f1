"""docs/settings.md has every key of the configuration, with the value that holds where it is left out, and no other."""

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import BaseModel, TypeAdapter
from pydantic.fields import FieldInfo

from channels.smpp.settings import LinkSettings
from gateway_config.settings import Settings

DOCUMENT = (Path(__file__).parents[2] / "docs" / "settings.md").read_text("utf-8")
HEADING = re.compile(r"^## `(\[\[?)([a-z_.]+)\]\]?`$")
ROW = re.compile(r"^\| `(\w+)` \| (?:`(.+?)`|(needed|–)) \| .+ \|$")
NAMED = {"ussd.link.dialect": "standard", "ussd.gateway.style": "africastalking"}  # a table that has a name, too
NEEDED, NOTHING = "needed", "–"


def documented() -> Iterator[tuple[str, Any]]:
    table = ""
    for line in DOCUMENT.splitlines():
        if heading := HEADING.match(line):
            table = f"{heading[2]}[]" if heading[1] == "[[" else heading[2]
        elif row := ROW.match(line):
            key, value, other = row.groups()
            yield f"{table}.{key}", other or tomllib.loads(f"value = {value}")["value"]
        else:
            assert not line.startswith("| `"), f"this row cannot be read: {line}"


def known(model: type[BaseModel], table: str = "") -> Iterator[tuple[str, Any]]:
    for key, field in model.model_fields.items():
        path = f"{table.removesuffix('[]')}.{key}".strip(".")
        beneath = model_in(field.annotation)
        if path in NAMED:
            yield f"{table}.{key}", NAMED[path]
        if beneath is None:
            if not (table == "ussd.link[]" and as_of_text_messages(key, field)):
                yield f"{table}.{key}", default(field)
        elif not (table == "ussd.link[]" and key in LinkSettings.model_fields):
            yield from known(beneath, f"{path}[]" if get_origin(field.annotation) is tuple else path)


def as_of_text_messages(key: str, field: FieldInfo) -> bool:
    of_sms = LinkSettings.model_fields.get(key)
    return of_sms is not None and default(of_sms) == default(field)


def model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((model for each in get_args(annotation) if (model := model_in(each))), None)


def default(field: FieldInfo) -> Any:
    """As the configuration would write it."""
    if field.is_required():
        return NEEDED
    value = field.get_default(call_default_factory=True)  # type: ignore[call-arg]
    return NOTHING if value is None else json.loads(TypeAdapter(Any).dump_json(value))


def test_every_setting_is_documented_with_its_default_and_nothing_else_is() -> None:
    said = list(documented())
    assert dict(said) == dict(known(Settings))
    assert len(dict(said)) == len(said), "and none of them twice"
