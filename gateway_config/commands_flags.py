"""Commands about the rules by which orders are rung back: tried on the past, switched on, looked at."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import click

from gateway_config.commands_data import FILE, text_of
from gateway_config.commands_orders import Instant, seconds
from gateway_config.commands_rules import Words, add_publishing
from gateway_config.options import with_settings
from gateway_config.progress import progress, shown_progress
from gateway_config.settings import Settings
from gateway_config.storage import reading
from orders import flag_rules
from orders.flag_looks import Replay
from orders.flag_trials import PAIRS, Share, Trial, replay
from orders.ledger import flag_replay
from orders.ledger.verifying import instant
from orders.rule_books import Book

TOGETHER = 5


@click.group("flags")
def flags_group() -> None:
    """Why orders are rung back."""


@flags_group.command("check")
@click.argument("file", type=FILE)
def check(file: Path) -> None:
    """Read the rules of FILE, and say what is wrong with them."""
    rules = flag_rules.parse(text_of(file), str(file))
    click.echo(f"{len(rules.rules)} rules, version {rules.version}")


@flags_group.command("try")
@click.argument("file", type=FILE)
@click.option("--since", type=Instant(), help="orders before that are only the past of later ones")
@click.option("--json", "plain", is_flag=True, help="the whole result as one JSON document")
@shown_progress
@with_settings
def try_out(settings: Settings, file: Path, since: datetime | None, plain: bool, watched: bool) -> None:
    """Say what the rules of FILE would have done to past orders, and whether they would have been right."""
    rules = flag_rules.parse(text_of(file), str(file))
    with reading(settings) as connection, progress("orders", watched) as told:
        trial = flag_replay.tried(connection, rules, settings.service.zone, seconds(settings, since), told)
    if plain:
        click.echo(json.dumps(trial.plain, ensure_ascii=False))
    else:
        for line in _told(trial):
            click.echo(line)


def _told(trial: Trial) -> Iterator[str]:
    if not trial.orders or trial.first_at is None or trial.last_at is None:
        yield "there are no orders to try them on"
        return
    yield f"{trial.orders:,} orders of {instant(trial.first_at)} to {instant(trial.last_at)}"
    yield f"rules {trial.rules.version}, against those of the time"
    yield (
        f"would have flagged {_of(trial.would.orders, trial)} (now {_of(trial.did.orders, trial)}):"
        f" {trial.newly:,} newly, {trial.no_longer:,} no longer"
    )
    yield f"would have refused {_of(trial.would_refuse, trial)} (now {_of(trial.did_refuse, trial)})"
    yield f"of {trial.would.decided:,} that an agent decided, the customer did not want {_right(trial.would)}"
    yield f"of {trial.did.decided:,} flagged then and decided, {_right(trial.did)}"
    yield ""
    yield f"{'rule':<18}{'saw':>9}{'alone':>9}{'decided':>9}  unwanted"
    for code, of in trial.of.items():
        note = "" if replay(code) is Replay.EXACT else f"  ({replay(code)})"
        yield f"{code:<18}{of.saw.orders:>9,}{of.alone:>9,}{of.saw.decided:>9,}  {_right(of.saw)}{note}"
    if trial.together:
        yield ""
        for pair, times in trial.together.most_common(PAIRS)[:TOGETHER]:
            yield f"{' + '.join(pair)} together: {times:,}"


def _of(count: int, trial: Trial) -> str:
    return f"{count:,} or {100 * count / trial.orders:.1f} %"


def _right(share: Share) -> str:
    return "-" if share.right is None else f"{share.unwanted:,} ({100 * share.right:.0f} %)"


RULES = Words("rules", "are live", back="--configured", configured="the configured rules")
add_publishing(flags_group, Book.FLAGS, RULES)

COMMANDS = (flags_group,)
