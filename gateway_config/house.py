"""The ledger's house as configured: which engine takes turns, which words are said, which rules flag."""

from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from sqlalchemy import Connection

from channels.smpp.segments import count
from channels.smpp.thrift import thrifty
from channels.sms.hearing import join
from dialogs.editions import Editions
from dialogs.limits import load_limits
from dialogs.phrases import render_text
from dialogs.words import OfferFacts, Prompt
from gateway_config.dispatching import dispatching_of
from gateway_config.screens import lay_out
from gateway_config.settings import Settings
from orders import flag_rules, guide_rules
from orders.abnormal import HOUR, LIMITS
from orders.flags import Rules
from orders.ledger.house import Billing, House, selling
from orders.ledger.ids import Ids


def _all_there(connection: Connection, versions: Collection[str]) -> None:
    """No other edition than those at hand."""


def make_house(
    settings: Settings,
    editions: Editions,
    ids: Ids,
    offers: Mapping[str, OfferFacts],
    recall: Callable[[Connection, Collection[str]], None] = _all_there,
) -> House:
    zone = settings.service.zone

    def render(channel: str, prompt: Prompt, language: str) -> str:
        phrases = editions.for_prompt(prompt).phrases
        if channel != "sms":
            return render_text(phrases, prompt, language, zone, channel)
        return thrifty(render_text(phrases, prompt, language, zone, channel, _few_enough))

    house = House(
        node=settings.node.name,
        ids=ids,
        take_turn=editions.take_turn,
        render=render,
        join=join,
        lay_out=lay_out(editions, zone),
        recall=recall,
        language=settings.service.language,
        text_service=settings.text_service,
        time_zone=zone,
        flag_rules=rules_of(settings.orders.rules),
        guide=guide_rules.standard(),
        desk=settings.desk.rules,
        confirm_all=settings.orders.confirm == "all",
        stuck_after={**LIMITS, **{state: hours * HOUR for state, hours in settings.orders.stuck_hours.items()}},
        call_rules=settings.calls.retry_rules,
        calling_hours=settings.calls.calling_hours(zone),
        calls_out=settings.calls.calls_out,
        second_yes=frozenset(settings.orders.second_confirmation),
        second_yes_within=settings.orders.second_confirmation_hours * 3600,
        billing=billing_of(settings),
        dispatching=dispatching_of(settings),
        survey=settings.survey.rules,
        holds=settings.numbers.rules,
        puts_through=frozenset({"ivr"} if settings.ivr.asterisk and settings.ivr.waiting.on else ()),
        goes_on=frozenset({"ivr"} if settings.ivr.goes_on else ()),
        keys_only=frozenset({"ivr"}),
        other_number=settings.ivr.other_number > 0,
        go_on_by_text=settings.dialogs.go_on_by_text and bool(settings.sms.link),
    )
    return selling(house, offers, {})


def _few_enough(text: str) -> bool:
    limits = load_limits()
    return 2 * len(text) <= 67 * limits.segments or count(thrifty(text)) <= limits.segments


def rules_of(file: Path | None) -> Rules:
    return flag_rules.standard() if file is None else flag_rules.parse(file.read_text(encoding="utf-8"), str(file))


def billing_of(settings: Settings) -> Billing | None:
    """The embedded billing system; None when balances are asked of another."""
    if settings.billing.kind != "embedded":
        return None
    default = settings.billing.default_balance
    return Billing(None if default is None else int(default * 100))
