"""What the commands about a book of rules have in common: published for all nodes, listed, printed.

What is particular to a book are its words: how it is called, and how one says that what was configured counts again.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click
from sqlalchemy import Connection

from gateway_config.commands_data import FILE, text_of
from gateway_config.desk_rules import configured
from gateway_config.operator import operator
from gateway_config.options import with_settings
from gateway_config.rule_readings import readings
from gateway_config.settings import Settings
from gateway_config.storage import reading, transaction
from orders.flag_rules import version_of
from orders.ledger import rule_texts
from orders.ledger.verifying import instant
from orders.rule_books import Book


@dataclass(frozen=True, slots=True)
class Words:
    """back: the option by which what was configured counts again, which is called `configured`."""

    name: str
    live: str
    back: str
    configured: str


def add_publishing(group: click.Group, book: Book, words: Words) -> None:
    """`publish`, `list` and `show`."""
    group.add_command(_publish(book, words))
    group.add_command(_list(book, words))
    group.add_command(_show(book, words))


def _publish(book: Book, words: Words) -> click.Command:
    @click.command("publish", help=f"Have the {words.name} in FILE count for all nodes, within a few seconds.")
    @click.argument("file", type=FILE, required=False)
    @click.option(words.back, "back", is_flag=True, help=f"go back to {words.configured}")
    @click.option("--why", default="", help="the reason, for the access log")
    @with_settings
    def publish(settings: Settings, file: Path | None, back: bool, why: str) -> None:
        if (file is None) is not back:
            raise click.UsageError(f"name the file with the {words.name}, or say {words.back}")
        content = ""
        if file is not None:
            content = text_of(file)
            readings(lambda: settings)[book].parse(content, str(file))
        with transaction(settings) as connection:
            version = rule_texts.publish(connection, book, content, operator(), time.time(), why)
        click.echo(f"{words.name} {version} {words.live}" if version else f"{words.configured} {words.live}")

    return publish


def _list(book: Book, words: Words) -> click.Command:
    @click.command("list", help="What was published, and when; the first one counts.")
    @with_settings
    def list_published(settings: Settings) -> None:
        with reading(settings) as connection:
            for each in rule_texts.listed(connection, book):
                click.echo(f"{instant(each.at)}\t{each.version or words.configured}")

    return list_published


def _show(book: Book, words: Words) -> click.Command:
    @click.command("show", help=f"Print the {words.name} that counts, or a VERSION that did.")
    @click.argument("version", default="")
    @with_settings
    def show(settings: Settings, version: str) -> None:
        with reading(settings) as connection:
            texts = list(_texts(connection, settings, book))
        found = next((text for text in texts if version_of(text).startswith(version)), None)
        if found is None:
            raise click.UsageError(f"no {words.name} of version {version} was ever published here: see `list`")
        click.echo(found, nl=False)

    return show


def _texts(connection: Connection, settings: Settings, book: Book) -> Iterator[str]:
    """What counts comes first."""
    live = rule_texts.live(connection, book)
    own = configured(lambda: settings)[book]()
    yield live.content if live else own
    yield own
    yield from (each.content for each in rule_texts.listed(connection, book) if each.content)
