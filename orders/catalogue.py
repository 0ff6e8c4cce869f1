"""What can be ordered, as YAML or CSV: one entry an offer. A file is taken whole or not at all.

    - code: F800            # what a subscriber texts: DG F800
      keypad: 1001          # what he keys in a call
      zh: 酷派F800
      en: Coolpad F800
      price: 699.00         # yuan
      prices:               # others for a time (prices.py)
        - {price: 599.00, from: 2026-12-01, until: 2026-12-31}
      aliases: [酷派, coolpad]
      channels: [web, sms]  # where it is sold; left out: everywhere
      no_return: true       # once activated it cannot be given back, which the buyer must agree to
      confirm: true         # ordered only after a second yes by text
      ship: true            # false: nobody carries it, as a service or a data pack
      sold: true            # false: known, but no longer to be had

In CSV the columns are called the same, and several aliases or channels are separated by `|`.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, tzinfo
from functools import partial
from typing import Any

from dialogs.words import OfferFacts
from orders.prices import Price, in_force, prices_from
from orders.rows import BadRow, Problem, Refused, Row, fen, known_fields, made, read, yes
from orders.stock import Stock

LANGUAGES = ("zh", "en")  # every offer has a name in these; another language is a column called by its letters
CHANNELS = ("sms", "ussd", "ivr", "web", "wap", "desk")
NEEDED = ("code", "keypad", *LANGUAGES, "price")
FIELDS = (*NEEDED, "prices", "aliases", "channels", "no_return", "confirm", "ship", "sold")
_tag = re.compile(r"[a-z]{2,3}(_[A-Z]{2})?")


@dataclass(frozen=True, slots=True)
class Offer:
    """price: in fen, the one that always holds; prices: others for a time. position: its place in the list that a
    subscriber reads. channels: where it is sold; none named: everywhere."""

    code: str
    keypad: str
    names: Mapping[str, str]
    aliases: tuple[str, ...]
    price: int
    position: int
    sold: bool = True
    prices: tuple[Price, ...] = ()
    channels: tuple[str, ...] = ()
    no_return: bool = False
    confirm: bool = False
    ship: bool = True

    def price_at(self, now: float) -> int:
        return in_force(self.price, self.prices, now)

    @property
    def facts(self) -> OfferFacts:
        """At the price that always holds."""
        return OfferFacts(
            self.code,
            self.keypad,
            self.names,
            self.price,
            self.aliases,
            self.channels,
            self.no_return,
            self.confirm,
            self.ship,
        )

    def facts_at(self, now: float) -> OfferFacts:
        return replace(self.facts, price=self.price_at(now))


@dataclass(frozen=True, slots=True)
class Listed:
    """An offer as another hall is shown it: what it costs now, and what is in store; no stores: without end."""

    offer: Offer
    price: int
    stores: tuple[Stock, ...] = ()

    @property
    def left(self) -> int | None:
        """How many can be ordered at once; None: as many as one likes."""
        return max(store.left for store in self.stores) if self.stores else None

    @property
    def sellable(self) -> bool:
        return self.offer.sold and self.left != 0

    def sold_on(self, channel: str) -> bool:
        return self.offer.sold and (not self.offer.channels or channel in self.offer.channels)


def parse(text: str, filename: str, zone: tzinfo = UTC) -> list[Offer]:
    """The offers of a file in their order, or `Refused` with every problem by line. `zone`: whose days prices name."""
    rows = read(text, filename)
    if not rows:
        raise Refused([Problem(filename, 1, "there is no offer in this file")])
    offers = made(rows, filename, partial(_offer, zone))
    problems = [*_twice(rows, offers, filename, "code"), *_twice(rows, offers, filename, "keypad")]
    if problems:
        raise Refused(problems)
    return [replace(offer, position=position) for position, offer in enumerate(offers)]


def _offer(zone: tzinfo, row: Row) -> Offer:
    others = [name for name in row.values if name not in FIELDS and _tag.fullmatch(str(name))]
    known_fields(row, (*FIELDS, *others))
    return Offer(
        code=_word(row, "code", str.isalnum, "letters and digits, as F800").upper(),
        keypad=_word(row, "keypad", str.isdigit, "digits, as 1001"),
        names={language: _text(row, language) for language in LANGUAGES}
        | {language: _text(row, language) for language in others if row.values[language] not in (None, "")},
        aliases=_listed(row, "aliases", "[酷派, coolpad]"),
        price=fen(row.values.get("price"), "price"),
        position=0,
        sold=_yes(row, "sold", True),
        prices=prices_from(row.values.get("prices"), zone),
        channels=_channels(row),
        no_return=_yes(row, "no_return", False),
        confirm=_yes(row, "confirm", False),
        ship=_yes(row, "ship", True),
    )


def _yes(row: Row, name: str, otherwise: bool) -> bool:
    value = row.values.get(name, otherwise)
    return otherwise if value in (None, "") and name != "sold" else yes(value, name)


def _channels(row: Row) -> tuple[str, ...]:
    channels = tuple(name.lower() for name in _listed(row, "channels", "[web, sms]"))
    if unknown := [name for name in channels if name not in CHANNELS]:
        raise BadRow(f"channels: unknown {', '.join(unknown)}; known are {', '.join(CHANNELS)}")
    return channels


def _text(row: Row, name: str) -> str:
    value = row.values.get(name)
    if value is None or isinstance(value, (list, dict, bool)) or not str(value).strip():
        raise BadRow(f"{name}: is missing; every offer has {', '.join(NEEDED)}")
    return str(value).strip()


def _word(row: Row, name: str, good: Callable[[str], bool], what: str) -> str:
    text = _text(row, name)
    if not (text.isascii() and good(text)):
        raise BadRow(f"{name}: {text!r} must be {what}")
    return text


def _listed(row: Row, name: str, example: str) -> tuple[str, ...]:
    value: Any = row.values.get(name)
    if value is None:
        return ()
    if isinstance(value, dict):
        raise BadRow(f"{name}: expected a list, as {example}")
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
