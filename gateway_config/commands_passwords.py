"""`hall subscribers password`: the six digits by which a subscriber proves on the telephone who he is.

No password is ever an argument, where every user of the machine could read it: it comes from a prompt that does not
show it, or on standard input. Hashes that another system has made (argon2, as `$argon2id$…`) are taken as they are.
"""

import os
import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TextIO

import click

from channels.desk.passwords import hashed
from channels.msisdn import normalise
from gateway_config.options import with_settings
from gateway_config.passwords import Weak
from gateway_config.progress import progress, shown_progress
from gateway_config.settings import Settings
from gateway_config.storage import reading, transaction
from orders.ledger import service_passwords
from orders.rows import Problem, Refused
from orders.service_password import BadServicePassword, checked

MADE = "$argon2"


@click.group("password")
def password_group() -> None:
    """By what a subscriber proves on the telephone who he is."""


@password_group.command("set")
@click.argument("msisdn")
@click.option("--password-stdin", is_flag=True, help="read it from standard input")
@with_settings
def set_password(settings: Settings, msisdn: str, password_stdin: bool) -> None:
    """Give MSISDN a service password; wrong tries before it count no more."""
    subscriber = _number(settings, msisdn)
    try:
        secret = hashed(checked(_asked(password_stdin)))
    except BadServicePassword as problem:
        raise Weak(str(problem)) from None
    with transaction(settings) as connection:
        service_passwords.put(connection, [(subscriber, secret)], time.time())
    click.echo(f"{subscriber} has a new service password")


def _asked(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\n")
    return str(click.prompt("Service password", hide_input=True, confirmation_prompt=True))


@password_group.command("clear")
@click.argument("msisdn")
@with_settings
def clear_password(settings: Settings, msisdn: str) -> None:
    """Take the service password of MSISDN away: nobody can sign in with it any more."""
    subscriber = _number(settings, msisdn)
    with transaction(settings) as connection:
        there = service_passwords.clear(connection, subscriber)
    click.echo(f"{subscriber} has no service password" + ("" if there else ", and had none"))


@password_group.command("unlock")
@click.argument("msisdn")
@with_settings
def unlock_password(settings: Settings, msisdn: str) -> None:
    """Forget the wrong tries of MSISDN."""
    subscriber = _number(settings, msisdn)
    with transaction(settings) as connection:
        tried = service_passwords.unlock(connection, subscriber)
    click.echo(f"{subscriber} may try again" if tried else f"nobody has tried the password of {subscriber} of late")


@password_group.command("show")
@click.argument("msisdn")
@with_settings
def show_password(settings: Settings, msisdn: str) -> None:
    """Say whether MSISDN has one, and whether it is locked."""
    subscriber = _number(settings, msisdn)
    with reading(settings) as connection:
        there = service_passwords.hash_of(connection, subscriber) is not None
        stands = service_passwords.stands(connection, subscriber, time.time())
    until = stands.locked_until
    locked = (
        f"locked until {time.strftime('%Y-%m-%d %H:%M', time.localtime(until))}" if until else f"{stands.left} tries"
    )
    click.echo(f"{subscriber}\t{'set' if there else 'none'}\t{locked}")


@password_group.command("import")
@shown_progress
@with_settings
def import_passwords(settings: Settings, watched: bool) -> None:
    """Take over service passwords from standard input: on each line a number, a blank, and its password or its hash."""
    wanted = list(_read(settings, sys.stdin))
    with progress("service passwords", watched) as told, ThreadPoolExecutor(os.cpu_count()) as pool:
        hashes = []
        for done, row in enumerate(pool.map(_hash, wanted), 1):
            hashes.append(row)
            told(done, len(wanted))
    with transaction(settings) as connection:
        count = service_passwords.put(connection, hashes, time.time())
    click.echo(f"{count} service passwords")


def _hash(row: tuple[str, str]) -> tuple[str, str]:
    subscriber, secret = row
    return subscriber, secret if secret.startswith(MADE) else hashed(secret)


def _read(settings: Settings, lines: TextIO) -> Iterable[tuple[str, str]]:
    """Raises Refused, which names lines and no passwords."""
    rows: dict[str, str] = {}
    problems = []
    for line, text in _filled(lines):
        try:
            subscriber, secret = _row(settings, text)
            rows[subscriber] = secret
        except BadServicePassword as problem:
            problems.append(Problem("standard input", line, str(problem)))
    if problems:
        raise Refused(problems)
    return rows.items()


def _row(settings: Settings, text: str) -> tuple[str, str]:
    number, _, secret = text.partition(" ")
    subscriber, secret = normalise(number, settings.service.country), secret.strip()
    if not subscriber:
        raise BadServicePassword("it does not begin with a telephone number")
    return subscriber, secret if secret.startswith(MADE) else checked(secret)


def _filled(lines: TextIO) -> Iterator[tuple[int, str]]:
    return ((line, text.strip()) for line, text in enumerate(lines, 1) if text.strip())


def _number(settings: Settings, msisdn: str) -> str:
    subscriber = normalise(msisdn, settings.service.country)
    if not subscriber:
        raise click.BadParameter(f"{msisdn!r} is no telephone number")
    return subscriber
