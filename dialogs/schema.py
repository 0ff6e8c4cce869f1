"""The form of a script as a JSON Schema (2020-12), for editors that complete and check while one writes.

Only the form: whether the names lead anywhere is what `hall dialogs check` finds. The tests hold this equal to what the
reader takes, key for key, so that neither is changed without the other. It is printed by
`python -m dialogs.schema > docs/script.schema.json`.
"""

import json
from collections.abc import Mapping
from typing import Any

from dialogs.script import MENU_KEYS
from dialogs.validators import VALIDATORS
from dialogs.words import OFFERED, Proof

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
NAME: Schema = {"type": "string", "pattern": "^[a-z][a-z0-9_]*$"}
TEXTS: Schema = {"type": "array", "items": {"type": ["string", "integer"]}}
NUMBER: Schema = {"type": "integer", "minimum": 0}
COUNT: Schema = {"type": "integer", "minimum": 1}
SECONDS: Schema = {"type": "number", "exclusiveMinimum": 0}
TRUTH: Schema = {"type": "boolean"}
YUAN: Schema = {"type": ["string", "number"]}
VALUES: Schema = {"type": "object"}
DESTINATION: Schema = {"$ref": "#/$defs/destination"}
GIVEN: Schema = {"$ref": "#/$defs/given"}
SLOTS_BY_RESULT: Schema = {"type": "object", "additionalProperties": TEXTS}
RESULTS: Schema = {"type": "object", "minProperties": 1, "additionalProperties": DESTINATION}
TEXT_OR_TEXTS: Schema = {"anyOf": [TEXT, TEXTS]}


def told(about: str, schema: Schema) -> Schema:
    return {"description": about, **schema}


def table(properties: Mapping[str, Schema], *required: str) -> Schema:
    schema: Schema = {"type": "object", "additionalProperties": False, "properties": dict(properties)}
    return schema | ({"required": list(required)} if required else {})


def one_of(schema: Schema, keys: tuple[str, ...]) -> Schema:
    """Exactly one of these keys."""
    return schema | {"oneOf": [{"required": [key]} for key in keys]}


# ── Questions ────────────────────────────────────────────────────────────────────────────────────────────────────────

ALOUD = told("it is said in a call, and not written", TRUTH)
WHEN = told("it is there only for those to whom this may be offered", {"enum": list(OFFERED)})
OPTION = table({"label": told("a phrase", TEXT), "then": DESTINATION, "aloud": ALOUD, "when": WHEN}, "label", "then")
QUESTIONS: Mapping[str, Schema] = {
    "menu": told(
        "entries by key, 1 to 9",
        {"type": "object", "minProperties": 1, "maxProperties": len(MENU_KEYS), "additionalProperties": OPTION},
    ),
    "choose": told(
        "a menu of what a slot lists",
        table(
            {
                "from": told("the slot with the list", TEXT),
                "label": told("the phrase for each entry", TEXT),
                "take": told("slot: field of the chosen entry", {"type": "object", "additionalProperties": TEXT}),
                "code": told("the field by which callers may take an entry", TEXT),
                "then": DESTINATION,
            },
            "from", "label", "then",
        ),
    ),
    "yes_no": table({"yes": DESTINATION, "no": DESTINATION}, "yes", "no"),
    "digits": table(
        {
            "into": TEXT, "then": DESTINATION, "minimum": told("of digits", COUNT), "maximum": told("of digits", COUNT),
            "terminator": told("the key that ends them in a call", TEXT),
            "at_least": told("the least number", NUMBER), "at_most": told("the largest number", NUMBER),
            "secret": told("neither kept nor shown anywhere; the slot holds what a service may ask for it by", TRUTH),
        },
        "into", "then",
    ),
    "amount": table(
        {
            "into": told("the slot, which will hold it in fen", TEXT), "then": DESTINATION,
            "at_least": told("yuan", YUAN), "at_most": told("yuan", YUAN),
        },
        "into", "then",
    ),
    "text": table(
        {
            "into": TEXT, "then": DESTINATION, "matches": told("a regular expression for the whole of it", TEXT),
            "check": told("a validator", {"enum": sorted(VALIDATORS)}),
            "minimum": told("of characters", COUNT), "maximum": told("of characters", COUNT),
        },
        "into", "then",
    ),
}  # fmt: skip
AGAIN = table(
    {
        "times": told("how often it is asked again", NUMBER),
        "say": told("a phrase, or one for each time", TEXT_OR_TEXTS),
        "then": DESTINATION,
    }
)
TIMEOUT = table({"after": told("seconds", SECONDS), "then": DESTINATION}, "then")
ASK = one_of(table({**QUESTIONS, "again": AGAIN, "timeout": TIMEOUT}), tuple(QUESTIONS))

