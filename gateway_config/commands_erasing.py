"""`hall subscribers erase`: a person who asks to be forgotten."""

import secrets
import time

import click

from dialogs.words import Prompt
from gateway_config.operator import operator
from gateway_config.options import with_settings
from gateway_config.recordings import Vault
from gateway_config.settings import Settings
from gateway_config.storage import opened, reading
from orders.ledger import marks, recordings, schema
from orders.ledger.deed import Deed
from orders.ledger.erasing import Erased, erase, remaining
from orders.ledger.house import House
from orders.ledger.ids import Ids

OF_COMMANDS = 1023  # no node has that ordinal before a thousand others do
STANDS_FOR_NOBODY = 6  # octets of a pseudonym


def _silent(subscriber: str, prompt: Prompt, language: str, /, not_before: float = 0.0) -> None:
    """Who is erased is told nothing more."""


def _no_turn(*_: object) -> None:
    raise AssertionError("a command takes no turns")


def _house(settings: Settings) -> House:
    return House(settings.node.name, Ids(OF_COMMANDS), _no_turn, _no_turn, _no_turn)  # type: ignore[arg-type]


@click.command("erase")
@click.argument("msisdn")
@click.option("--reason", "why", required=True, help="why, for the access log; without the number")
@click.option("--force", is_flag=True, help="cancel his orders that are under way first")
@with_settings
def erase_subscriber(settings: Settings, msisdn: str, why: str, force: bool) -> None:
    """Forget the person with this number. His orders stay, under a name that stands for nobody."""
    who = msisdn.removeprefix("+")
    if who in why:
        raise click.UsageError("the reason names the number: the access log outlives him, so say it in other words")
    now, house = time.time(), _house(settings)
    pseudonym = f"erased{secrets.token_hex(STANDS_FOR_NOBODY)}"
    with opened(settings) as engine:
        schema.require_current(engine)
        local = engine.dialect.name == "sqlite"
        with engine.begin() as connection:
            if local:
                connection.exec_driver_sql("PRAGMA secure_delete = ON")
            house.ids.beyond(marks.upto(connection, OF_COMMANDS))
            heard = [each.file for each in recordings.of_subscriber(connection, who)]
            erased = erase(Deed(connection, house, now, _silent), who, pseudonym, operator(), why, force)
            marks.last_words(connection, house, now)
        if local:
            with engine.connect() as connection:
                connection.exec_driver_sql("ROLLBACK")
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        Vault(settings.recordings_folder).drop(heard)
    _tell(erased)
    with reading(settings) as connection:
        for where, count in remaining(connection, who).items():
            click.echo(f"{where} still has the number in {count} rows, which are not his", err=True)


def _tell(erased: Erased) -> None:
    gone, kept = sum(erased.gone.values()), sum(erased.kept.values())
    click.echo(f"{gone} rows are gone; {kept} are kept under the name {erased.pseudonym}")
    if erased.orders:
        click.echo(f"of {len(erased.orders)} orders: {', '.join(erased.orders)}")
