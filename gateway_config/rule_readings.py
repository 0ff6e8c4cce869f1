"""How the rules that are published as text are read, and how a house goes by them, book by book."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from gateway_config.rule_texts import Reading
from gateway_config.settings import Settings
from orders import calling_hours, guide_rules, retry_rules
from orders.ledger.rule_texts import Kind


def readings(settings: Callable[[], Settings]) -> Mapping[Kind, Reading]:
    zone = settings().service.zone
    return {
        Kind.GUIDE: Reading(guide_rules.parse, guide_rules.standard, lambda house, guide: replace(house, guide=guide)),
        Kind.RETRIES: Reading(
            retry_rules.parse,
            lambda: settings().calls.retry_rules,
            lambda house, rules: replace(house, call_rules=rules),
        ),
        Kind.HOURS: Reading(
            lambda text, filename: calling_hours.parse(text, filename, zone),
            lambda: settings().calls.calling_hours(zone),
            lambda house, hours: replace(house, calling_hours=hours),
        ),
    }
