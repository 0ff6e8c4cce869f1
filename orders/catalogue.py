"""What can be ordered, as YAML or CSV: one entry an offer. A file is taken whole or not at all.

    - code: F800            # what a subscriber texts: DG F800
      keypad: 1001          # what he keys in a call
      zh: 酷派F800
      en: Coolpad F800
      price: 699.00         # yuan
      aliases: [酷派, coolpad]
      sold: true            # false: known, but no longer to be had

In CSV the columns are called the same, and several aliases are separated by `|`.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from dialogs.words import OfferFacts
from orders.rows import BadRow, Problem, Refused, Row, fen, known_fields, made, read, yes

LANGUAGES = ("zh", "en")  # every offer has a name in these; another language is a column called by its letters
FIELDS = ("code", "keypad", *LANGUAGES, "price", "aliases", "sold")
_tag = re.compile(r"[a-z]{2,3}(_[A-Z]{2})?")


@dataclass(frozen=True, slots=True)
class Offer:
    """price in fen; position is its place in the list that a subscriber reads."""

    code: str
    keypad: str
    names: Mapping[str, str]
    aliases: tuple[str, ...]
    price: int
    position: int
    sold: bool = True

    @property
    def facts(self) -> OfferFacts:
        return OfferFacts(self.code, self.keypad, self.names, self.price, self.aliases)


def parse(text: str, filename: str) -> list[Offer]:
    """The offers of a file in their order, or `Refused` with every problem by line."""
    rows = read(text, filename)
    if not rows:
        raise Refused([Problem(filename, 1, "there is no offer in this file")])
    offers = made(rows, filename, _offer)
    problems = [*_twice(rows, offers, filename, "code"), *_twice(rows, offers, filename, "keypad")]
    if problems:
        raise Refused(problems)
    return [replace(offer, position=position) for position, offer in enumerate(offers)]


def _offer(row: Row) -> Offer:
    others = [name for name in row.values if name not in FIELDS and _tag.fullmatch(str(name))]
    known_fields(row, (*FIELDS, *others))
    return Offer(
        code=_word(row, "code", str.isalnum, "letters and digits, as F800").upper(),
        keypad=_word(row, "keypad", str.isdigit, "digits, as 1001"),
        names={language: _text(row, language) for language in LANGUAGES}
        | {language: _text(row, language) for language in others if row.values[language] not in (None, "")},
        aliases=_aliases(row.values.get("aliases")),
        price=fen(row.values.get("price"), "price"),
        position=0,
        sold=yes(row.values.get("sold", True), "sold"),
    )


def _text(row: Row, name: str) -> str:
    value = row.values.get(name)
    if value is None or isinstance(value, (list, dict, bool)) or not str(value).strip():
        raise BadRow(f"{name}: is missing; every offer has {', '.join(FIELDS[:-2])}")
    return str(value).strip()


def _word(row: Row, name: str, good: Callable[[str], bool], what: str) -> str:
    text = _text(row, name)
    if not (text.isascii() and good(text)):
        raise BadRow(f"{name}: {text!r} must be {what}")
    return text


def _aliases(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    if isinstance(value, dict):
        raise BadRow("aliases: expected a list, as [酷派, coolpad]")
    parts = value if isinstance(value, list) else str(value).split("|")
    return tuple(dict.fromkeys(str(part).strip() for part in parts if str(part).strip()))


def _twice(rows: Iterable[Row], offers: Iterable[Offer], filename: str, name: str) -> list[Problem]:
    seen: dict[str, int] = {}
    problems = []
    for row, offer in zip(rows, offers, strict=True):
        value = getattr(offer, name)
        if value in seen:
            problems.append(Problem(filename, row.line, f"{name}: {value} is taken by the offer on line {seen[value]}"))
        seen.setdefault(value, row.line)
    return problems
