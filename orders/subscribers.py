"""Subscribers as operators know them, from YAML or CSV: one entry each, of which only the number is needed.

- msisdn: 8613800138000
  language: zh            # zh, en, or another that phrases/ has a folder for
  name: 王先生
  address: 杭州市西湖区文三路 1 号
  manager: li             # the account manager who brings him what he orders: a carrier of that name
  blacklisted: false
  balance: 18.88          # yuan; for the embedded billing system
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from orders.rows import BadRow, Problem, Refused, Row, fen, known_fields, made, read, yes

FIELDS = ("msisdn", "language", "name", "address", "manager", "blacklisted", "balance")


@dataclass(frozen=True, slots=True)
class Subscriber:
    """balance in fen; None where the file says nothing."""

    msisdn: str
    language: str | None = None
    name: str | None = None
    address: str | None = None
    manager: str | None = None
    blacklisted: bool | None = None
    balance: int | None = None

    @property
    def wishes(self) -> Mapping[str, Any]:
        return {
            "language": self.language,
            "name": self.name,
            "address": self.address,
            "manager": self.manager,
            "blacklisted": self.blacklisted,
        }


def parse(text: str, filename: str, languages: Collection[str]) -> list[Subscriber]:
    """The subscribers of a file, or `Refused` with every problem by line. `languages`: those that are spoken here."""
    rows = read(text, filename)
    if not rows:
        raise Refused([Problem(filename, 1, "there is no subscriber in this file")])
    return made(rows, filename, partial(_subscriber, languages))


def _subscriber(languages: Collection[str], row: Row) -> Subscriber:
    known_fields(row, FIELDS)
    said = {name: value for name, value in row.values.items() if value not in (None, "")}
    return Subscriber(
        msisdn=_msisdn(said.get("msisdn")),
        language=_language(said.get("language"), languages),
        name=_text(said.get("name")),
        address=_text(said.get("address")),
        manager=_text(said.get("manager")),
        blacklisted=yes(said["blacklisted"], "blacklisted") if "blacklisted" in said else None,
        balance=fen(said["balance"], "balance") if "balance" in said else None,
    )


def _msisdn(value: Any) -> str:
    digits = str(value or "").removeprefix("+")
    if not (digits.isascii() and digits.isdigit() and 8 <= len(digits) <= 15):
        raise BadRow(f"msisdn: {value!r} is none; write the country code and the number, as 8613800138000")
    return digits


def _language(value: Any, languages: Collection[str]) -> str | None:
    if value is None or value in languages:
        return None if value is None else str(value)
    raise BadRow(f"language: {value!r} is not spoken here; write {', '.join(languages)}")


def _text(value: Any) -> str | None:
    return None if value is None else str(value).strip()
