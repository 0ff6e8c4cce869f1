"""Commands about the guide: what agents say and ask when they ring somebody."""

from pathlib import Path

import click

from gateway_config.commands_data import FILE, text_of
from gateway_config.commands_rules import Words, add_publishing
from orders import guide_rules
from orders.rule_books import Book


@click.group("guide")
def guide_group() -> None:
    """What agents say, and what they have to ask."""


@guide_group.command("check")
@click.argument("file", type=FILE)
def check(file: Path) -> None:
    """Read the guide in FILE, and say what is wrong with it."""
    guide = guide_rules.parse(text_of(file), str(file))
    asked = sum(bool(line.ask) for line in guide.lines)
    click.echo(f"{len(guide.lines)} lines, {asked} to be asked, version {guide.version}")


GUIDE = Words("guide", "is live", back="--standard", configured="the guide that comes with Hall")
add_publishing(guide_group, Book.GUIDE, GUIDE)

COMMANDS = (guide_group,)
