"""What an agent says when he rings, and what he has to ask: his guide, as data, filled with the order in hand.

    lines of the guide ──which are for this order?──► filled with its values, in the customer's language
                                                 └──► boxes: what has to be asked before the order is confirmed

A line that speaks of something which the order does not have (an address, a telephone number that goes with it) is left
out, so that a guide is one list for everything that is sold. Pure: a card shows it, a decision is held against it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo

from orders.order import Order

ORDER, CALLBACK = "order", "callback"
LANGUAGES = ("zh", "en")
VALUES = (
    "agent",
    "name",
    "order",
    "items",
    "total",
    "address",
    "recipient",
    "number",
    "prepaid",
    "monthly",
    "months",
    "at",
)

Words = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Line:
    """
    say:      what is read out, by language, with the names of values in braces.
    ask:      what the agent ticks once he has asked it, by language; nothing where nothing has to be asked.
    when:     for orders, or for callbacks without one.
    flags:    only for what was flagged by one of these; offers: only for what has one of these in it.
    having, without: only with values for all, or for none, of these.
    """

    name: str
    say: Words
    ask: Words = field(default_factory=dict)
    when: str = ORDER
    flags: frozenset[str] = frozenset()
    offers: frozenset[str] = frozenset()
    having: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Guide:
    lines: tuple[Line, ...] = ()
    version: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a call is about: `values` by language, each with the names of VALUES that there are."""

    when: str
    flags: frozenset[str] = frozenset()
    offers: frozenset[str] = frozenset()
    values: Mapping[str, Words] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ToSay:
    """A line of the guide as it is read to this customer."""

    name: str
    say: Words
    ask: Words = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Guided:
    """The guide of one card. language: the customer's."""

    version: str
    language: str
    lines: tuple[ToSay, ...]


@dataclass(frozen=True, slots=True)
class Terms:
    """Of the telephone number that goes with an order, in fen and months."""

    prepaid: int
    monthly: int
    months: int


def guided(guide: Guide, subject: Subject, language: str) -> Guided:
    return Guided(guide.version, language, tuple(_to_say(line, subject) for line in _for(guide, subject)))


def to_ask(guide: Guide, subject: Subject) -> tuple[str, ...]:
    """The names of the lines that have to be ticked before an order is confirmed."""
    return tuple(line.name for line in _for(guide, subject) if line.ask)


def _for(guide: Guide, subject: Subject) -> Iterator[Line]:
    there = frozenset(subject.values.get(LANGUAGES[0], ()))
    return (line for line in guide.lines if line.when == subject.when and _fits(line, subject, there))


def _fits(line: Line, subject: Subject, there: frozenset[str]) -> bool:
    by_flag = not line.flags or bool(line.flags & subject.flags)
    by_offer = not line.offers or bool(line.offers & subject.offers)
    return by_flag and by_offer and line.having <= there and not line.without & there


def _to_say(line: Line, subject: Subject) -> ToSay:
    return ToSay(line.name, _filled(line.say, subject), _filled(line.ask, subject))


def _filled(words: Words, subject: Subject) -> Words:
    return {language: text.format_map(subject.values.get(language, {})) for language, text in words.items()}


# ── What an order gives it to say ────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Thing:
    offer: str
    quantity: int
    number: str | None = None


@dataclass(frozen=True, slots=True)
class Ordered:
    """What a call may speak of, of an order."""

    number: str
    things: tuple[Thing, ...]
    total: int
    at: float
    address: str | None = None
    recipient: str | None = None
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """Beside the order. names: of what is in it, by code and language; terms: of the number that goes with it."""

    agent: str
    name: str | None = None
    names: Mapping[str, Words] = field(default_factory=dict)
    terms: Terms | None = None
    zone: tzinfo = UTC


def ordered(order: Order) -> Ordered:
    things = tuple(Thing(item.offer, item.quantity, item.resource) for item in order.items)
    flags = tuple(flag.code for flag in order.flags)
    return Ordered(order.number, things, order.total, order.ordered_at, order.address, order.recipient, flags)


def about(order: Ordered, known: Known) -> Subject:
    values = {language: _values(order, known, language) for language in LANGUAGES}
    return Subject(ORDER, frozenset(order.flags), frozenset(thing.offer for thing in order.things), values)


def about_nothing(known: Known, flags: Sequence[str] = ()) -> Subject:
    """A customer who wants to be rung, without an order."""
    values = {"agent": known.agent} | ({"name": known.name} if known.name else {})
    return Subject(CALLBACK, frozenset(flags), frozenset(), dict.fromkeys(LANGUAGES, values))


def _values(order: Ordered, known: Known, language: str) -> Words:
    said = {
        "agent": known.agent,
        "name": known.name,
        "order": order.number,
        "items": _listed([_thing(known.names, thing, language) for thing in order.things], language),
        "total": money(order.total, language),
        "address": order.address,
        "recipient": order.recipient,
        "number": _listed([thing.number for thing in order.things if thing.number], language),
        "at": _instant(order.at, known.zone, language),
    }
    if known.terms is not None:
        said |= {"prepaid": money(known.terms.prepaid, language), "monthly": money(known.terms.monthly, language)}
        said |= {"months": str(known.terms.months)}
    return {key: value for key, value in said.items() if value}


def _thing(names: Mapping[str, Words], thing: Thing, language: str) -> str:
    called = names.get(thing.offer, {}).get(language) or names.get(thing.offer, {}).get(LANGUAGES[0]) or thing.offer
    if thing.quantity == 1:
        return called
    return f"{called} {thing.quantity}件" if language == "zh" else f"{thing.quantity} × {called}"


def _listed(words: Sequence[str], language: str) -> str:
    return ("、" if language == "zh" else ", ").join(words)


def money(fen: int, language: str) -> str:
    amount = f"{fen // 100:,}.{fen % 100:02d}" if fen % 100 else f"{fen // 100:,}"
    return f"{amount}元" if language == "zh" else f"{amount} yuan"


def _instant(at: float, zone: tzinfo, language: str) -> str:
    day = datetime.fromtimestamp(at, zone)
    return f"{day.month}月{day.day}日{day:%H:%M}" if language == "zh" else f"{day.day} {day:%B}, {day:%H:%M}"
