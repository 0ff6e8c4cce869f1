"""How a language writes what is no text: `phrases/<language>/manner.yaml`.

A language is a folder. What it says is in `said.yaml`, what its speakers may write in `heard.yaml`, and here is how it
writes amounts, dates and lists. Month names and the rule for plurals are those of the Unicode locale data (Babel), so
that a new language brings patterns only. A pattern decides what comes out to the letter: an exotic space that a locale
would put before a currency costs a text message more than half its length.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.dates import format_datetime

from dialogs.problems import Problem
from dialogs.reading import Page

HERE = Path(__file__).parent / "phrases"
SAID, MANNER, HEARD = "said.yaml", "manner.yaml", "heard.yaml"
_TEXTS = ("locale", "money", "decimal", "thousands", "date", "time", "month", "between")


@dataclass(frozen=True, slots=True)
class Manner:
    """money: with the place {amount}; date, time, month: patterns; between: what parts the items of a list."""

    language: str
    locale: str = "en"
    money: str = "{amount}"
    decimal: str = "."
    thousands: str = ""
    date: str = "d MMM"
    time: str = "d MMM HH:mm"
    month: str = "MMMM y"
    between: str = ", "

    def amount(self, hundredths: int) -> str:
        whole, rest = divmod(abs(hundredths), 100)
        grouped = f"{whole:,}".replace(",", self.thousands) if self.thousands else str(whole)
        written = self.money.replace("{amount}", f"{grouped}{self.decimal}{rest:02d}")
        return f"-{written}" if hundredths < 0 else written

    def moment(self, at: datetime, pattern: str) -> str:
        return _written(at, pattern, self.locale)

    def plural(self, number: int) -> str:
        """`one`, `few`, `many`, `other`: the words of the locale data for what stands beside this number."""
        return _locale(self.locale).plural_form(number)


def languages(folder: Path = HERE) -> tuple[str, ...]:
    """Every folder that says something is a language."""
    return tuple(sorted(path.parent.name for path in folder.glob(f"*/{SAID}")))


def read_manner(folder: Path) -> tuple[Manner, tuple[str, ...], list[Problem]]:
    """The manner of the language in this folder, the words it is chosen by, and what is wrong with them."""
    path = folder / MANNER
    if not path.exists():
        missing = Problem(str(path), 1, "there is no such file", f"write it as {HERE.name}/en/{MANNER} is")
        return Manner(folder.name), (), [missing]
    page = Page.open(path)
    entry = page.mapping(page.tree, "the manner", 1, (*_TEXTS, "chosen_by"))
    told = {name: page.text(entry[name], name, 1) for name in _TEXTS if name in entry}
    words = page.texts(entry.get("chosen_by", []), "chosen_by", 1)
    page.problems.extend(_wrong(page, told))
    manner = Manner(folder.name, **told) if not page.problems else Manner(folder.name)
    return manner, words, page.problems


def _wrong(page: Page, told: Mapping[str, str]) -> Iterator[Problem]:
    if "{amount}" not in told.get("money", "{amount}"):
        yield Problem(page.file, 1, "money has no {amount}", 'write it as money: "{amount} EUR"')
    try:
        locale = _locale(told.get("locale", "en"))
    except (UnknownLocaleError, ValueError):
        yield Problem(page.file, 1, f"the locale {told['locale']!r} is not known", "write one as de or pt_BR")
        return
    for name in ("date", "time", "month"):
        try:
            format_datetime(datetime(2026, 11, 18, 19, 6), told.get(name, "y"), locale=locale)  # noqa: DTZ001
        except (KeyError, ValueError) as error:
            yield Problem(page.file, 1, f"{name} is no pattern: {error}", "write it as d MMM HH:mm")


@lru_cache(maxsize=32)
def _locale(name: str) -> Locale:
    return Locale.parse(name)


@lru_cache(maxsize=4096)
def _written(at: datetime, pattern: str, locale: str) -> str:
    known = _locale(locale)
    return format_datetime(at, pattern, tzinfo=at.tzinfo, locale=known)
