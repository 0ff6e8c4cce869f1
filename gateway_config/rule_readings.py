"""How the rules that are published as text are read, and how a house goes by them, book by book."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from gateway_config.house import rules_of
from gateway_config.rule_texts import Reading
from gateway_config.settings import Settings
from orders import calling_hours, flag_rules, guide_rules, retry_rules
from orders.rule_books import Book


def readings(settings: Callable[[], Settings]) -> Mapping[Book, Reading]:
    zone = settings().service.zone
    return {
        Book.FLAGS: Reading(
            flag_rules.parse,
            lambda: rules_of(settings().orders.rules),
            lambda house, rules: replace(house, flag_rules=rules),
        ),
        Book.GUIDE: Reading(guide_rules.parse, guide_rules.standard, lambda house, guide: replace(house, guide=guide)),
        Book.RETRIES: Reading(
            retry_rules.parse,
            lambda: settings().calls.retry_rules,
            lambda house, rules: replace(house, call_rules=rules),
        ),
        Book.HOURS: Reading(
            lambda text, filename: calling_hours.parse(text, filename, zone),
            lambda: settings().calls.calling_hours(zone),
            lambda house, hours: replace(house, calling_hours=hours),
        ),
    }
