"""What goes over the wire to and from a carrier, without the wire: JSON there, JSON back, and its signature.

    POST {url}/consignments                  Idempotency-Key: the consignment's number
      {"id": "7123…", "order": "1000000017", "items": [{"offer": "F800", "name": "酷派F800", "quantity": 1}],
       "recipient": "王先生", "address": "杭州市…", "phone": "8613800138000", "language": "zh"}
        200, 201 {"tracking": "SF1001"}      he takes it
        202                                  he has heard of it and will say
        409                                  he has it already, which is as good
        400, 422 {"reason": "…"}             he does not want it: another carrier is found

    POST {url}/consignments/{id}/recall
        200 {"granted": true|false}          it comes back, or goes on
        202                                  he will say
        404, 410                             it never was there: nothing is to come back

    GET  {url}/consignments/{id}             where he is asked, and does not tell by himself
        200 {"events": [{"step": "move", "at": "2026-11-22T08:00:00Z", …}]}

    What he tells by himself comes in the same form to POST /carriers/NAME/events, {"events": [{"consignment": "7123…",
    "step": "deliver", "at": …, "tracking": …, "signed_by": …, "note": …}]}, with

    X-Hall-Signature: t=1795300000,v1=<hex of HMAC-SHA256(secret, "1795300000." + body)>

Anything else means that he could not be reached, or is not what we took him for: it is tried again.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from channels.backends.carriers.line import Told
from orders.consignment import TOLD_BY_CARRIERS, ConsignmentState, Step, Tiding
from orders.shipment import Shipment

TOLERANCE = 300.0  # seconds that his clock may be off, and for which a signature may be used again
MOST_EVENTS = 500
LONGEST_WORD, LONGEST_NOTE = 100, 500
GREATEST = (1 << 63) - 1
_unfit = re.compile("[\x00\ud800-\udfff]")
_signature = re.compile(r"t=(\d{1,12}),v1=([0-9a-f]{64})")

Words = Mapping[str, Step]


class Strange(Exception):
    """What he says is not in the form that was agreed on; the text says what is wrong."""


# ── To him ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def told_of(shipment: Shipment) -> dict[str, Any]:
    return {
        "id": str(shipment.consignment.id),
        "order": shipment.consignment.order,
        "items": [
            {"offer": each.offer, "name": each.names.get(shipment.language, each.offer), "quantity": each.quantity}
            for each in shipment.pieces
        ],
        "recipient": shipment.recipient,
        "address": shipment.address,
        "phone": shipment.phone,
        "language": shipment.language,
    }


# ── From him ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def offered(status: int, body: Any, now: float, actor: str) -> tuple[Tiding, ...] | None:
    """What an answer to an offer means; None: he was not reached."""
    said = body if isinstance(body, Mapping) else {}
    if status in (200, 201):
        return (Tiding(Step.ACCEPT, now, actor, _short(said.get("tracking"))),)
    if status in (202, 409):
        return (Tiding(Step.OFFER, now, "house"),)
    if status in (400, 422):
        return (Tiding(Step.DECLINE, now, actor, note=_short(said.get("reason"), LONGEST_NOTE) or ""),)
    return None


def recalled(status: int, body: Any, now: float, actor: str) -> tuple[Tiding, ...] | None:
    if status == 202:
        return ()
    if status in (404, 410):
        return (Tiding(Step.GRANT, now, actor, note="he does not know of it"),)
    granted = body.get("granted") if status == 200 and isinstance(body, Mapping) else None
    if not isinstance(granted, bool):
        return None
    return (Tiding(Step.GRANT if granted else Step.KEEP, now, actor),)


def looked_at(status: int, body: Any, words: Words, now: float, actor: str) -> tuple[Tiding, ...] | None:
    if status == 404:
        return ()
    listed = body.get("events") if status == 200 and isinstance(body, Mapping) else None
    if not isinstance(listed, list):
        return None
    try:
        tidings = [tiding(each, words, now, actor) for each in listed[-MOST_EVENTS:]]
    except Strange:
        return None
    return tuple(sorted(tidings, key=lambda each: each.at))


def events(body: bytes, words: Words, now: float, actor: str) -> list[Told]:
    """What he tells by himself: all of it, or Strange."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        raise Strange("the body is not JSON") from None
    listed = said.get("events", [said]) if isinstance(said, Mapping) else None
    if not isinstance(listed, list) or not 0 < len(listed) <= MOST_EVENTS:
        raise Strange(f'write {{"events": [...]}} with 1 to {MOST_EVENTS} of them')
    return [_told(each, words, now, actor) for each in listed]


def _told(said: Any, words: Words, now: float, actor: str) -> Told:
    number = said.get("consignment") if isinstance(said, Mapping) else None
    known = consignment(str(number)) if isinstance(number, str | int) else None
    if known is None:
        raise Strange("an event has no consignment: give the id that you were told")
    return Told(known, tiding(said, words, now, actor))


def consignment(text: str) -> int | None:
    """Its number, if it is one that a row may have."""
    number = int(text) if re.fullmatch(r"[0-9]{1,19}", text) else GREATEST + 1
    return number if number <= GREATEST else None


def tiding(said: Any, words: Words, now: float, actor: str) -> Tiding:
    if not isinstance(said, Mapping):
        raise Strange("an event is an object")
    return Tiding(
        step=step_named(said.get("step"), words),
        at=instant(said.get("at"), now),
        actor=actor,
        tracking=_short(said.get("tracking")),
        signed_by=_short(said.get("signed_by")),
        note=_short(said.get("note"), LONGEST_NOTE) or "",
    )


def step_named(word: object, words: Words) -> Step:
    known = {step.value: step for step in TOLD_BY_CARRIERS} | dict(words)
    if not isinstance(word, str) or word not in known:
        raise Strange(f"unknown step {str(word)[:40]!r}; known are {', '.join(sorted(known))}")
    return known[word]


def instant(said: object, now: float) -> float:
    """RFC 3339; when it is not given, now; when it lies ahead, now as well: his clock is not ours."""
    if said in (None, ""):
        return now
    try:
        at = datetime.fromisoformat(str(said))
    except ValueError:
        raise Strange(f"at: {str(said)[:40]!r} is no date-time; write 2026-11-22T08:00:00+08:00") from None
    if at.tzinfo is None:
        raise Strange(f"at: {said} has no zone; write 2026-11-22T08:00:00+08:00")
    return min(at.timestamp(), now)


def _short(said: object, longest: int = LONGEST_WORD) -> str | None:
    """Without what no database keeps."""
    if not isinstance(said, str | int) or isinstance(said, bool):
        return None
    return _unfit.sub("", str(said)).strip()[:longest] or None


def asks(state: ConsignmentState) -> str:
    """What he is asked about a consignment in this state."""
    return {ConsignmentState.WAITING: "offer", ConsignmentState.RECALLING: "recall"}.get(state, "look")


# ── Signatures ───────────────────────────────────────────────────────────────────────────────────────────────────────


def signature(secret: str, body: bytes, now: float) -> str:
    at = str(int(now))
    return f"t={at},v1={_hmac(secret, at, body)}"


def is_signed(header: str, secret: str, body: bytes, now: float) -> bool:
    found = _signature.fullmatch(header.strip())
    if not found or abs(int(found[1]) - now) > TOLERANCE:
        return False
    return hmac.compare_digest(found[2], _hmac(secret, found[1], body))


def _hmac(secret: str, at: str, body: bytes) -> str:
    return hmac.new(secret.encode(), at.encode() + b"." + body, hashlib.sha256).hexdigest()
