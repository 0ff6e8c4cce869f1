"""Values to rows and back. What is read again is a value; nothing with a connection leaves the thread."""

import json
from collections.abc import Mapping
from typing import Any

from dialogs.words import (
    AgentDecided,
    Begun,
    CallBegan,
    DeliveryReport,
    Dialog,
    Digits,
    Inbound,
    LookupDone,
    MessagePart,
    MessageReceived,
    Place,
    Proof,
    Resume,
    Secret,
    SessionClosed,
    TimerFired,
    Unreadable,
    UssdInput,
    Values,
)
from orders.lookup import Lookup
from orders.outbound import Outbound

Row = dict[str, Any]
SECRET = "••••••"  # always as many, however many keys there were

KIND_NAMES: dict[type, str] = {
    MessageReceived: "message",
    MessagePart: "part",
    Unreadable: "unreadable",
    UssdInput: "ussd",
    CallBegan: "call",
    Digits: "digits",
    Secret: "secret",
    SessionClosed: "closed",
    TimerFired: "timer",
    Begun: "begun",
    LookupDone: "answer",
    AgentDecided: "decision",
    DeliveryReport: "receipt",
}


def to_json(value: Any) -> str:
    return _encode(value)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, bytes):
        return value.hex()
    raise TypeError(f"{type(value).__name__} has no place in a row")


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_plain).encode  # made once: it is dear


def content_of(inbound: Inbound) -> str:
    """What a person reads in the conversation; a part's text is read in the whole message."""
    kind = inbound.kind
    if isinstance(kind, MessageReceived | UssdInput | Digits):
        return kind.text
    if isinstance(kind, CallBegan):
        return kind.dialled
    if isinstance(kind, Secret):
        return SECRET
    if isinstance(kind, Unreadable):
        return f"[{kind.what}]"
    if isinstance(kind, SessionClosed):
        return kind.reason
    return ""


def dialog_row(dialog: Dialog) -> Row:
    return {
        "subscriber": dialog.subscriber,
        "thread": dialog.thread,
        "place": None if dialog.place is None else _place_json(dialog.place),
        "trail": "[" + ",".join(map(_place_json, dialog.trail)) + "]" if dialog.trail else None,
        "awaiting": dialog.awaiting,
        "repeats": dialog.repeats,
        "turns": dialog.turns,
        "expires_at": dialog.expires_at,
        "deadline": dialog.deadline,
    }


def dialog_of(row: Any) -> Dialog:
    return Dialog(
        subscriber=row.subscriber,
        thread=row.thread,
        place=None if row.place is None else _place_of(json.loads(row.place)),
        trail=() if row.trail is None else tuple(map(_place_of, json.loads(row.trail))),
        awaiting=row.awaiting,
        repeats=row.repeats,
        turns=row.turns,
        expires_at=row.expires_at,
        deadline=row.deadline,
    )


def _place_json(place: Place) -> str:
    return to_json(_place_parts(place))


def _place_parts(place: Place) -> list[Any]:
    parts = [place.script, place.version, place.state, place.slots]
    return [*parts, _place_parts(place.beneath)] if place.beneath else parts


def _place_of(parts: list[Any]) -> Place:
    """What lies beneath it comes last, if there is anything."""
    return Place(*parts[:4], *map(_place_of, parts[4:]))


def resume_json(resume: Resume | None) -> str | None:
    if resume is None:
        return None
    return to_json([resume.script, resume.version, resume.state, resume.slots, resume.language])


def lookup_row(lookup: Lookup, node: str, due_at: float) -> Row:
    return {
        "subscriber": lookup.subscriber,
        "id": lookup.id,
        "channel": lookup.channel,
        "service_address": lookup.service_address,
        "session": lookup.session,
        "service": lookup.service,
        "arguments": to_json(lookup.arguments),
        "resume": resume_json(lookup.resume),
        "asked_at": lookup.asked_at,
        "give_up_at": lookup.give_up_at,
        "due_at": due_at,
        "node": node,
        "attempts": lookup.attempts,
        "proof": None if lookup.proof is Proof.SURE else lookup.proof.value,
    }


def lookup_of(row: Any) -> Lookup:
    return Lookup(
        id=row.id,
        subscriber=row.subscriber,
        channel=row.channel,
        service_address=row.service_address,
        session=row.session,
        service=row.service,
        arguments=json.loads(row.arguments),
        asked_at=row.asked_at,
        give_up_at=row.give_up_at,
        resume=None if row.resume is None else Resume(*json.loads(row.resume)),
        attempts=row.attempts,
        proof=Proof.SURE if row.proof is None else Proof(row.proof),
    )


def outbound_of(row: Any, lease_until: float) -> Outbound:
    return Outbound(
        id=row.id,
        subscriber=row.subscriber,
        channel=row.channel,
        service=row.service,
        session=row.session,
        text=row.text,
        created_at=row.created_at,
        expires_at=row.expires_at,
        lease_until=lease_until,
        attempts=row.attempts,
        ends=row.ends,
        phrase=row.phrase,
        layout=row.layout or "",
        by_text=bool(row.by_text),
        not_before=row.not_before or 0.0,
        script=row.script or "",
    )


def values(text: str) -> Values:
    loaded: Values = json.loads(text)
    return loaded
