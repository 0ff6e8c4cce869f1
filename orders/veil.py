"""What an event must prove for ever and yet be able to forget: personal data, veiled.

Events are chained by hash and never changed, but a person may ask to be forgotten. So an event does not say where a
parcel went; it carries a commitment to it, which the chain covers, and the words themselves stand beside it in a row
that can be emptied (`order_private`):

    data {"outcome": "changed", "address": "文三路 2 号"}
      └─► data {"outcome": "changed", "veil": {"address": "9f31…"}}     hashed, for ever
          private {"address": "文三路 2 号"}                             until he is erased

A commitment is an HMAC under the order's salt, sixteen random octets that only the order's own row has. While they are
there, an auditor can check that the words are those that were written. Erasing takes the salt with them; what is left
can neither be read nor guessed, however few addresses or telephone numbers there may be to try.

Whoever writes an event does nothing for it: a key of `PRIVATE` is veiled wherever it stands in the data of an event.
Give what is personal one of these names, or add the name here.
"""

import hmac
import json
from collections.abc import Collection, Mapping
from typing import Any

from dialogs.words import NOTHING, Value, Values

VEIL = "veil"
PRIVATE = frozenset(
    {
        "subscriber",
        "msisdn",
        "phone",
        "name",
        "address",
        "recipient",
        "identity",
        "numbers",  # that were chosen: from now on they are his
        "note",
        "notes",
        "text",
        "comment",
        "signed_by",
        "contact",
        "email",
    }
)
SALT = 16  # octets


def veiled(salt: bytes, event: int, data: Values, private: Collection[str] = PRIVATE) -> tuple[Values, Values]:
    """What the event says, and what stands beside it. Without a salt, because he was erased, nothing stands beside."""
    hidden = {key: value for key, value in data.items() if key in private}
    if not hidden:
        return data, NOTHING
    said = {key: value for key, value in data.items() if key not in private}
    said[VEIL] = {key: commitment(salt, f"{event}/{key}", value) for key, value in hidden.items()}
    return said, hidden if salt else NOTHING


def unveiled(data: Values, hidden: Values) -> dict[str, Value]:
    """The data of an event as somebody who may see it reads it; what was erased is not there."""
    return {key: value for key, value in data.items() if key != VEIL} | dict(hidden)


def lifted(salt: bytes, event: int, data: Values, hidden: Values) -> str | None:
    """The first key whose words are not those that were veiled, or are gone; None when all are as they were."""
    veil = data.get(VEIL) or {}
    assert isinstance(veil, Mapping)
    for key in sorted({*veil, *hidden}):
        if key not in hidden or veil.get(key) != commitment(salt, f"{event}/{key}", hidden[key]):
            return key
    return None


def commitment(salt: bytes, what: str, value: Any) -> str:
    """Empty without a salt: what has been erased is not committed to again."""
    return hmac.digest(salt, canonical([what, value]), "sha256").hex() if salt else ""


def canonical(value: Any) -> bytes:
    """JSON in one form (keys sorted, no spaces, UTF-8): a database that hands it back otherwise changes nothing."""
    return _encode(value).encode()


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} has no place in an event")


_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_plain).encode
