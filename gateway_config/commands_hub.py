"""Commands about what other halls are told: who has subscribed to what, and what nobody heard."""

import time

import click

from gateway_config.commands_links import when
from gateway_config.options import with_settings
from gateway_config.settings import Settings
from gateway_config.storage import reading, transaction
from orders.ledger import hub

LISTED = 100


@click.group("hub")
def hub_group() -> None:
    """Events for other halls: subscriptions, and deliveries that were given up."""


@hub_group.command("list")
@with_settings
def list_subscriptions(settings: Settings) -> None:
    """Who is told of what, and where."""
    with reading(settings) as connection:
        found, waiting = hub.listed(connection), hub.depth(connection)
    click.echo("id\thall\tcallback\tquery")
    for each in found:
        click.echo(f"{each.id}\t{each.hall}\t{each.callback}\t{each.query or '-'}")
    click.echo(f"{waiting} still to be delivered", err=True)


@hub_group.command("dead")
@click.option("--most", default=LISTED, show_default=True, help="the newest so many")
@with_settings
def list_dead(settings: Settings, most: int) -> None:
    """What a callback did not take and is tried no more, the newest first, and why."""
    with reading(settings) as connection:
        letters = hub.dead(connection, most)
    for each in letters:
        told = f"{each.attempts} times: {each.reason}"
        click.echo(f"{each.id}\t{when(each.at)}\t{each.hall}\t{each.callback}\t{each.type}\t{each.thing}\t{told}")


@hub_group.command("resend")
@click.argument("ids", type=int, nargs=-1)
@click.option("--all", "every", is_flag=True, help="all of them")
@with_settings
def resend(settings: Settings, ids: tuple[int, ...], every: bool) -> None:
    """Deliver the events of these IDS after all."""
    if bool(ids) == every:
        raise click.UsageError("name the events by their ids, or say --all")
    with transaction(settings) as connection:
        count = hub.resend(connection, None if every else ids, time.time())
    click.echo(f"{count} to be delivered again")


COMMANDS = (hub_group,)
