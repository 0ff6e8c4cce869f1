"""The command about how people found their deliveries."""

import time
from datetime import datetime
from typing import TextIO

import click

from gateway_config.commands_orders import Instant, seconds
from gateway_config.operator import operator
from gateway_config.options import with_settings
from gateway_config.settings import Settings
from gateway_config.storage import reading, transaction
from orders.access import Did
from orders.ledger import access_log, survey_export


@click.command("survey")
@click.option("--format", "form", type=click.Choice(["csv", "jsonl"]), default="csv", show_default=True)
@click.option("--output", type=click.File("w", encoding="utf-8"), default="-", help="a file; else standard output")
@click.option("--since", type=Instant(), help="asked then or later")
@with_settings
def survey(settings: Settings, form: str, output: TextIO, since: datetime | None) -> None:
    """How people found their deliveries: one line for each who was asked."""
    with transaction(settings) as connection:
        access_log.note(connection, time.time(), operator(), "operator", Did.EXPORTED, "surveys", "", {})
    with reading(settings) as connection:
        count = survey_export.write(connection, form, output, seconds(settings, since))
    click.echo(f"{count} were asked", err=True)
