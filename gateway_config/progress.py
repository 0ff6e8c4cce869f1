"""How far a long command has come, for whoever watches; nothing for a file or a program that reads along.

It is told on standard error, on a terminal or when asked for, a few times a second and not for every row.
"""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

SOMETIMES = 0.2

Told = Callable[[int, int | None], None]


@contextmanager
def progress(what: str, wanted: bool = False) -> Iterator[Told]:
    """A function to be told how many of how many (None: nobody knows) are done."""
    if not (wanted or sys.stderr.isatty()):
        yield lambda done, of: None
        return
    next_at, told = 0.0, False

    def tell(done: int, of: int | None) -> None:
        nonlocal next_at, told
        now = time.monotonic()
        if now >= next_at or done == of:
            next_at, told = now + SOMETIMES, True
            click.echo(
                f"\r{said(done, of)} {what}\x1b[K" if sys.stderr.isatty() else f"{said(done, of)} {what}",
                err=True,
                nl=not sys.stderr.isatty(),
            )

    yield tell
    if told and sys.stderr.isatty():
        click.echo(err=True)


def said(done: int, of: int | None) -> str:
    return f"{done:,} of {of:,}" if of else f"{done:,}"


def shown_progress(command: Callable[..., object]) -> Callable[..., object]:
    return click.option("--progress", "watched", is_flag=True, help="tell how far it is, also when nobody sits there")(
        command
    )
