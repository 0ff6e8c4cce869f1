"""How a value is written in each language: `{amount:money}` is `18.88元` or `18.88 yuan`.

    money     whole fen                             18.88元             18.88 yuan
    date      seconds since 1970                    11月21日            21 Nov
    time      seconds since 1970                    11月21日 14:05      21 Nov 14:05
    month     "2026-11"                             2026年11月          November 2026
    local     a text, or a map of texts by language; the same as nothing, and says what is meant
    one_of G  a word of a closed set: the phrase G.<word>
    each P    a list of maps: the phrase P for each, one a line
    phrase    {"phrase": P, "values": {…}}: that phrase
    plural G  a whole number, and the phrase for it: G.one, G.other, as the language wants them

The patterns stand in `phrases/<language>/manner.yaml`. Only digits, letters and signs of the GSM alphabet come out in
English: one exotic character would cost a text message more than half its length.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo
from typing import Protocol, TypeAlias

from dialogs.manner import Manner
from dialogs.words import Value, Values


class Speaker(Protocol):
    """What a format may need: the language and its manner, the clock on the wall there, and other phrases."""

    @property
    def language(self) -> str: ...

    @property
    def manner(self) -> Manner: ...

    def has(self, key: str) -> bool: ...

    @property
    def zone(self) -> tzinfo: ...

    def phrase(self, key: str, values: Values) -> str: ...


Format: TypeAlias = Callable[[Speaker, Value, str], str]


def plainly(speaker: Speaker, value: Value, argument: str) -> str:
    return local(speaker, value, argument)


def money(speaker: Speaker, value: Value, argument: str) -> str:
    return speaker.manner.amount(_whole(value))


def date(speaker: Speaker, value: Value, argument: str) -> str:
    return speaker.manner.moment(_local_time(speaker, value), speaker.manner.date)


def time(speaker: Speaker, value: Value, argument: str) -> str:
    return speaker.manner.moment(_local_time(speaker, value), speaker.manner.time)


def month(speaker: Speaker, value: Value, argument: str) -> str:
    year, number = (int(part) for part in str(value).split("-")[:2])
    return speaker.manner.moment(datetime(year, number, 1, tzinfo=speaker.zone), speaker.manner.month)


def plural(speaker: Speaker, value: Value, argument: str) -> str:
    number = _whole(value)
    form = f"{argument}.{speaker.manner.plural(number)}"
    return speaker.phrase(form if speaker.has(form) else f"{argument}.other", {"n": number})


def local(speaker: Speaker, value: Value, argument: str) -> str:
    if isinstance(value, Mapping):
        return str(value.get(speaker.language) or next(iter(value.values()), ""))
    return str(value)


def one_of(speaker: Speaker, value: Value, argument: str) -> str:
    return speaker.phrase(f"{argument}.{value}", {})


def each(speaker: Speaker, value: Value, argument: str) -> str:
    if not isinstance(value, list):
        raise TypeError(f"not a list: {value!r}")
    return "\n".join(speaker.phrase(argument, item) for item in value if isinstance(item, Mapping))


def phrase(speaker: Speaker, value: Value, argument: str) -> str:
    if not isinstance(value, Mapping):
        raise TypeError(f"not a phrase with values: {value!r}")
    values = value.get("values")
    return speaker.phrase(str(value["phrase"]), values if isinstance(values, Mapping) else {})


FORMATS: Mapping[str, Format] = {
    "": plainly, "money": money, "date": date, "time": time, "month": month, "local": local, "one_of": one_of,
    "each": each, "phrase": phrase, "plural": plural,
}  # fmt: skip
WITH_ARGUMENT = frozenset(("one_of", "each", "plural"))


def _whole(value: Value) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"a whole number is wanted (of fen, for money), not {value!r}")
    return value


def _local_time(speaker: Speaker, value: Value) -> datetime:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"an instant is a number of seconds, not {value!r}")
    return datetime.fromtimestamp(value, speaker.zone)
