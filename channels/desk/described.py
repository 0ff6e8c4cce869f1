"""What the desk answers, as OpenAPI has it: every route that stands in the application, and what is known of it.

GET    anything                the session's cookie
POST, DELETE                   and X-CSRF-Token, which GET session tells
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from channels.desk.app import Desk
from channels.desk.refusals import REFUSALS

Document = dict[str, Any]

COOKIE: Document = {"desk": {"type": "apiKey", "in": "cookie", "name": "hall_desk"}}
OBJECT: Document = {"type": "object"}
ERROR: Document = {
    "type": "object",
    "properties": {"error": {"type": "string"}, "message": {"type": "string"}},
    "required": ["error", "message"],
}
OPEN = frozenset({"sign_in", "doors"})
STREAM = "/api/v1/live"
KINDS = {"svg": "image/svg+xml", "csv": "text/csv", "wav": "audio/wav", STREAM: "text/event-stream"}
NO_BODY = frozenset(
    {
        "let_number_go",
        "change_person",
        "teach_person",
        "own_password",
        "release",
        "skip",
        "unlock_task",
        "assign_task",
        "pause_agent",
        "sign_out_agent",
    }
)
BODIES: Mapping[str, Document] = {
    "sign_in": {"name": {"type": "string"}, "password": {"type": "string"}},
    "make_person": {name: {"type": "string"} for name in ("name", "role", "password", "phone")},
    "change_person": {name: {"type": "string"} for name in ("role", "password", "phone")},
    "teach_person": {name: {"type": "array", "items": {"type": "string"}} for name in ("languages", "skills")},
    "own_password": {"password": {"type": "string"}, "new": {"type": "string"}},
    "teach": {"text": {"type": "string"}, "meaning": {"type": "string"}},
    "settle": {"note": {"type": "string"}},
    "report": {"problem": {"type": "string"}, "note": {"type": "string"}},
    "step": {
        "step": {"type": "string"},
        "tracking": {"type": "string"},
        "signed_by": {"type": "string"},
        "note": {"type": "string"},
    },
    "publication": {
        "act": {"type": "string", "enum": ["promote", "withdraw", "rollback"]},
        "version": {"type": "string"},
        "note": {"type": "string"},
    },
    "dial": {"anyway": {"type": "boolean"}},
    "unlock_task": {"why": {"type": "string"}},
    "assign_task": {"agent": {"type": "string"}, "why": {"type": "string"}},
    "pause_agent": {"reason": {"type": "string"}, "why": {"type": "string"}},
    "sign_out_agent": {"why": {"type": "string"}},
    "change_state": {"state": {"type": "string", "enum": ["ready", "paused", "wrap_up"]}, "reason": {"type": "string"}},
    "try_rules": {"content": {"type": "string"}, "language": {"type": "string", "enum": ["zh", "en"]}},
    "publish_rules": {
        "content": {"type": "string"},
        "version": {"type": "string"},
        "seen": {"type": "string"},
        "why": {"type": "string"},
    },
    "review": {
        "task": {"type": "string"},
        "attempt": {"type": "integer"},
        "form": {"type": "string"},
        "answers": OBJECT,
        "comment": {"type": "string"},
    },
    "decide": {
        "outcome": {"type": "string"},
        "note": {"type": "string"},
        "changes": OBJECT,
        "callback_at": {"type": ["string", "number", "null"]},
        "callback_for": {"type": "string", "enum": ["me", "anyone"]},
        "checks": {"type": "array", "items": {"type": "string"}},
    },
    "skip": {"reason": {"type": "string"}, "note": {"type": "string"}},
    "remark": {"note": {"type": "string"}},
    "quote": {"changes": OBJECT},
    "hold_number": {"instead": {"type": "string"}},
}
NEEDED: Mapping[str, list[str]] = {
    "sign_in": ["name", "password"],
    "make_person": ["name"],
    "own_password": ["password", "new"],
    "teach_person": ["languages", "skills"],
    "teach": ["text", "meaning"],
    "publication": ["act", "version"],
    "decide": ["outcome"],
    "change_state": ["state"],
    "assign_task": ["agent"],
    "pause_agent": ["reason"],
    "step": ["step"],
    "try_rules": ["content", "language"],
    "publish_rules": ["seen", "why"],
    "review": ["task", "attempt", "form", "answers", "comment"],
    "report": ["problem"],
    "skip": ["reason"],
    "remark": ["note"],
    "quote": ["changes"],
}
_STEP = re.compile(r"<(?:(\w+):)?(\w+)>")


def described() -> tuple[Document, Document, Document]:
    """Paths, schemas, and how one proves who one is."""
    paths: Document = {}
    for rule in Desk.app.url_map.iter_rules():
        path = "/desk" + _STEP.sub(r"{\2}", rule.rule)
        if path.startswith("/desk/api/"):
            for method in sorted(rule.methods or ()):
                if method not in ("HEAD", "OPTIONS"):
                    paths.setdefault(path, {})[method.lower()] = _operation(rule, method)
    return paths, {"DeskError": ERROR}, COOKIE


def _operation(rule: Any, method: str) -> Document:
    name = str(rule.endpoint)
    told: Document = {
        "operationId": f"desk_{name}",
        "summary": name.replace("_", " "),
        "tags": ["Desk"],
        "security": [] if name in OPEN else [{"desk": []}],
        "parameters": [*_steps(rule.rule), *_token(name, method)],
        "responses": dict(_responses(rule, name)),
    }
    if name in BODIES:
        schema = {"type": "object", "properties": BODIES[name], "required": NEEDED.get(name, [])}
        told["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    return told


def _steps(path: str) -> Iterator[Document]:
    for kind, name in _STEP.findall(path):
        schema = {"type": "integer", "minimum": 0} if kind == "int" else {"type": "string", "minLength": 1}
        yield {"name": name, "in": "path", "required": True, "schema": schema}


def _token(name: str, method: str) -> list[Document]:
    if method == "GET" or name == "sign_in":
        return []
    return [{"name": "X-CSRF-Token", "in": "header", "required": True, "schema": {"type": "string"}}]


def _responses(rule: Any, name: str) -> Iterator[tuple[str, Document]]:
    if name not in NO_BODY:
        kind, schema = KINDS.get(rule.rule.rpartition(".")[2], "application/json"), _schema(rule.rule)
        yield "200", {"description": "Done", "content": {kind: {"schema": schema}}}
    if name in (*NO_BODY, "claim", "sign_out", "live"):
        yield "204", {"description": "Done, and nothing to say"}
    for status in sorted({status for status, _ in REFUSALS.values()} | {500}):
        content = {"application/json": {"schema": {"$ref": "#/components/schemas/DeskError"}}}
        yield str(status), {"description": "Refused, and why", "content": content}


def _schema(path: str) -> Document:
    return {"type": "string"} if path != STREAM and path.rpartition(".")[2] in KINDS else OBJECT
