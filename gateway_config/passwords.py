"""How a command comes by a password: from a prompt that does not show it, or from standard input."""

import sys

import click

from channels.desk.passwords import hashed, weakness


class Weak(Exception):
    """The password will not do; the text says why."""


def ask(from_stdin: bool) -> str:
    """The hash of what was typed."""
    password = (
        sys.stdin.readline().rstrip("\n")
        if from_stdin
        else click.prompt("Password", hide_input=True, confirmation_prompt=True)
    )
    if (why := weakness(password)) is not None:
        raise Weak(why)
    return hashed(password)
