"""Commands about orders as a whole: taken out of the house, and proved."""

import json
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TextIO

import click
from sqlalchemy import Connection

from gateway_config.operator import operator
from gateway_config.options import with_settings
from gateway_config.progress import Told, progress, shown_progress
from gateway_config.settings import Settings
from gateway_config.storage import reading, transaction
from orders.access import Did
from orders.ledger import access_log, export, marks, verifying
from orders.ledger.export import Wanted
from orders.ledger.verifying import Bad
from orders.masking import Sees
from orders.order import OrderState

BEGINNING = 16  # of a mark's hash, as it is written down


class Instant(click.ParamType[datetime]):
    """A day or an instant, in the time zone of the house unless it says another."""

    name = "instant"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            return self.fail(f"{value!r} is no instant; write 2026-11-22 or 2026-11-22T08:30", param, ctx)


def seconds(settings: Settings, instant: datetime | None) -> float | None:
    if instant is None:
        return None
    return (instant if instant.tzinfo else instant.replace(tzinfo=settings.service.zone)).timestamp()


@click.group("orders")
def orders_group() -> None:
    """What was ordered."""


@orders_group.command("export")
@click.option("--format", "form", type=click.Choice(["csv", "jsonl"]), default="csv", show_default=True)
@click.option("--output", type=click.File("w", encoding="utf-8"), default="-", help="a file; else standard output")
@click.option("--since", type=Instant(), help="ordered then or later")
@click.option("--until", type=Instant(), help="ordered before then")
@click.option("--state", type=click.Choice([state.value for state in OrderState]))
@click.option("--channel", help="sms, ussd, ivr, web …")
@click.option(
    "--as",
    "sees",
    type=click.Choice([each.value for each in Sees]),
    default=Sees.AGENT.value,
    show_default=True,
    help="for whom: what is personal is masked accordingly",
)
@click.option("--full", is_flag=True, help="with whole numbers, names and addresses; needs --why, and is noted")
@click.option("--why", default="", help="the reason, for the access log")
@shown_progress
@with_settings
def export_orders(
    settings: Settings,
    form: str,
    output: TextIO,
    since: datetime | None,
    until: datetime | None,
    state: str | None,
    channel: str | None,
    sees: str,
    full: bool,
    why: str,
    watched: bool,
) -> None:
    """Orders, one line for each of their items."""
    if full and not why.strip():
        raise click.UsageError("--full needs --why: who reads the access log must know what it was for")
    wanted = Wanted(seconds(settings, since), seconds(settings, until), state, channel)
    asked = {name: getattr(wanted, name) for name in Wanted.__slots__ if getattr(wanted, name) is not None}
    role = "full" if full else sees
    with transaction(settings) as connection:  # first: nothing leaves the house that was not noted
        access_log.note(connection, time.time(), operator(), "operator", Did.EXPORTED, f"orders as {role}", why, asked)
    with reading(settings) as connection, progress("lines", watched) as told:
        count = export.write(connection, form, output, wanted, None if full else Sees(sees), told)
    click.echo(f"{count} orders", err=True)


@orders_group.command("verify")
@click.option("--mark", "noted", multiple=True, metavar="NODE/SERIAL:HASH", help="a mark that was written down before")
@click.option("--json", "plain", is_flag=True, help="what was found as one JSON document")
@shown_progress
@with_settings
def verify_orders(settings: Settings, noted: tuple[str, ...], plain: bool, watched: bool) -> None:
    """Prove that no order, none of its events, and no row of the access log was altered or removed."""
    with reading(settings) as connection, progress("orders", watched) as told:
        proof = _proved(connection, noted, told, (lambda each: None) if plain else _cry)
    click.echo(json.dumps(proof.plain, ensure_ascii=False) if plain else "\n".join(proof.told))
    if proof.bad:
        raise SystemExit(1)


@dataclass(frozen=True, slots=True)
class _Proof:
    """bad: of which `spoilt` are orders. marks: up to which each node has marked its events; unmarked: those since."""

    orders: int
    spoilt: int
    bad: list[Bad]
    marks: list[str]
    unmarked: int

    @property
    def plain(self) -> dict[str, Any]:
        faults = [{"where": each.where, "event": each.event, "what": each.what} for each in self.bad]
        found = {"orders": self.orders, "whole": not self.bad, "bad": faults}
        return {**found, "marks": self.marks, "unmarked_events": self.unmarked}

    @property
    def told(self) -> Iterator[str]:
        yield f"{self.orders} orders checked, {self.spoilt} of them not whole"
        for mark in self.marks:
            yield f"marked up to {mark}; written down elsewhere, `--mark {mark}` proves it later"
        if self.unmarked:
            yield f"{self.unmarked} events are younger than the last mark"


def _cry(each: Bad) -> None:
    click.echo(str(each), err=True)


def _proved(connection: Connection, noted: tuple[str, ...], told: Told, cry: Callable[[Bad], None]) -> _Proof:
    """Whatever is bad is cried out as it is found: a long proof need not be waited for."""
    bad: list[Bad] = []
    count = 0

    def counted(done: int, of: int) -> None:
        nonlocal count
        count = done
        told(done, of)

    def found(some: Iterable[Bad]) -> None:
        for each in some:
            bad.append(each)
            cry(each)

    found(verifying.bad_orders(connection, counted))
    spoilt = len(bad)
    found(verifying.bad_marks(connection))
    found(verifying.bad_log(connection))
    found(missing for mark in noted if (missing := verifying.sealed_by(connection, mark)) is not None)
    latest = [marks.last_of(connection, ordinal) for ordinal in marks.ordinals(connection)]
    names = [f"{mark.name}:{mark.hash.hex()[:BEGINNING]}" for mark in latest]
    return _Proof(count, spoilt, bad, names, marks.unmarked(connection))


@click.group("audit")
def audit_group() -> None:
    """Who saw or changed what."""


@audit_group.command("list")
@click.option("--since", type=Instant(), help="then or later")
@click.option("--who", help="an agent's name, or NAME@MACHINE of whoever typed a command")
@click.option("--what", help="as it stands in the list, as `order 1000000016`")
@click.option("--json", "plain", is_flag=True, help="JSON lines")
@with_settings
def list_access(settings: Settings, since: datetime | None, who: str | None, what: str | None, plain: bool) -> None:
    """The access log, the oldest first."""
    with reading(settings) as connection:
        for each in access_log.listed(connection, seconds(settings, since) or 0.0, who, what):
            at = verifying.instant(each.at)
            if plain:
                line = {"id": each.id, "at": at, "who": each.who, "role": each.role, "act": each.act}
                line |= {"what": each.what, "why": each.why, **({"data": dict(each.data)} if each.data else {})}
                click.echo(json.dumps(line, ensure_ascii=False))
            else:
                click.echo("\t".join((at, each.who, each.role, each.act, each.what, each.why)).rstrip())


COMMANDS = (orders_group, audit_group)
