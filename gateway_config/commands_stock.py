"""Commands about the stores: what is counted, what came in, and what is left."""

import time
from pathlib import Path

import click

from gateway_config.commands_data import FILE, text_of
from gateway_config.options import with_settings
from gateway_config.settings import Settings
from gateway_config.storage import reading, transaction
from orders import stock
from orders.ledger import offers, stores
from orders.rows import BadRow, Problem, Refused
from orders.stock import CENTRAL, Stock


@click.group("stock")
def stock_group() -> None:
    """How many there are of what can be ordered, centrally and in branches."""


@stock_group.command("import")
@click.argument("file", type=FILE)
@with_settings
def import_stock(settings: Settings, file: Path) -> None:
    """Take over what was counted from FILE (YAML or CSV: offer, place, on_hand). What is not in it stays."""
    with transaction(settings) as connection:
        counted = stock.parse(text_of(file), str(file), offers.codes(connection))
        stores.count_stock(connection, counted, time.time())
    click.echo(f"{len(counted)} stores counted")


@stock_group.command("add")
@click.argument("offer")
@click.argument("pieces", type=int)
@click.option("--place", default=CENTRAL, show_default=True)
@with_settings
def add_stock(settings: Settings, offer: str, pieces: int, place: str) -> None:
    """PIECES of OFFER came in; below zero (after `--`) they are written off."""
    with transaction(settings) as connection:
        code = _known(offer, offers.codes(connection))
        told = stores.add_stock(connection, code, _place(place), pieces, time.time())
    click.echo(_line(told))


@stock_group.command("forget")
@click.argument("offer")
@click.option("--place", default=CENTRAL, show_default=True)
@with_settings
def forget_stock(settings: Settings, offer: str, place: str) -> None:
    """Keep no store of OFFER there; what has none anywhere is without end."""
    with transaction(settings) as connection:
        stores.forget_stock(connection, _known(offer, offers.codes(connection)), _place(place))
    click.echo(f"no store is kept of {offer.upper()} at {place}")


@stock_group.command("list")
@with_settings
def list_stock(settings: Settings) -> None:
    """What there is, what is promised to orders, and what is left: offer, place, on hand, reserved, left."""
    with reading(settings) as connection:
        for each in stores.stores(connection):
            click.echo(_line(each))


def _line(each: Stock) -> str:
    return f"{each.offer}\t{each.place}\t{each.on_hand}\t{each.reserved}\t{each.left}"


def _known(offer: str, codes: set[str]) -> str:
    code = offer.upper()
    if code not in codes:
        raise Refused([Problem("OFFER", 1, f"there is no {code} in the catalogue")])
    return code


def _place(text: str) -> str:
    try:
        return stock.place_named(text)
    except BadRow as problem:
        raise Refused([Problem("--place", 1, str(problem))]) from None


COMMANDS = (stock_group,)
