"""How amounts, numbers, dates and telephone numbers are spoken: `docs/spoken.md` is made here, and held true by a test.

    python -m gateway_config.spoken_table > docs/spoken.md

With a folder of prompts, the same are put together as files to be listened to, made by the voices that callers hear:

    python -m gateway_config.spoken_table FOLDER
"""

import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from channels.ivr.prompts import Shelf
from dialogs.composers import Composer
from dialogs.spoken import spoken_in
from dialogs.voice import Sound, as_text

LANGUAGES = ("zh", "en")
Composing = Callable[[Composer], list[str]]

HEAD = """# As it is spoken

What a caller hears of an amount, a number, a date or a telephone number, in each language. Every word is a recording of
its own (`hall prompts list`), so an operator's own voice says them as well. This page is made by
`python -m gateway_config.spoken_table > docs/spoken.md`, and a test holds it true; with a folder as its argument the
same command makes files of them to be listened to.
"""


def _money(yuan: str) -> tuple[str, Composing]:
    fen = round(float(yuan) * 100)
    return f"{yuan} yuan", lambda composer: composer.money(fen)


def _number(number: int) -> tuple[str, Composing]:
    return f"{number:,}", lambda composer: composer.cardinal(number)


def _figures(digits: str) -> tuple[str, Composing]:
    return digits, lambda composer: composer.figures(digits)


def _date(month: int, day: int) -> tuple[str, Composing]:
    at = datetime(2026, month, day)  # noqa: DTZ001 - a date as it is spoken has no zone any more
    return f"{at:%B} {day}", lambda composer: composer.date(at)


def _time(hour: int, minute: int) -> tuple[str, Composing]:
    at = datetime(2026, 1, 1, hour, minute)  # noqa: DTZ001
    return f"{hour:02}:{minute:02}", lambda composer: composer.time(at)


def _month(year: int, month: int) -> tuple[str, Composing]:
    return f"{year}-{month:02}", lambda composer: composer.month(year, month)


SMALL = ("0.00", "0.01", "0.10", "0.22", "2.00", "2.02", "12.00", "18.88", "20.20")
LARGE = ("100.50", "200.00", "1005.08", "2200.00", "22222.22", "-5.50")
TABLE: tuple[tuple[str, tuple[tuple[str, Composing], ...]], ...] = (
    (
        "Money",
        tuple(map(_money, (*SMALL, *LARGE))),
    ),
    ("Numbers", tuple(map(_number, (0, 2, 10, 12, 101, 110, 222, 1001, 10_010, 20_000, 100_020_003, 1_200_000_000)))),
    ("Telephone and order numbers", tuple(map(_figures, ("10086", "13800138000", "1000000017")))),
    ("Dates", (_date(1, 1), _date(2, 29 - 1), _date(10, 12), _date(12, 31))),
    ("Times", (_time(0, 0), _time(2, 5), _time(12, 30), _time(22, 22))),
    ("Months", (_month(2026, 2), _month(2010, 12))),
)


def sounds(language: str, composing: Composing) -> tuple[Sound, ...]:
    spoken = spoken_in(language)
    assert spoken.composer is not None
    return tuple(Sound(f"{language}/spoken/{word}", spoken.words[word]) for word in composing(spoken.composer))


def document() -> str:
    return HEAD + "".join(f"\n{line}" for line in _lines()) + "\n"


def _lines() -> Iterator[str]:
    for title, rows in TABLE:
        yield f"## {title}\n"
        yield "| written | in Chinese | in English |"
        yield "|---|---|---|"
        for written, composing in rows:
            cells = (as_text(sounds(language, composing), spoken_in(language)) for language in LANGUAGES)
            yield f"| {written} | {' | '.join(cells)} |"
        yield ""


def files(folder: Path) -> Iterator[Path]:
    """One of each row and language, put together of the prompts that a caller hears."""
    shelf = Shelf(folder / "prompts")
    for title, rows in TABLE:
        for written, composing in rows:
            for language in LANGUAGES:
                words = [shelf.made(word.name, word.text, language) for word in sounds(language, composing)]
                path = (
                    folder / language / f"{title.split()[0].lower()}-{written.replace(' ', '-').replace(':', '.')}.wav"
                )
                path.parent.mkdir(parents=True, exist_ok=True)
                parts = [str(shelf.folder / f"{word}.wav") for word in words]
                subprocess.run(["sox", *parts, str(path)], check=True)
                yield path


if __name__ == "__main__":
    if len(sys.argv) > 1:
        for made in files(Path(sys.argv[1])):
            print(made)
    else:
        print(document(), end="")
