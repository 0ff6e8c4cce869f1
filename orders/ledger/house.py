"""What a batch is given by those who assemble the server: how a turn is taken, how words are made, who this node is.

The ledger knows dialogs only by their words. The engine that takes a turn, the phrases, the alphabet of a text message:
all of it comes in here as functions, and every one of them is pure, because a batch may be taken twice.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from secrets import token_bytes

from sqlalchemy import Connection

from dialogs.words import Dialog, Facts, Inbound, MessagePart, OfferFacts, Outcome, Prompt, Say
from orders.desk import CallRules
from orders.flags import Rules
from orders.ledger.ids import Ids
from orders.ledger.numbering import Numbers
from orders.veil import SALT

DAY = 86_400.0


def salted() -> bytes:
    return token_bytes(SALT)


@dataclass(frozen=True, slots=True)
class Billing:
    """The embedded billing system. default_balance: in fen, for subscribers not in its table; None: no account."""

    default_balance: int | None = None


@dataclass(frozen=True, slots=True)
class House:
    """
    language:     of subscribers who have not chosen one.
    text_service: the address that notices come from.
    flag_rules:   why an order is rung back; confirm_all: every order is.
    billing:      None when balances are asked of a system outside.
    text_validity, session_validity: seconds for which a text message, or an answer in a session, is worth sending.
    lay_out:      how a session's channel is to show what is said, in that channel's own words.
    recall:       sees to it that these versions of the dialogs are there; asked before the turns of a batch.
    lease:        seconds for which a row handed to this node's own channels is nobody else's.
    salt:         octets that nobody can guess, for what is veiled; a batch that is taken again has others.
    """

    node: str
    ids: Ids
    take_turn: Callable[[Dialog, Inbound, Facts, float], Outcome]
    render: Callable[[str, Prompt, str], str]
    join: Callable[[Sequence[MessagePart]], str]
    lay_out: Callable[[str, Sequence[Say]], str] = lambda channel, says: ""
    recall: Callable[[Connection, Collection[str]], None] = lambda connection, versions: None
    language: str = "zh"
    text_service: str = "10086"
    time_zone: tzinfo = UTC
    flag_rules: Rules = ()
    confirm_all: bool = False
    call_rules: CallRules = field(default_factory=CallRules)
    numbers: Numbers = field(default_factory=Numbers)
    billing: Billing | None = None
    offers: Mapping[str, OfferFacts] = field(default_factory=dict)
    text_validity: float = DAY
    session_validity: float = 30.0
    lease: float = 120.0
    salt: Callable[[], bytes] = salted
