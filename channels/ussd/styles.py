"""How a gateway that speaks HTTP puts what it has to say: a style, as data, and what a request says by it.

    parameters ── said ──► Said(session, subscriber, service, text, event)
    text, ends ── answered ──► Reply(body, kind, headers)

Some gateways send each input by itself, others everything since the code, joined by `*`. A subscriber may type a `*`
himself, so the joined text is never taken apart: what was there before is known, and what stands behind it is new
(`fresh`). The same text again is the same request again.
"""

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field
from ruamel.yaml import YAML

KNOWN: Final = Path(__file__).with_name("styles.yaml")
LONGEST: Final = 512  # characters of any one value
_UNFIT: Final = re.compile("[\x00\ud800-\udfff]")


class Style(BaseModel):
    """
    method, body:  how a request comes, and where its parameters are.
    session, subscriber, service, text: the parameters' names; without a service it is the gateway's first code.
    joined:        the text is all inputs, joined by `*`.
    event:         the parameter that says what happens; opens, aborts: what it says then. Without `opens` a session
                   begins with the first request of its name.
    reply:         the answer is a text that begins with `goes_on` or `ends`; or JSON, with the text under `reply_text`
                   and one of the two under `reply_action`; or a text, with one of the two as the header `reply_action`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    method: Literal["get", "post"] = "post"
    body: Literal["form", "json", "query"] = "form"
    session: str = "sessionId"
    subscriber: str = "msisdn"
    service: str = ""
    text: str = "text"
    joined: bool = False
    event: str = ""
    opens: tuple[str, ...] = ()
    aborts: tuple[str, ...] = ()
    reply: Literal["text", "json", "header"] = "text"
    reply_text: str = Field(default="message", min_length=1)
    reply_action: str = Field(default="action", pattern=r"^[A-Za-z0-9_-]+$")
    goes_on: str = "CON "
    ends: str = "END "


@lru_cache
def styles() -> dict[str, Style]:
    return {name: Style.model_validate(table) for name, table in YAML(typ="safe").load(KNOWN).items()}


class BadRequest(Exception):
    """The text says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Said:
    session: str
    subscriber: str
    service: str
    text: str
    event: str


@dataclass(frozen=True, slots=True)
class Reply:
    body: bytes
    kind: bytes
    header: tuple[bytes, bytes] | None = None


def said(style: Style, parameters: Mapping[str, object]) -> Said:
    def value(name: str) -> str:
        found = _word(name, parameters.get(name)) if name else ""
        if len(found) > LONGEST or _UNFIT.search(found):
            raise BadRequest(f"{name} is longer than {LONGEST} characters, or has some that no telephone could send")
        return found

    heard = Said(*map(value, (style.session, style.subscriber, style.service, style.text, style.event)))
    if not heard.session or not heard.subscriber:
        raise BadRequest(f"{style.session} and {style.subscriber} are needed")
    return heard


def _word(name: str, value: object) -> str:
    """Some write numbers as numbers. Of whoever says a thing twice it is not known which of the two he means."""
    if value is None:
        return ""
    if isinstance(value, list):
        raise BadRequest(f"{name} is there {len(value)} times: say it once")
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise BadRequest(f"{name} must be a text")


def from_json(octets: bytes) -> dict[str, object]:
    try:
        told: Any = json.loads(octets, object_pairs_hook=_gathered)
    except (ValueError, RecursionError):
        raise BadRequest("this is no JSON") from None
    if not isinstance(told, dict):
        raise BadRequest("an object is wanted")
    return told


def _gathered(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """What stands there more than once as a list, as it comes from a form."""
    told = dict(pairs)
    if len(told) < len(pairs):
        for name, many in Counter(name for name, _ in pairs).items():
            if many > 1:
                told[name] = [each for named, each in pairs if named == name]
    return told


def answered(style: Style, heard: Said, text: str, ends: bool) -> Reply:
    action = style.ends if ends else style.goes_on
    if style.reply == "json":
        body = {style.session: heard.session, style.reply_text: text, style.reply_action: action}
        return Reply(json.dumps(body, ensure_ascii=False).encode(), b"application/json")
    plain = b"text/plain; charset=utf-8"
    if style.reply == "header":
        return Reply(text.encode(), plain, (style.reply_action.encode(), action.encode()))
    return Reply(f"{action}{text}".encode(), plain)


def fresh(before: str, now: str) -> str:
    """What was put in last, of inputs that are joined. What does not go on where it was is taken by its last part."""
    if not before:
        return now
    if now.startswith(f"{before}*"):
        return now[len(before) + 1 :]
    return now.rpartition("*")[2]


def dialled(code: str, behind: str) -> str:
    """As it would have been dialled in one go."""
    return f"{code.rstrip('#')}*{behind}#" if behind else code
