"""Commands about what subscribers write: what nobody understood, and teaching it."""

import time

import click

from gateway_config.commands_publishing import whoever
from gateway_config.options import with_settings
from gateway_config.settings import Settings
from gateway_config.storage import reading, transaction
from orders.ledger import misunderstood as ledger
from orders.misunderstood import MEANINGS, BadPhrase


@click.command("misunderstood")
@click.option("--teach", metavar="TEXT", help="put TEXT into the phrase book, in place of the list")
@click.option("--meaning", type=click.Choice(MEANINGS), help="what TEXT means; none: nothing that is offered here")
@click.option("--taught", is_flag=True, help="list what was taught, by whom and when")
@click.option("--by", default=whoever, show_default="who you are", help="who answers for it")
@with_settings
def misunderstood(settings: Settings, teach: str | None, meaning: str | None, taught: bool, by: str) -> None:
    """What was not understood in the past two weeks, alike with alike; or teach what a text means.

    Running servers know within a second or two.
    """
    if bool(teach) != bool(meaning):
        raise click.UsageError("--teach TEXT and --meaning go together")
    if teach and meaning:
        _teach(settings, teach, meaning, by)
    elif taught:
        _tell_taught(settings)
    else:
        _tell(settings)


def _teach(settings: Settings, text: str, meaning: str, by: str) -> None:
    try:
        with transaction(settings) as connection:
            kept = ledger.teach(connection, text, meaning, by, time.time())
    except BadPhrase as problem:
        raise click.UsageError(str(problem)) from None
    click.echo(f"{kept!r} means {meaning}")


def _tell_taught(settings: Settings) -> None:
    with reading(settings) as connection:
        for each in ledger.taught(connection):
            at = time.strftime("%Y-%m-%d %H:%M", time.localtime(each.at))
            click.echo(f"{at}\t{each.by}\t{each.meaning}\t{each.text}")


def _tell(settings: Settings) -> None:
    with reading(settings) as connection:
        found = ledger.misunderstood(connection, time.time())
    for each in found:
        click.echo(f"{each.times}\t{each.text}" + "".join(f"\t{other}" for other in each.others))
    if not found:
        click.echo("everything was understood")


COMMANDS = (misunderstood,)
