"""What a page sends, as values; or a refusal that says what is wrong with it."""

from typing import TypeVar

from pydantic import BaseModel, ValidationError

from channels.web.requests import Refusal, Request

NUMBER = r"\+?[0-9]{7,15}"
LONGEST_BODY = 16_384
B = TypeVar("B", bound=BaseModel)


def read_body(request: Request, model: type[B]) -> B:
    kind = (request.getHeader(b"content-type") or b"").partition(b";")[0].strip().lower()
    if kind != b"application/json":
        raise Refusal(415, "not_json", "send application/json")
    body = request.content.read(LONGEST_BODY + 1)
    if len(body) > LONGEST_BODY:
        raise Refusal(413, "too_long", f"send no more than {LONGEST_BODY} octets")
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        raise Refusal(422, "invalid", in_words(error)) from None


def in_words(error: ValidationError) -> str:
    return "; ".join(f"{'.'.join(map(str, found['loc'])) or 'body'}: {found['msg']}" for found in error.errors())
