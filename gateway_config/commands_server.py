"""Commands that run: the server, the demonstration; and the check before either."""

import sys
from collections.abc import Callable
from pathlib import Path

import click

from dialogs.checking import check as check_dialogs
from gateway_config.dispatching import dispatching_of
from gateway_config.house import rules_of
from gateway_config.number_settings import grades_of
from gateway_config.options import rereader, with_settings
from gateway_config.settings import Settings
from orders.rows import Refused


@click.command()
@with_settings
def serve(settings: Settings) -> None:
    """Run the server in the foreground. SIGTERM stops it in good order; SIGHUP reloads scripts, rules and links."""
    from gateway_config.running import run_server

    run_server(settings, rereader())


@click.command()
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), default=Path("var/demo"), show_default=True)
@click.option("--web-port", default=8086, show_default=True)
@click.option("--smpp-port", default=2775, show_default=True)
@click.option("--pace", default=10.0, show_default=True, help="seconds between two steps of a delivery")
def demo(data: Path, web_port: int, smpp_port: int, pace: float) -> None:
    """The demonstration: everything on this machine, with a message centre, a telephone and a desk to open."""
    from gateway_config.demo import run_demo

    run_demo(data, web_port, smpp_port, pace)


@click.command()
@with_settings
def check(settings: Settings) -> None:
    """Check the configuration, scripts, phrases and rules; exit status 1 and a line for each problem."""
    problems: list[object] = list(check_dialogs())
    problems += _of_rules(settings.orders.rules, "orders.rules", lambda: rules_of(settings.orders.rules))
    problems += _of_rules(settings.dispatch.rules, "dispatch.rules", lambda: dispatching_of(settings))
    problems += _of_rules(settings.numbers.grades, "numbers.grades", lambda: grades_of(settings.numbers))
    problems += _of_rules(settings.calls.retries, "calls.retries", lambda: settings.calls.retry_rules)
    problems += _of_rules(
        settings.calls.hours, "calls.hours", lambda: settings.calls.calling_hours(settings.service.zone)
    )
    for problem in problems:
        click.echo(str(problem))
    if problems:
        sys.exit(1)
    click.echo("no problems")


def _of_rules(file: Path | None, key: str, read: Callable[[], object]) -> list[object]:
    try:
        read()
    except Refused as refused:
        return [*refused.problems]
    except OSError as unread:
        return [f"{file}:1: cannot be read ({unread.strerror}): see {key}"]
    return []


COMMANDS = (serve, demo, check)
