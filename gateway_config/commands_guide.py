"""Commands about the guide: what agents say and ask when they ring somebody."""

import time
from pathlib import Path

import click

from gateway_config.commands_data import FILE, text_of
from gateway_config.operator import operator
from gateway_config.options import with_settings
from gateway_config.settings import Settings
from gateway_config.storage import reading, transaction
from orders import guide_rules
from orders.ledger import rule_texts
from orders.ledger.rule_texts import Kind
from orders.ledger.verifying import instant


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


@guide_group.command("publish")
@click.argument("file", type=FILE, required=False)
@click.option("--standard", is_flag=True, help="go back to the guide that comes with Hall")
@click.option("--why", default="", help="the reason, for the access log")
@with_settings
def publish(settings: Settings, file: Path | None, standard: bool, why: str) -> None:
    """Have all agents read from the guide in FILE. A running server takes it over within a few seconds."""
    if (file is None) is not standard:
        raise click.UsageError("name the file with the guide, or say --standard")
    content = ""
    if file is not None:
        content = text_of(file)
        guide_rules.parse(content, str(file))
    with transaction(settings) as connection:
        version = rule_texts.publish(connection, Kind.GUIDE, content, operator(), time.time(), why)
    click.echo(f"guide {version} is live" if version else "the guide that comes with Hall is live")


@guide_group.command("list")
@with_settings
def list_guides(settings: Settings) -> None:
    """Which guides were published; the first one is live."""
    with reading(settings) as connection:
        for each in rule_texts.listed(connection, Kind.GUIDE):
            click.echo(f"{instant(each.at)}\t{each.version or 'the one that comes with Hall'}")


@guide_group.command("show")
@click.argument("version", required=False)
@with_settings
def show(settings: Settings, version: str | None) -> None:
    """Print the guide that is live, or a VERSION that was."""
    with reading(settings) as connection:
        kept = rule_texts.listed(connection, Kind.GUIDE)
        live = rule_texts.live(connection, Kind.GUIDE)
    if version is None:
        click.echo(guide_rules.standard_text() if live is None else live.content, nl=False)
        return
    texts = {each.version: each.content for each in kept if each.content}
    texts[guide_rules.standard().version] = guide_rules.standard_text()
    found = next((text for known, text in texts.items() if known.startswith(version)), None)
    if found is None:
        raise click.UsageError(f"no guide of version {version} was ever published here")
    click.echo(found, nl=False)


COMMANDS = (guide_group,)
