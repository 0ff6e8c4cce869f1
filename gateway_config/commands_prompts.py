"""Commands for whoever records what callers hear."""

import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import click

from channels.ivr.prompts import Shelf
from channels.ivr.speech import NoSpeech
from dialogs.editions import Edition, open_edition
from dialogs.library import Library, load_library
from dialogs.sounds import known
from dialogs.voice import Sound
from gateway_config.options import with_settings
from gateway_config.settings import Settings
from gateway_config.storage import reading
from orders.ledger import publishing
from orders.ledger.offers import offers_sold
from orders.publishing import PACKAGED

AT_ONCE = 4


@click.group("prompts")
def prompts() -> None:
    """What callers hear: recordings, and speech made of text where there is none.

    A recording of yours goes into recordings/ below the prompts folder, under the name that `list` shows: 8 kHz, mono,
    16 bit. It counts at once.
    """


@prompts.command("list")
@with_settings
def list_prompts(settings: Settings) -> None:
    """Every prompt: its name, whether it is recorded, made or missing, and its words."""
    shelf = _shelf(settings)
    for language, sound in _all(settings):
        click.echo(f"{sound.name}\t{_state(shelf, language, sound)}\t{sound.text}")


@prompts.command("missing")
@with_settings
def missing_prompts(settings: Settings) -> None:
    """What nobody has recorded. Exit status 1 where a caller would hear nothing in its place."""
    shelf = _shelf(settings)
    silent = 0
    for language, sound in _all(settings):
        state = _state(shelf, language, sound)
        silent += state == "missing"
        if state != "recorded":
            click.echo(f"{sound.name}\t{state}\t{sound.text}")
    if silent and not settings.ivr.speech:
        click.echo(f"{silent} prompts would not be heard: speech is off. Record them, or set [ivr] speech", err=True)
        sys.exit(1)


@prompts.command("make")
@with_settings
def make_prompts(settings: Settings) -> None:
    """Make speech of all that is neither recorded nor made, products included."""
    shelf = _shelf(settings)
    wanted = [pair for pair in (*_all(settings), *_offers(settings)) if _state(shelf, *pair) == "missing"]
    with (
        ThreadPoolExecutor(AT_ONCE) as pool,
        click.progressbar(length=len(wanted), label="speech", hidden=not sys.stderr.isatty(), file=sys.stderr) as bar,
    ):
        for problem in pool.map(lambda pair: _made(shelf, *pair), wanted):
            bar.update(1)
            if problem:
                raise click.ClickException(problem)
    click.echo(f"made {len(wanted)} prompts in {shelf.folder}")


def _made(shelf: Shelf, language: str, sound: Sound) -> str:
    try:
        shelf.made(sound.name, sound.text, language)
    except (NoSpeech, OSError) as problem:
        return str(problem)
    return ""


def _state(shelf: Shelf, language: str, sound: Sound) -> str:
    there = shelf.found(sound.name, sound.text, language)
    return "missing" if there is None else "recorded" if there.startswith("recordings/") else "made"


def _shelf(settings: Settings) -> Shelf:
    return Shelf(settings.prompts_folder, voices=settings.ivr.voices)


def _published(settings: Settings) -> Library:
    """What callers are spoken to by now."""
    with reading(settings) as connection:
        stands = publishing.stands(connection)
        kept = publishing.content(connection, stands.live) if stands.live != PACKAGED else None
    return open_edition(Edition(kept)) if kept else load_library()


def _offers(settings: Settings) -> Iterator[tuple[str, Sound]]:
    """Products have no name among recordings: they come and go."""
    with reading(settings) as connection:
        sold = offers_sold(connection, time.time())
    for offer in sold.values():
        for language, name in offer.names.items():
            yield language, Sound("", name)


def _all(settings: Settings) -> Iterator[tuple[str, Sound]]:
    book = _published(settings).phrases
    for language in book.languages:
        for sound in known(book, language):
            yield language, sound


COMMANDS = (prompts,)
