"""Commands about the pool of telephone numbers: taken in from a file, looked at, withdrawn, given back."""

import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import click
from click._termui_impl import ProgressBar
from click.termui import progressbar

from gateway_config.commands_data import FILE
from gateway_config.number_settings import grades_of
from gateway_config.options import with_settings
from gateway_config.settings import Settings
from gateway_config.storage import reading, transaction
from orders.ledger import number_importing, number_keeping
from orders.ledger.number_finding import find
from orders.number_import import Reader
from orders.number_patterns import BadPattern
from orders.number_search import Criteria, begin, wanted
from orders.numbers import NumberState, PoolNumber
from orders.rows import Problem, Refused

EVERY = 20_000  # lines, from one time that the bar is moved on to the next

Bar = ProgressBar[int]


@click.group("numbers")
def numbers_group() -> None:
    """Telephone numbers to choose from."""


@numbers_group.command("import")
@click.argument("file", type=FILE)
@with_settings
def import_numbers(settings: Settings, file: Path) -> None:
    """Take the numbers of FILE (CSV) into the pool: all of them, or none if anything is wrong with one."""
    reader = Reader(str(file), grades_of(settings.numbers))
    with _opened(file) as lines, _bar("checking", file.stat().st_size) as checked:
        count, problems = reader.problems(_measured(lines, checked))
    if problems:
        raise Refused(problems)
    with transaction(settings) as connection, _opened(file) as lines, _bar("importing", count) as bar:
        done = number_importing.take_in(connection, reader.numbers(lines), time.time(), bar.update)
    click.echo(f"{done.new} new numbers, {done.changed} changed, {done.same} as they were")


@contextmanager
def _opened(file: Path) -> Iterator[TextIO]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            yield lines
    except UnicodeDecodeError:
        raise Refused([Problem(str(file), 1, "is not UTF-8: save the file as such")]) from None


def _bar(what: str, length: int) -> Bar:
    """How far it is, on standard error: what is printed may go to a file."""
    return progressbar(length=length, label=what, file=sys.stderr)


def _measured(lines: Iterable[str], bar: Bar) -> Iterator[str]:
    """The lines, while the bar moves by the octets that have gone by."""
    passed = 0
    for number, line in enumerate(lines):
        passed += len(line.encode())
        if number % EVERY == 0:
            bar.update(passed)
            passed = 0
        yield line
    bar.update(passed)


@numbers_group.command("list")
@click.argument("pattern", default="")
@click.option("--contains", default="", help="digits anywhere among the last eight")
@click.option("--without-4", is_flag=True)
@click.option("--grade", default="")
@click.option("--region", default="")
@click.option("--state", type=click.Choice([state.value for state in NumberState]), default=NumberState.FREE.value)
@click.option("--most", type=click.IntRange(1, 1000), default=20, show_default=True)
@with_settings
def list_numbers(
    settings: Settings, pattern: str, contains: str, without_4: bool, grade: str, region: str, state: str, most: int
) -> None:
    """Free numbers that end with PATTERN (888, AABB, ?8?8), or numbers in another STATE."""
    with reading(settings) as connection:
        if state != NumberState.FREE:
            found = number_keeping.in_state(connection, NumberState(state), most)
        else:
            end = _wanted(pattern)
            criteria = Criteria(end.tail, contains, end.pattern, without_4, grade, region)
            now = time.time()
            found = list(find(connection, criteria, now, most, begin(int(now))).numbers)
    for each in found:
        click.echo(_line(each))


def _wanted(pattern: str) -> Criteria:
    try:
        return wanted(pattern)
    except BadPattern as problem:
        raise click.BadParameter(str(problem)) from None


def _line(each: PoolNumber) -> str:
    terms = each.terms
    owed = f"{terms.monthly / 100:.2f} x {terms.months}" if terms.months else "-"
    whose = each.order or each.holder or ""
    return "\t".join([each.number, each.state, terms.grade, f"{terms.prepaid / 100:.2f}", owed, each.region, whose])


@numbers_group.command("stats")
@with_settings
def count_numbers(settings: Settings) -> None:
    """How many there are in each state, and of which grades the free ones are."""
    with reading(settings) as connection:
        states, grades = number_keeping.by_state(connection), number_keeping.free_by_grade(connection)
    for name, count in (*states.items(), *((f"free {grade}", count) for grade, count in grades.items())):
        click.echo(f"{name}\t{count}")


@numbers_group.command("withdraw")
@click.argument("numbers", nargs=-1, required=True)
@with_settings
def withdraw(settings: Settings, numbers: tuple[str, ...]) -> None:
    """Let nobody choose these any more. What somebody holds, has ordered or has bought is left alone."""
    with transaction(settings) as connection:
        left = [number for number in numbers if not number_keeping.withdraw(connection, number, time.time())]
    click.echo(f"{len(numbers) - len(left)} withdrawn")
    _refuse(left, "is not free: it is not in the pool, or somebody has it")


@numbers_group.command("return")
@click.argument("numbers", nargs=-1, required=True)
@with_settings
def give_back(settings: Settings, numbers: tuple[str, ...]) -> None:
    """Withdrawn numbers may be chosen again; sold ones that came back, once they have cooled off."""
    rules = settings.numbers.rules
    with transaction(settings) as connection:
        told = {number: number_keeping.give_back(connection, number, rules, time.time()) for number in numbers}
    for each in told.values():
        if each is not None:
            click.echo(_line(each))
    _refuse([number for number, each in told.items() if each is None], "is neither withdrawn nor sold")


def _refuse(numbers: list[str], why: str) -> None:
    for number in numbers:
        click.echo(f"{number} {why}", err=True)
    if numbers:
        raise SystemExit(1)


COMMANDS = (numbers_group,)
