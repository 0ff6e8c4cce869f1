"""What the console sends, from JSON to values; `BadForm` says which field to mend."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dialogs.words import Values
from orders.publishing import Act

LARGEST = 65_536
ACTS = (Act.PROMOTE, Act.WITHDRAW, Act.ROLLBACK)  # editions are published from a folder, by command
LONGEST_NOTE = 2_000
LONGEST_NAME = 64
MOST_CHECKS = 200
DECISION = ("outcome", "note", "changes", "callback_at", "callback_for", "checks")
WHOSE = ME, ANYONE = "me", "anyone"


class BadForm(Exception):
    """The request is not what this path takes."""


@dataclass(frozen=True, slots=True)
class SignIn:
    name: str
    password: str


@dataclass(frozen=True, slots=True)
class DecisionForm:
    outcome: str
    note: str
    changes: Values
    callback_at: float | None
    checks: tuple[str, ...] | None = None
    mine: bool = False


def document(body: bytes, largest: int = LARGEST) -> dict[str, Any]:
    if len(body) > largest:
        raise BadForm(f"the body is longer than {largest} bytes")
    try:
        loaded = json.loads(body)
    except ValueError as error:
        raise BadForm(f"the body must be JSON: {error}") from None
    if not isinstance(loaded, dict):
        raise BadForm("the body must be a JSON object")
    return loaded


def sign_in(body: bytes) -> SignIn:
    fields = document(body)
    name, password = _text(fields, "name"), _text(fields, "password")
    if not name or len(name) > LONGEST_NAME:
        raise BadForm(f"name has between 1 and {LONGEST_NAME} characters")
    return SignIn(name, password)


def taught(body: bytes) -> tuple[str, str]:
    """The text, and what it means."""
    fields = document(body)
    if set(fields) != {"text", "meaning"}:
        raise BadForm("a phrase is {text, meaning}")
    text, meaning = _text(fields, "text"), _text(fields, "meaning")
    if not text or not meaning:
        raise BadForm("text and meaning are needed")
    return text, meaning


def decision(body: bytes) -> DecisionForm:
    fields = document(body)
    if unknown := [name for name in fields if name not in DECISION]:
        raise BadForm(f"unknown field {', '.join(unknown)}; known are {', '.join(DECISION)}")
    note = _text(fields, "note", "") or ""
    if len(note) > LONGEST_NOTE:
        raise BadForm(f"note has {LONGEST_NOTE} characters at most")
    changes = fields.get("changes") or {}
    if not isinstance(changes, dict):
        raise BadForm('changes is an object, as {"quantity": 2}')
    if (whose := fields.get("callback_for", ANYONE)) not in WHOSE:
        raise BadForm(f"callback_for is one of {', '.join(WHOSE)}")
    at, checks = _instant(fields.get("callback_at")), _checks(fields.get("checks"))
    return DecisionForm(_text(fields, "outcome"), note, changes, at, checks, whose == ME)


def _checks(told: Any) -> tuple[str, ...] | None:
    if told is None:
        return None
    if not isinstance(told, list) or len(told) > MOST_CHECKS or not all(isinstance(each, str) for each in told):
        raise BadForm("checks is a list of the lines of the guide that were ticked")
    return tuple(told)


def anyway(body: bytes) -> bool:
    """Whether he is to be rung also at an hour at which nobody is; a request without a body says nothing of it."""
    fields = document(body) if body.strip() not in (b"", b"null") else {}
    said = fields.get("anyway", False)
    if not isinstance(said, bool):
        raise BadForm('anyway is true or false, as {"anyway": true}')
    return said


def publication(body: bytes) -> tuple[Act, str, str]:
    """What is to be done, the version that it is about, and why."""
    fields = document(body)
    if not {"act", "version"} <= set(fields) <= {"act", "version", "note"}:
        raise BadForm("a publication is {act, version, note}")
    act, version, note = _text(fields, "act"), _text(fields, "version"), _text({"note": "", **fields}, "note")
    if act not in ACTS:
        raise BadForm(f"act is one of: {', '.join(ACTS)}")
    if len(note) > LONGEST_NOTE:
        raise BadForm(f"a note has no more than {LONGEST_NOTE} characters")
    return Act(act), version, note


def _text(fields: dict[str, Any], name: str, default: str | None = None) -> str:
    value = fields.get(name, default)
    if value is None and default is not None:
        return default
    if not isinstance(value, str):
        raise BadForm(f"{name} must be a text")
    return value


def _instant(value: Any) -> float | None:
    """Seconds since 1970, or a date and time with its offset, as 2026-01-31T18:00:00+08:00."""
    if value is None:
        return None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    try:
        at = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        at = None
    if at is None or at.tzinfo is None:
        raise BadForm("callback_at is seconds since 1970, or a time with its offset, as 2026-01-31T18:00:00+08:00")
    return at.timestamp()
