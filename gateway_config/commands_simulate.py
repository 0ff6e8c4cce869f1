"""Commands that play the other side of Hall, for rehearsals."""

from pathlib import Path
from typing import Any

import click
from pydantic import ValidationError

from channels.sms.centre.mischief import MischiefSettings
from channels.sms.centre.odd_receipts import EARLY, FORMS
from channels.sms.centre.settings import CentreSettings

FRACTION = click.FloatRange(0, 1)
SECONDS = click.FloatRange(min=0)
MISCHIEF = tuple(MischiefSettings.model_fields)
CENTRE = ("system_id", "application", "window", "response_timeout", "enquire_link", "waiting")
REMEMBERED = 20  # messages of a handset: nobody looks at them here


@click.group()
def simulate() -> None:
    """Play the other side of Hall, well or badly, to rehearse with."""


def _account(context: click.Context, option: click.Parameter, values: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    pairs = [tuple(value.split(":", 1)) for value in values]
    if any(len(pair) != 2 for pair in pairs):
        raise click.BadParameter("write it as SYSTEM_ID:PASSWORD")
    return tuple((name, password) for name, password in pairs)


def _forms(context: click.Context, option: click.Parameter, value: str) -> tuple[str, ...]:
    return tuple(form.strip() for form in value.split(",") if form.strip())


@simulate.command()
@click.option("--listen", default="tcp:2775:interface=127.0.0.1", show_default=True, help="a Twisted endpoint")
@click.option("--system-id", default="hall-smsc", show_default=True)
@click.option("--account", "accounts", multiple=True, callback=_account, metavar="ID:PASSWORD", help="who may bind")
@click.option("--application", default="hall", show_default=True, help="the system_id that serves the short codes")
@click.option("--short-code", "short_codes", multiple=True, default=("10086",), show_default=True)
@click.option("--window", default=10, show_default=True, help="deliver_sm in flight on a bind")
@click.option("--waiting", default=10_000, show_default=True, help="messages kept for one destination")
@click.option("--response-timeout", default=30.0, show_default=True, type=SECONDS)
@click.option("--enquire-link", default=30.0, show_default=True, type=SECONDS)
@click.option("--delay", default=0.0, type=SECONDS, help="answers come up to so many seconds late")
@click.option("--throttle", default=0.0, type=SECONDS, help="submit_sm a second; more are throttled")
@click.option("--drop", default=0.0, type=FRACTION, help="fraction that is taken and never answered")
@click.option("--refuse", default=0.0, type=FRACTION, help="fraction that is refused for the moment")
@click.option("--reorder", default=0.0, type=FRACTION, help="fraction of answers that others overtake")
@click.option("--duplicate", default=0.0, type=FRACTION, help="fraction of deliver_sm that come twice")
@click.option("--receipts", default="", callback=_forms, help=f"forms, with commas: {', '.join((*FORMS, EARLY))}")
@click.option("--refuse-binds", default=0.0, type=FRACTION, help="fraction of binds that are refused")
@click.option("--congestion", default=None, type=click.IntRange(0, 100), help="congestion_state of every answer")
@click.option("--disconnect", default=0.0, type=SECONDS, help="seconds from one cut connection to the next, about")
@click.option("--rubbish-pdus", default=0.0, type=SECONDS, help="seconds from one senseless PDU to the next, about")
@click.option("--rubbish-bytes", default=0.0, type=SECONDS, help="seconds from one burst of noise to the next, about")
@click.option("--load", "rate", default=0.0, type=SECONDS, help="messages a second from a crowd of subscribers")
@click.option("--subscribers", default=1000, show_default=True, type=click.IntRange(min=1))
@click.option("--text", "texts", multiple=True, default=("YE",), help="what the crowd texts; {n} is a number")
@click.option("--messages", "limit", default=0, type=click.IntRange(min=0), help="of the crowd in all; 0: no end")
@click.option("--type", "msisdn", default="", metavar="MSISDN", help="text from this terminal as this number")
@click.option("--seconds", default=0.0, type=SECONDS, help="stop after so long; 0: when told to")
@click.option("--every", default=0.0, type=SECONDS, help="a summary so often, not only at the end")
@click.option("--seed", default=None, type=int, help="the same seed misbehaves at the same messages")
@click.option("--journal", type=click.Path(dir_okay=False, path_type=Path), help="what became of each message, as JSON")
def smsc(**given: Any) -> None:
    """A message centre by itself, misbehaving as far as it is told to. `hall serve` binds to it like to any other."""
    from gateway_config.simulator import Load, Plan, run_simulator

    try:
        mischief = MischiefSettings(**{name: given[name] for name in MISCHIEF})
        centre = CentreSettings(
            handsets=given["subscribers"] + 1_000,
            remembered=REMEMBERED,
            **{name: given[name] for name in (*CENTRE, "accounts", "short_codes")},
        )
    except ValidationError as problem:
        raise click.UsageError("; ".join(each["msg"] for each in problem.errors())) from None
    crowd = Load(given["rate"], given["subscribers"], given["texts"], centre.short_codes[0], given["limit"])
    run_simulator(
        Plan(
            listen=given["listen"],
            centre=centre,
            mischief=mischief,
            load=crowd if crowd.rate else None,
            **{name: given[name] for name in ("msisdn", "seconds", "every", "seed", "journal")},
        )
    )


COMMANDS = (simulate,)
