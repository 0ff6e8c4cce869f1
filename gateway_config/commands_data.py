"""Commands about what is stored: the schema, the catalogue, subscribers, agents."""

import time
from pathlib import Path

import click

from gateway_config import passwords
from gateway_config.operator import operator
from gateway_config.options import with_settings
from gateway_config.progress import progress, shown_progress
from gateway_config.settings import Settings
from gateway_config.spoken import spoken
from gateway_config.storage import opened, reading, transaction
from orders import catalogue, subscribers
from orders.desk_words import Role
from orders.ledger import agents, imports, schema
from orders.ledger import people as staff
from orders.people import By
from orders.rows import Problem, Refused

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


# ── Schema ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@click.group()
def db() -> None:
    """The database's schema."""


@db.command("upgrade")
@with_settings
def upgrade(settings: Settings) -> None:
    """Bring the database to what this version needs."""
    with opened(settings) as engine:
        before = schema.current(engine)
        schema.upgrade(engine)
        click.echo(f"from revision {before or 'none'} to {schema.current(engine)}")


@db.command("current")
@with_settings
def current(settings: Settings) -> None:
    """Say which revision the database is at, and which this version needs."""
    with opened(settings) as engine:
        click.echo(f"{schema.current(engine) or 'none'} (this version needs {schema.head()})")


# ── Imports ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def text_of(file: Path) -> str:
    """Raises Refused; what office programs export in Chinese is often not UTF-8."""
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise Refused([Problem(str(file), 1, "is not UTF-8: save the file as such")]) from None


@click.group("catalogue")
def catalogue_group() -> None:
    """What can be ordered."""


@catalogue_group.command("import")
@click.argument("file", type=FILE)
@with_settings
def import_catalogue(settings: Settings, file: Path) -> None:
    """Make FILE (YAML or CSV) the catalogue. A running server takes it over within a second or two."""
    offers = catalogue.parse(text_of(file), str(file), settings.service.zone)
    with transaction(settings) as connection:
        imports.import_offers(connection, offers)
    click.echo(f"{len(offers)} offers, {sum(offer.sold for offer in offers)} of them sold")


@click.group("subscribers")
def subscribers_group() -> None:
    """What is known of subscribers."""


@subscribers_group.command("import")
@click.argument("file", type=FILE)
@shown_progress
@with_settings
def import_subscribers(settings: Settings, file: Path, watched: bool) -> None:
    """Take over addresses, languages, balances … from FILE (YAML or CSV)."""
    with transaction(settings) as connection:
        people = subscribers.parse(text_of(file), str(file), spoken(connection))
        with progress("subscribers", watched) as told:
            imports.import_subscribers(connection, people, time.time(), told)
    click.echo(f"{len(people)} subscribers")


# ── Agents ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@click.group("agents")
def agents_group() -> None:
    """The people at the desk."""


@agents_group.command("add")
@click.argument("name")
@click.option("--role", type=click.Choice([role.value for role in Role]), default=Role.AGENT.value, show_default=True)
@click.option("--password-stdin", is_flag=True, help="read the password from standard input")
@with_settings
def add_agent(settings: Settings, name: str, role: str, password_stdin: bool) -> None:
    """Let NAME sign in at the desk."""
    secret = passwords.ask(password_stdin)
    with transaction(settings) as connection:
        staff.make(connection, By(operator()), time.time(), name, Role(role), secret)
    click.echo(f"{name} may sign in as {role}")


@agents_group.command("list")
@with_settings
def list_agents(settings: Settings) -> None:
    """Who may sign in."""
    with reading(settings) as connection:
        people = agents.listed(connection)
    for person in people:
        locked = person.locked_until is not None and person.locked_until > time.time()
        click.echo(f"{person.name}\t{person.role.value}\t{_standing(person.disabled, locked)}")


def _standing(disabled: bool, locked: bool) -> str:
    return "disabled" if disabled else "locked" if locked else "active"


@agents_group.command("passwd")
@click.argument("name")
@click.option("--password-stdin", is_flag=True, help="read the password from standard input")
@with_settings
def change_password(settings: Settings, name: str, password_stdin: bool) -> None:
    """Give NAME a new password; every session of the old one ends."""
    secret = passwords.ask(password_stdin)
    with transaction(settings) as connection:
        staff.set_password(connection, By(operator()), time.time(), name, secret)
    click.echo(f"{name} has a new password")


@agents_group.command("phone")
@click.argument("name")
@click.argument("phone", default="")
@with_settings
def phone(settings: Settings, name: str, phone: str) -> None:
    """How Asterisk dials this agent's telephone, as PJSIP/8001; without PHONE he dials by hand."""
    with transaction(settings) as connection:
        staff.set_phone(connection, By(operator()), time.time(), name, phone)
    click.echo(f"{name} is rung at {phone}" if phone else f"{name} dials by hand")


@agents_group.command("disable")
@click.argument("name")
@with_settings
def disable_agent(settings: Settings, name: str) -> None:
    """Let NAME in no more, at once."""
    with transaction(settings) as connection:
        staff.disable(connection, By(operator()), time.time(), name)
    click.echo(f"{name} may not sign in any more")


@agents_group.command("enable")
@click.argument("name")
@with_settings
def enable_agent(settings: Settings, name: str) -> None:
    """Let NAME in again who was disabled, or locked out by wrong passwords."""
    with transaction(settings) as connection:
        staff.enable(connection, By(operator()), time.time(), name)
    click.echo(f"{name} may sign in")


@agents_group.command("role")
@click.argument("name")
@click.argument("role", type=click.Choice([role.value for role in Role]))
@with_settings
def change_role(settings: Settings, name: str, role: str) -> None:
    """Give NAME another role, from his next request on."""
    with transaction(settings) as connection:
        staff.set_role(connection, By(operator()), time.time(), name, Role(role))
    click.echo(f"{name} is {role} now")


COMMANDS = (db, catalogue_group, subscribers_group, agents_group)
