"""The `hall` command. Each word below it is a small function that says what it did, or what is wrong and what to do.

What can be wrong on an operator's side (a configuration, a file to import, a database that is away, a second server) is
an exception with a text of its own; here it becomes that text on standard error and exit status 1.
"""

import sys

import click

from dialogs.problems import ScriptsRefused
from gateway_config import (
    commands_data,
    commands_dialogs,
    commands_links,
    commands_server,
    commands_simulate,
    commands_stock,
)
from gateway_config.commands_erasing import erase_subscriber
from gateway_config.commands_flags import COMMANDS as FLAGS
from gateway_config.commands_guide import COMMANDS as GUIDE
from gateway_config.commands_hub import COMMANDS as HUB
from gateway_config.commands_learning import COMMANDS as LEARNING
from gateway_config.commands_numbers import COMMANDS as NUMBERS
from gateway_config.commands_orders import COMMANDS as ORDERS
from gateway_config.commands_orders import orders_group
from gateway_config.commands_passwords import password_group
from gateway_config.commands_prompts import COMMANDS as PROMPTS
from gateway_config.commands_publishing import COMMANDS as PUBLISHING
from gateway_config.commands_reports import COMMANDS as REPORTS
from gateway_config.commands_skills import skills
from gateway_config.commands_surveys import survey
from gateway_config.passwords import Weak
from gateway_config.ports import PortTaken
from gateway_config.shelf import NotPublishable
from gateway_config.storage import NoDatabase
from orders.dead_letters import NoSuchLetter
from orders.desk_words import AgentExists, NoSuchAgent
from orders.ledger.claims import TooManyNodes
from orders.ledger.engine import SecondNode
from orders.ledger.erasing import CannotErase
from orders.ledger.schema import WrongSchema
from orders.ledger.stores import TooFew
from orders.links import NoSuchLink
from orders.people import BadPerson
from orders.publishing import CannotPublish
from orders.reports.hours import BadSpan
from orders.rows import Refused

OPERATORS = (
    PortTaken,
    Refused,
    ScriptsRefused,
    NoDatabase,
    SecondNode,
    TooManyNodes,
    WrongSchema,
    AgentExists,
    NoSuchAgent,
    BadPerson,
    NoSuchLetter,
    CannotErase,
    NoSuchLink,
    CannotPublish,
    BadSpan,
    NotPublishable,
    TooFew,
    Weak,
)


class Hall(click.Group):
    def invoke(self, context: click.Context) -> object:
        try:
            return super().invoke(context)
        except OPERATORS as problem:
            click.echo(str(problem), err=True)
            sys.exit(1)


@click.group(cls=Hall)
@click.version_option(package_name="hall")
def main() -> None:
    """Hall: an operator's service hall by text message, USSD and telephone."""


for command in (
    *commands_server.COMMANDS,
    *commands_data.COMMANDS,
    *commands_stock.COMMANDS,
    *NUMBERS,
    *ORDERS,
    *REPORTS,
    *FLAGS,
    *GUIDE,
    *commands_dialogs.COMMANDS,
    *commands_links.COMMANDS,
    *HUB,
    *PROMPTS,
    *commands_simulate.COMMANDS,
):
    main.add_command(command)
commands_data.subscribers_group.add_command(erase_subscriber)
commands_data.agents_group.add_command(skills)
commands_data.subscribers_group.add_command(password_group)
orders_group.add_command(survey)
for command in (*PUBLISHING, *LEARNING):
    commands_dialogs.dialogs.add_command(command)
