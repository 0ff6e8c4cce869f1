"""Subscribers as operators know them, from YAML or CSV: one entry each, of which only the number is needed.

- msisdn: 8613800138000
  language: zh            # zh, en, or another that phrases/ has a folder for
  name: 王先生
  address: 杭州市西湖区文三路 1 号
  blacklisted: false
  balance: 18.88          # yuan; for the embedded billing system
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from orders.rows import BadRow, Problem, Refused, Row, fen, known_fields, made, read, yes

FIELDS = ("msisdn", "language", "name", "address", "blacklisted", "balance")
_tag = re.compile(r"[a-z]{2,3}(_[A-Z]{2})?")


@dataclass(frozen=True, slots=True)
class Subscriber:
    """balance in fen; None where the file says nothing."""

    msisdn: str
    language: str | None = None
    name: str | None = None
    address: str | None = None
    blacklisted: bool | None = None
    balance: int | None = None

    @property
    def wishes(self) -> Mapping[str, Any]:
        return {
            "language": self.language,
            "name": self.name,
            "address": self.address,
            "blacklisted": self.blacklisted,
        }


def parse(text: str, filename: str) -> list[Subscriber]:
    """The subscribers of a file, or `Refused` with every problem by line."""
    rows = read(text, filename)
    if not rows:
        raise Refused([Problem(filename, 1, "there is no subscriber in this file")])
    return made(rows, filename, _subscriber)


def _subscriber(row: Row) -> Subscriber:
    known_fields(row, FIELDS)
    said = {name: value for name, value in row.values.items() if value not in (None, "")}
    return Subscriber(
        msisdn=_msisdn(said.get("msisdn")),
        language=_language(said.get("language")),
        name=_text(said.get("name")),
        address=_text(said.get("address")),
        blacklisted=yes(said["blacklisted"], "blacklisted") if "blacklisted" in said else None,
        balance=fen(said["balance"], "balance") if "balance" in said else None,
    )


def _msisdn(value: Any) -> str:
    digits = str(value or "").removeprefix("+")
    if not (digits.isascii() and digits.isdigit() and 8 <= len(digits) <= 15):
        raise BadRow(f"msisdn: {value!r} is none; write the country code and the number, as 8613800138000")
    return digits


def _language(value: Any) -> str | None:
    if value is None or (isinstance(value, str) and _tag.fullmatch(value)):
        return value
    raise BadRow(f"language: {value!r} is none; write its letters, as zh or en")


def _text(value: Any) -> str | None:
    return None if value is None else str(value).strip()
