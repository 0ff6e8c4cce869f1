"""Six weeks of a small hall, as they would have been counted: always the same weeks, up to the day of `now`."""

from collections import Counter
from datetime import tzinfo

from sqlalchemy import Connection

from orders.ledger.counting import Counts, count_step
from orders.reports.hours import day_of, hour_of

DAY, HOUR = 86_400, 3_600
OFFERS, FLAGS = ("F800", "SJK"), ("high_value", "night", "first_order")
CHANNELS = ("sms", "sms", "sms", "ussd", "ivr", "web")
FATES = (
    ("new>good", "good>done"),
    ("new>good", "good>done"),
    ("new>good",),
    ("new>waiting", "waiting>good", "good>done"),
    ("new>waiting", "waiting>good", "good>lost:fail"),
    ("new>waiting", "waiting>lost:reject"),
    ("new>waiting", "waiting>lost:give_up"),
    ("new>good", "good>lost:cancel"),
    ("new>waiting",),
    ("new>lost:place_refused",),
)
SAID = ("confirmed", "confirmed", "changed", "no_answer", "busy", "rejected", "call_later", "not_ordered")


def seed_counts(connection: Connection, now: float, zone: tzinfo, orders: int = 1_000, days: int = 42) -> None:
    counts = Counts("hall-1")
    for place in range(orders):
        _order(counts, place, now - (place * 7_919 % (days * DAY)) * 1.0, zone)
    for place in range(orders // 3):
        at = day_of(now - place % days * DAY, zone) + (9 + place * place % 11) * HOUR
        counts.add("agent", at, ("li", "sun", "ann")[place % 3], SAID[place * 5 % len(SAID)], "")
    for place in range(orders * 3):
        _talk(counts, place, day_of(now - place % days * DAY, zone))
    counts.flush(connection)


def _order(counts: Counts, place: int, at: float, zone: tzinfo) -> None:
    hour, day = hour_of(at, zone), day_of(at, zone)
    busy = day + (9 + place * place % 12) * HOUR if place % 3 else hour
    offer, fen = OFFERS[place % 5 == 0], 29_900 if place % 5 == 0 else 138_000
    fate = FATES[place * 3 % len(FATES)]
    flags = (FLAGS[place % 3],) if "waiting" in fate[0] else ()
    for step in fate:
        count_step(counts, busy, day, CHANNELS[place % 6], step, fen, Counter({offer: fen}), flags)


def _talk(counts: Counts, place: int, day: int) -> None:
    channel = ("sms", "sms", "ussd", "ivr")[place % 4]
    script = ("order", "balance", "help", "numbers", "status")[place * place % 5]
    counts.add("heard", day, script if place % 9 else "none", "", channel)
    counts.add("talk", day, "", "begun", channel)
    counts.add("script", day, script, "begun", channel)
    if place % 7:
        end = "finished" if place % 5 else "gave_up"
        counts.add("talk", day, "", end, channel)
        counts.add("script", day, script, end, channel)
