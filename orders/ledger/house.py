"""What a batch is given by those who assemble the server: how a turn is taken, how words are made, who this node is.

The ledger knows dialogs only by their words. The engine that takes a turn, the phrases, the alphabet of a text message:
all of it comes in here as functions, and every one of them is pure, because a batch may be taken twice.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, tzinfo
from secrets import token_bytes

from sqlalchemy import Connection

from dialogs.words import Dialog, Facts, Inbound, MessagePart, OfferFacts, Outcome, Prompt, Say
from orders.abnormal import LIMITS
from orders.calling import CallsOut
from orders.calling_hours import CallingHours
from orders.catalogue import CHANNELS as EVERYWHERE
from orders.desk import CallRules
from orders.desk_lanes import DeskRules
from orders.dispatching import Dispatching
from orders.flags import Rules
from orders.guide import Guide
from orders.ledger.ids import Ids
from orders.ledger.numbering import Numbers
from orders.numbers import HoldRules
from orders.order import OrderState
from orders.surveying import SurveyRules
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
    flag_rules:   why an order is rung back; confirm_all: every order is. guide: what is said then, and asked.
    desk:         who may take which call, and what an agent has time for.
    calling_hours: when people may be rung, where they are; calls_out: which calls the house makes by itself.
    billing:      None when balances are asked of a system outside.
    text_validity, session_validity: seconds for which a text message, or an answer in a session, is worth sending.
    lay_out:      how a session's channel is to show what is said, in that channel's own words.
    recall:       sees to it that these versions of the dialogs are there; asked before the turns of a batch.
    survey:       how people are asked after a delivery; None: nobody is.
    dispatching:  who carries what was ordered; without a carrier nothing is sent.
    holds:        for how long telephone numbers are kept for whom, and how many.
    lease:        seconds for which a row handed to this node's own channels is nobody else's.
    offers, stock: what is sold, and how many there are left of what is not without end.
    not_here:     what is sold, but not by these channels.
    stuck_after:  how long an order may stand in a state until somebody has to look, in seconds.
    second_yes:   channels whose orders wait for a yes by text, and for how long, in seconds.
    puts_through: channels in which who wants an agent may wait for one, instead of being rung back.
    goes_on:      channels whose sessions are not over when a dialog has ended in them.
    keys_only:    channels in which nobody can write, as in a call; other_number: there somebody may be served as the
        subscriber of a number that is not his, if he has its password.
    go_on_by_text: whether a question that a dropped session left standing is offered by text as well.
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
    flag_rules: Rules = field(default_factory=Rules)
    confirm_all: bool = False
    call_rules: CallRules = field(default_factory=CallRules)
    calling_hours: CallingHours = field(default_factory=CallingHours)
    calls_out: CallsOut = field(default_factory=CallsOut)
    guide: Guide = field(default_factory=Guide)
    desk: DeskRules = field(default_factory=DeskRules)
    numbers: Numbers = field(default_factory=Numbers)
    billing: Billing | None = None
    offers: Mapping[str, OfferFacts] = field(default_factory=dict)
    dispatching: Dispatching = field(default_factory=Dispatching)
    survey: SurveyRules | None = None
    stock: Mapping[str, int] = field(default_factory=dict)
    not_here: Mapping[str, frozenset[str]] = field(default_factory=dict)
    text_validity: float = DAY
    session_validity: float = 30.0
    holds: HoldRules = field(default_factory=HoldRules)
    lease: float = 120.0
    second_yes: frozenset[str] = frozenset()
    second_yes_within: float = DAY
    stuck_after: Mapping[OrderState, float] = field(default_factory=lambda: LIMITS)
    go_on_by_text: bool = True
    puts_through: frozenset[str] = frozenset()
    goes_on: frozenset[str] = frozenset()
    keys_only: frozenset[str] = frozenset()
    other_number: bool = False
    salt: Callable[[], bytes] = salted


def selling(house: House, offers: Mapping[str, OfferFacts], stock: Mapping[str, int]) -> House:
    """The house with what is now sold in it. What has not changed stays the same object: turns keep what they made of
    it by that."""
    if offers == house.offers:
        return house if stock == house.stock else replace(house, stock=stock)
    channels = {channel for offer in offers.values() for channel in offer.channels} | set(EVERYWHERE)
    hidden = {channel: frozenset(_not_sold_on(channel, offers)) for channel in channels}
    return replace(house, offers=offers, stock=stock, not_here={name: codes for name, codes in hidden.items() if codes})


def _not_sold_on(channel: str, offers: Mapping[str, OfferFacts]) -> Iterator[str]:
    return (code for code, offer in offers.items() if offer.channels and channel not in offer.channels)
