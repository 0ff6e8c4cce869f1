"""Commands about what goes over the wire: links taken out of service and put back, messages that were given up.

They write rows; the server that they are for follows within a second or two, and so does one that is started later.
"""

import getpass
import time
from datetime import datetime

import click

from gateway_config.options import with_settings
from gateway_config.settings import Settings
from gateway_config.storage import reading, transaction
from orders.dead_letters import DeadLetter
from orders.ledger import dead_letters, link_rows
from orders.links import LinkRow, LinkState, NoSuchLink
from orders.outbound import GaveUp

SILENT = 180.0  # a node says once a minute that it lives

node_option = click.option("--node", help="another node than that of the configuration")


# ── Links ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@click.group("links")
def links_group() -> None:
    """The links to message centres: how they are; out of service and back."""


@links_group.command("list")
@with_settings
def list_links(settings: Settings) -> None:
    """Every node's links: state, since when, segments unanswered and waiting, whether the peer slows us down, the
    segments a second that it was found to allow, and why it is not bound."""
    now = time.time()
    with reading(settings) as connection:
        rows = link_rows.listed(connection)
    click.echo("node\tlink\taccount\tstate\tsince\tin flight\twaiting\tthrottled\tpace\twhy")
    for row in rows:
        told = row.report
        pace = f"{told.pace:g}" if told.pace else "-"
        numbers = f"{told.in_flight}\t{told.waiting}\t{'yes' if told.throttled else 'no'}\t{pace}"
        state, since = standing(row, now)
        because = told.trouble if state in (LinkState.UNBOUND, "to leave") and told.trouble else "-"
        click.echo(f"{row.node}\t{told.name}\t{told.account}\t{state}\t{when(since)}\t{numbers}\t{because}")


def standing(row: LinkRow, now: float) -> tuple[str, float | None]:
    """In words, and since when."""
    report = row.report
    if row.held and report.state in (LinkState.OUT, LinkState.LEAVING):
        leaving = "leaving" if report.state is LinkState.LEAVING else "out of service"
        return f"{leaving} ({row.held_by})", row.held_at
    if row.node_seen_at is None or row.node_seen_at < now - SILENT or report.state is LinkState.OUT:
        return "not running", row.told_at
    return ("to leave" if row.held else report.state.value), report.since


@links_group.command("stop")
@click.argument("name")
@node_option
@with_settings
def stop_link(settings: Settings, name: str, node: str | None) -> None:
    """Take link NAME out of service: what is in flight is answered, then it unbinds, and stays out until started."""
    _want(settings, name, node, out=True)
    click.echo(f"{name} leaves, and stays out of service until: hall links start {name}")


@links_group.command("start")
@click.argument("name")
@node_option
@with_settings
def start_link(settings: Settings, name: str, node: str | None) -> None:
    """Put link NAME back into service."""
    _want(settings, name, node, out=False)
    click.echo(f"{name} comes back")


def _want(settings: Settings, name: str, node: str | None, out: bool) -> None:
    node = node or settings.node.name
    with transaction(settings) as connection:
        known = {row.report.name for row in link_rows.listed(connection, node)}
        if node == settings.node.name:
            known |= {link.name for link in settings.links}
        if name not in known:
            there = ", ".join(sorted(known)) or "none"
            raise NoSuchLink(f"node {node} has no link {name!r}; there are: {there}")
        link_rows.want(connection, node, [name], out, who(), time.time())


# ── Dead letters ─────────────────────────────────────────────────────────────────────────────────────────────────────


@click.group("messages")
def messages_group() -> None:
    """Messages that were given up."""


@messages_group.command("dead")
@click.option("--most", default=dead_letters.LISTED, show_default=True, help="the newest so many")
@with_settings
def list_dead(settings: Settings, most: int) -> None:
    """What could not be sent and is tried no more, the newest first, and why."""
    with reading(settings) as connection:
        dead = dead_letters.listed(connection, most)
    for letter in dead.letters:
        click.echo(_line(letter))
    click.echo(f"{dead.count} in all, {len(dead.letters)} shown", err=True)


def _line(letter: DeadLetter) -> str:
    number = letter.subscriber
    masked = f"{number[:-8]}****{number[-4:]}" if len(number) > 8 else "****"
    told = f"{letter.why.value}: {letter.reason}"
    again = f"\tresent {len(letter.resent)} times" if letter.resent else ""
    return f"{letter.id}\t{when(letter.died_at)}\t{letter.service}\t{masked}\t{letter.phrase}\t{told}{again}"


@messages_group.command("resend")
@click.argument("ids", type=int, nargs=-1)
@click.option("--all", "every", is_flag=True, help="all of them")
@click.option("--why", type=click.Choice([why.value for why in GaveUp]), help="all that died of this")
@with_settings
def resend(settings: Settings, ids: tuple[int, ...], every: bool, why: str | None) -> None:
    """Send the messages of these IDS again, as if they had just been said."""
    if bool(ids) == (every or why is not None):
        raise click.UsageError("name the messages by their ids, or say --all or --why")
    now = time.time()
    with transaction(settings) as connection:
        chosen = list(ids) or dead_letters.ids(connection, None if why is None else GaveUp(why))
        for letter in chosen:
            dead_letters.resend(connection, letter, who(), now)
    click.echo(f"{len(chosen)} to be sent again")


def who() -> str:
    """For the audit."""
    try:
        return f"{getpass.getuser()} (command)"
    except (KeyError, OSError):
        return "somebody (command)"


def when(at: float | None) -> str:
    return "-" if not at else datetime.fromtimestamp(at).astimezone().isoformat(sep=" ", timespec="seconds")


COMMANDS = (links_group, messages_group)