# ── States ───────────────────────────────────────────────────────────────────────────────────────────────────────────

CASE_TESTS: Mapping[str, Schema] = {
    "given": told("taken when this slot holds something", TEXT),
    "missing": told("taken when this slot holds nothing", TEXT),
    "is": told("taken when the slot holds this, or one of these", {}),
    "at_least": told("taken when the slot holds so large a number", NUMBER),
    "at_most": told("taken when the slot holds so small a number", NUMBER),
}
CASE = table({**CASE_TESTS, "slot": TEXT, "then": DESTINATION}, "then") | {
    "dependentRequired": {test: ["slot"] for test in ("is", "at_least", "at_most")}
}
EXITS: Mapping[str, Schema] = {
    "ask": told("waits for the subscriber", ASK),
    "request": told(
        "waits for a service",
        table({"service": TEXT, "with": GIVEN, "within": SECONDS, "on": RESULTS}, "service", "on"),
    ),
    "answered": told("is entered by the answer of an errand", RESULTS),
    "visit": told("goes through another script", table({"script": TEXT, "with": GIVEN, "on": RESULTS}, "script", "on")),
    "work_out": told("asks a Python function", table({"function": TEXT, "on": RESULTS}, "function", "on")),
    "branch": told("goes on by what slots hold", {"type": "array", "minItems": 1, "items": CASE}),
    "then": DESTINATION,
}
ACTS: Mapping[str, Schema] = {
    "default": told("fills slots that are empty", VALUES),
    "set": told("fills slots", VALUES),
    "remember": told("keeps wishes beyond the dialog", GIVEN),
    "hand_over": told("has an agent speak with the subscriber, for this reason", TEXT),
    "signs_in": told("the session goes on as that of the subscriber in this slot", TEXT),
    "say": {"anyOf": [TEXT, table({"phrase": TEXT, "with": GIVEN, "notice": {"type": "boolean"}}, "phrase")]},
    "errand": told(
        "asks a service without waiting",
        table({"service": TEXT, "with": GIVEN, "within": SECONDS, "met_at": TEXT}, "service", "met_at"),
    ),
}
STATE = one_of(table({**ACTS, **EXITS}), tuple(EXITS))

# ── A script ─────────────────────────────────────────────────────────────────────────────────────────────────────────

SCHEMA: Schema = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "A dialog script of Hall",
    **table(
        {
            "intent": told("what brings a subscriber here", TEXT),
            "about": told("the phrase for “you were about to …”", TEXT),
            "takes": told("slots that may be given from outside", TEXTS),
            "needs": told("slots that always are given from outside", TEXTS),
            "returns": told("results of a visit, and the slots each brings", SLOTS_BY_RESULT),
            "parks": told("whether its questions are taken up again after a command in between", {"type": "boolean"}),
            "proof": told("how sure it must be who he is", {"enum": [proof.name.lower() for proof in Proof]}),
            "expires": told("seconds until an unanswered question is met with “go on, or start again?”", SECONDS),
            "start": told("the first state, if it is not the one that stands first", TEXT),
            "states": {"type": "object", "minProperties": 1, "propertyNames": NAME, "additionalProperties": STATE},
        },
        "states",
    ),
    "$defs": {
        "destination": told(
            "a state, or end, back, start; or another script; or the visitor",
            {"anyOf": [TEXT, table({"script": TEXT}, "script"), table({"return": TEXT}, "return")]},
        ),
        "given": told(
            "slots by name; or name: slot, where whatever is no text is itself", {"anyOf": [TEXTS, VALUES]}
        ),
    },
}  # fmt: skip


def printed() -> str:
    return json.dumps(SCHEMA, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    print(printed(), end="")
