"""What a free text may be asked to be: named Python functions that a script refers to (`text: {check: date}`).

Each takes the text and gives it as it should be kept, or None when it is none of its kind. They look at the form only;
whether there is such a person or such a number is a question for a service.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from typing import TypeAlias

Validator: TypeAlias = Callable[[str], str | None]

_date = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{4})(\d{2})(\d{2})")
_email = re.compile(r"[\w.+-]{1,64}@(?:[a-z0-9-]{1,63}\.)+[a-z]{2,63}")
_mobile = re.compile(r"(?:\+?86)?(1[3-9]\d{9})")
_name = re.compile(r"[^\W\d_]+(?:[ .·'-][^\W\d_]+)*\.?")
_identity = re.compile(r"\d{17}[\dX]")
_identity_weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split())


def day(text: str) -> str | None:
    """`2026-11-21`, `2026年11月21日`, `20261121`: kept as the first."""
    found = _date.fullmatch(_plain(text).replace(" ", ""))
    if not found:
        return None
    year, month, of_month = (int(part) for part in found.groups() if part is not None)
    try:
        return date(year, month, of_month).isoformat()
    except ValueError:
        return None


def email(text: str) -> str | None:
    found = _email.fullmatch(_plain(text).lower())
    return found[0] if found else None


def mobile(text: str) -> str | None:
    """A mobile number of the mainland; kept as eleven digits."""
    found = _mobile.fullmatch(re.sub(r"[ -]", "", _plain(text)))
    return found[1] if found else None


def person(text: str) -> str | None:
    """A name: letters or characters, two of them at least."""
    plain = _plain(text)
    return plain if 2 <= len(plain) <= 60 and _name.fullmatch(plain) else None


def identity_card(text: str) -> str | None:
    """The resident identity number of GB 11643: eighteen places, of which the last checks the others (ISO 7064)."""
    squeezed = _plain(text).replace(" ", "").upper()
    if not _identity.fullmatch(squeezed) or not day(squeezed[6:14]):
        return None
    rest = sum(weight * int(digit) for weight, digit in zip(_identity_weights, squeezed[:17], strict=True)) % 11
    return squeezed if squeezed[17] == "10X98765432"[rest] else None


def address(text: str) -> str | None:
    """Something that a parcel could be sent to: long enough, and more than a number."""
    plain = _plain(text)
    return plain if len(plain) >= 6 and sum(character.isalpha() for character in plain) >= 4 else None


VALIDATORS: Mapping[str, Validator] = {
    "address": address, "date": day, "email": email, "identity_card": identity_card, "mobile": mobile, "name": person,
}  # fmt: skip
