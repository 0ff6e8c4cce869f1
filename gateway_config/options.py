"""Options that several commands share."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from gateway_config.settings import Settings, load

DEFAULT = "hall.toml"
CONFIGURATION = "hall.configuration"


def with_settings(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--config FILE`, or HALL_CONFIG, or hall.toml here; the command is given the settings."""

    def loaded(context: click.Context, option: click.Parameter, value: str | None) -> Settings:
        path = context.meta[CONFIGURATION] = Path(value or os.environ.get("HALL_CONFIG") or DEFAULT)
        return load(path)

    return click.option(
        "--config",
        "settings",
        metavar="FILE",
        callback=loaded,
        help="the configuration; else $HALL_CONFIG, else hall.toml here",
    )(command)


def rereader() -> Callable[[], Settings]:
    """Reads the command's configuration again, for a server that is told to reload."""
    path: Path = click.get_current_context().meta[CONFIGURATION]
    return lambda: load(path)
