"""The command that takes reports out: the tables and pictures that supervisors see at the desk, as files."""

import time
from datetime import date
from pathlib import Path
from typing import Any

import click

from channels.desk import reports as page
from channels.desk.report_words import LANGUAGES
from gateway_config.desk_reports import days_from
from gateway_config.operator import operator
from gateway_config.options import with_settings
from gateway_config.settings import Settings
from gateway_config.storage import reading, transaction
from orders.access import Did
from orders.ledger import access_log, report_rows
from orders.reports.counted import Counted
from orders.reports.report import REPORTS


class Day(click.ParamType[date]):
    """A day of the hall."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        try:
            return value if isinstance(value, date) else date.fromisoformat(value)
        except ValueError:
            return self.fail(f"{value!r} is no day; write 2026-11-22", param, ctx)


@click.command("report")
@click.argument("names", metavar="[REPORT]...", nargs=-1, type=click.Choice(list(REPORTS)))
@click.option("--from", "first", type=Day(), help="the first day; else four weeks before the last")
@click.option("--to", "last", type=Day(), help="the last day; else today")
@click.option("--channel", default="", help="sms, ussd, ivr, web …; else all of them together")
@click.option("--language", type=click.Choice(LANGUAGES), help="else the hall's own")
@click.option("--into", "folder", type=click.Path(path_type=Path, file_okay=False), default=".", show_default=True)
@with_settings
def report(
    settings: Settings,
    names: tuple[str, ...],
    first: date | None,
    last: date | None,
    channel: str,
    language: str | None,
    folder: Path,
) -> None:
    """Write reports into a folder: each as a table (CSV), and as a picture (SVG) where there is one.

    \b
    way        from the first message to the delivery     hours     orders by weekday and hour
    days       orders by day                              channels  orders by channel
    offers     orders by product                          flags     why orders were rung back
    agents     confirmation by agent                      calls     confirmation by hour
    states     how agents spent their time                commands  what people wanted
    dialogs    how dialogs ended                          scores    scores of reviewed calls
    """
    now = time.time()
    days = days_from(first, last, settings.service.zone, now)
    wanted = names or tuple(REPORTS)
    what = f"reports {', '.join(wanted)} of {days.first} to {days.last}"
    with transaction(settings) as connection:  # first: nothing leaves the house that was not noted
        access_log.note(connection, now, operator(), "operator", Did.EXPORTED, what)
    with reading(settings) as connection:
        of = report_rows.counted(connection, days, settings.service.zone, channel, now)
    folder.mkdir(parents=True, exist_ok=True)
    for name in wanted:
        for path in _written(folder, name, of, language or _own(settings)):
            click.echo(path)


def _own(settings: Settings) -> str:
    return settings.service.language if settings.service.language in LANGUAGES else LANGUAGES[-1]


def _written(folder: Path, name: str, of: Counted, language: str) -> list[Path]:
    sheet = page.made(name, of)
    table = folder / f"{name}.csv"
    table.write_bytes(page.table(sheet, of, language).encode())
    if name not in page.PICTURES:
        return [table]
    picture = folder / f"{name}.svg"
    picture.write_text(page.drawn(sheet, of, language), "utf-8")
    return [table, picture]


COMMANDS = (report,)
