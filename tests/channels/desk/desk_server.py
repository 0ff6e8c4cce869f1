"""The desk on ports of this machine, for a browser: `python -m tests.channels.desk.desk_server`.

Each line that it reads, `["DATABASE", PORT]`, is a desk more, in a process that is forked from one which has all that a
desk needs already; it answers with the number of that process. To start one from nothing takes ten times as long.
"""

import json
import os
import signal
import sys
import time
from dataclasses import replace
from typing import Any

from twisted.internet import epollreactor
from twisted.internet.defer import Deferred
from twisted.web.resource import Resource
from twisted.web.server import Site

from channels.desk.passwords import hashed
from dialogs.editions import open_edition, read_edition
from dialogs.words import OfferFacts
from orders import guide_rules
from orders.desk_words import Role
from orders.ledger import schema
from orders.ledger.engine import open_engine
from orders.order import Flag, OrderItem
from tests.channels.desk.desk_browser import PASSWORD, ZONE, Hall
from tests.channels.desk.seed_dialogs import seed_dialogs
from tests.channels.desk.seed_reports import seed_counts
from tests.orders.ledger.desk_seed import (
    CATALOGUE,
    ZHAO,
    seed_dead,
    seed_heard,
    seed_offers,
    seed_order,
    seed_said,
    seed_task,
)

OFFERS = {code: OfferFacts(code, keypad, {"zh": zh, "en": en}, price) for code, keypad, zh, en, price in CATALOGUE}


class WallClock:
    def seconds(self) -> float:
        return time.time()


def _serve(database: str, port: int) -> None:
    sys.modules.pop("twisted.internet.reactor", None)  # the one that was here before the fork
    epollreactor.install()  # type: ignore[no-untyped-call]
    from twisted.internet import reactor

    engine = open_engine(f"sqlite:///{database}")
    schema.upgrade(engine)
    hall = Hall(engine, WallClock(), hashed(PASSWORD), bells=reactor)
    hall.house = replace(hall.house, guide=guide_rules.standard(), offers=OFFERS)
    hall.hire("li")
    hall.hire("boss", Role.SUPERVISOR)
    now = time.time()
    with engine.begin() as connection:
        seed_offers(connection)
        flags = [Flag("high_value", {"total": 414_000, "limit": 200_000}), Flag("quantity", {"pieces": 3, "limit": 3})]
        seed_order(connection, "1000000016", items=[OrderItem("F800", 3, 138_000)], flags=flags, at=now - 60)
        seed_task(connection, 1, "1000000016", priority=50, due_at=now - 60, flags=flags)
        seed_heard(connection, 1, now - 90, "<b>你好</b>", intent="none")
        seed_said(connection, 2, now - 89, "没有听懂您的意思。")
        seed_dead(connection, 11, now - 600, "<i>您的余额</i>", "refused", "status 0x0b", ZHAO)
        seed_dead(connection, 12, now - 300, "订单已确认", "no_route", "no link may send from 10010", ZHAO)
        seed_order(connection, "1000000024", ZHAO, at=now - 30)
        seed_task(connection, 2, "1000000024", ZHAO, due_at=now - 30)
        seed_dialogs(connection, now)
        seed_counts(connection, now, ZONE)
        fetched = hall.shelf.fetch(connection)
    hall.shelf.follow(fetched, hall.shelf.opened(fetched))
    root = Resource()
    root.putChild(b"desk", hall.resource)
    Deferred.fromCoroutine(hall.newsroom.run())
    house: Any = reactor
    house.listenTCP(port, Site(root), interface="127.0.0.1")
    house.run()


def main() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them
    open_edition(read_edition())
    for line in sys.stdin:
        database, port = json.loads(line)
        if not (child := os.fork()):
            sys.stdin.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _serve(database, port)
        print(child, flush=True)


if __name__ == "__main__":
    main()
