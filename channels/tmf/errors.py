"""What a hall is told when its request cannot be carried out, in TM Forum's form.

    {"@type": "Error", "code": "…", "reason": "…", "message": "…", "status": "400"}

`code` is for programs and never changes; `reason` is the same in words; `message` says what of this request it was, by
its path, and what to do.
"""

from collections.abc import Mapping
from typing import Any

REASONS: Mapping[str, tuple[int, str]] = {
    "badRequest": (400, "The request is not what is taken here"),
    "badBody": (400, "The body is not what is taken here"),
    "badQuery": (400, "The query is not what is understood here"),
    "cannotBeOrdered": (400, "This cannot be ordered"),
    "callbackNotAllowed": (400, "Nothing is sent to this address"),
    "unauthorized": (401, "Nobody is known by this token"),
    "forbidden": (403, "This is not for this client"),
    "notFound": (404, "There is nothing here"),
    "methodNotAllowed": (405, "This is not done here"),
    "conflict": (409, "What is asked and what is do not go together"),
    "changed": (412, "It has changed meanwhile"),
    "tooLarge": (413, "The body is too long"),
    "mediaType": (415, "The body is of a type that is not read here"),
    "tooMany": (429, "Too many requests"),
    "failed": (500, "The fault is ours"),
    "away": (503, "The order store cannot be reached"),
}


class Refusal(Exception):
    """code: one of REASONS; headers: to go with the answer."""

    def __init__(self, code: str, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.headers = headers or {}

    @property
    def status(self) -> int:
        return REASONS[self.code][0]

    @property
    def body(self) -> dict[str, Any]:
        status, reason = REASONS[self.code]
        return {"@type": "Error", "code": self.code, "reason": reason, "message": str(self), "status": str(status)}
