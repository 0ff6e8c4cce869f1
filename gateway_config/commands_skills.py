"""`hall agents skills`: what agents speak and know. It stands beside the other commands about agents."""

import time

import click

from dialogs.manner import languages as spoken
from gateway_config.operator import operator
from gateway_config.options import with_settings
from gateway_config.settings import Settings
from gateway_config.storage import reading, transaction
from orders.desk_lanes import Hand
from orders.ledger import agent_skills, agents, people
from orders.people import By


@click.command("skills")
@click.argument("name", required=False)
@click.option("--language", "languages", multiple=True, help="that NAME speaks; may be given several times")
@click.option("--skill", "skills", multiple=True, help="of those in [[desk.skill]]; may be given several times")
@click.option("--clear", is_flag=True, help="NAME takes whatever comes")
@with_settings
def skills(
    settings: Settings, name: str | None, languages: tuple[str, ...], skills: tuple[str, ...], clear: bool
) -> None:
    """Say which languages NAME speaks and what he knows, or show it; without NAME, of everybody.

    Who has no languages, or no skills, takes whatever comes. The skill `general` is nobody's need: who has only that
    takes what needs none.
    """
    if name is None:
        if languages or skills or clear:
            raise click.UsageError("say whose skills they are")
        with reading(settings) as connection:
            for each in agent_skills.known(connection).values():
                click.echo(_told(each))
        return
    _known(languages, spoken(), "language")
    _known(skills, (*(skill.name for skill in settings.desk.skill), "general"), "skill")
    with transaction(settings) as connection:
        if clear or languages or skills:
            nothing = () if clear else None
            told = languages or nothing, skills or nothing
            people.teach(connection, By(operator()), time.time(), name, *told)
        agents.must_exist(connection, name)
        click.echo(_told(agent_skills.known(connection)[name]))


def _known(told: tuple[str, ...], known: tuple[str, ...] | list[str], what: str) -> None:
    if unknown := [each for each in told if each not in known]:
        raise click.UsageError(f"unknown {what} {', '.join(unknown)}; known are {', '.join(known)}")


def _told(of: Hand) -> str:
    return (
        f"{of.agent}\t{' '.join(sorted(of.languages)) or 'any language'}\t{' '.join(sorted(of.skills)) or 'any skill'}"
    )
