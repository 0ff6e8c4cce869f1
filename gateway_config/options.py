"""Options that several commands share."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from gateway_config.settings import Settings, load

DEFAULT = "hall.toml"


def with_settings(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--config FILE`, or HALL_CONFIG, or hall.toml here; the command is given the settings."""

    def loaded(context: click.Context, option: click.Parameter, value: str | None) -> Settings:
        return load(Path(value or os.environ.get("HALL_CONFIG") or DEFAULT))

    return click.option(
        "--config",
        "settings",
        metavar="FILE",
        callback=loaded,
        help="the configuration; else $HALL_CONFIG, else hall.toml here",
    )(command)
