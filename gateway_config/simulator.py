"""The embedded message centre by itself: for rehearsing with one that misbehaves before the real one does.

    hall serve ──bind──► message centre on --listen ──► handsets that have everything at once
                           ▲        ▲
            --load: a crowd texts   └── --type: whoever sits at the terminal does

It ends by a signal, or after --seconds; and says then what happened how often.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from twisted.internet.endpoints import serverFromString
from twisted.internet.stdio import StandardIO

from channels.sms.centre.centre import MessageCentre
from channels.sms.centre.crowd import Crowd
from channels.sms.centre.journal import JsonJournal
from channels.sms.centre.mischief import Mischief, MischiefSettings
from channels.sms.centre.settings import CentreSettings
from channels.sms.centre.terminal import Terminal
from channels.sms.centre.troubles import Troubles
from channels.sms.centre.wire import CentreFactory
from gateway_config import logs
from gateway_config.ids import message_ids
from gateway_config.running import run


@dataclass(frozen=True, slots=True)
class Load:
    """rate: messages a second; limit: messages in all, 0 for no end."""

    rate: float
    subscribers: int
    texts: tuple[str, ...]
    to: str
    limit: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """seconds: 0 for until it is told to stop; every: seconds from one summary to the next, 0 for only the last."""

    listen: str
    centre: CentreSettings
    mischief: MischiefSettings
    load: Load | None = None
    msisdn: str = ""
    seconds: float = 0
    every: float = 0
    seed: int | None = None
    journal: Path | None = None


def run_simulator(plan: Plan) -> None:
    from twisted.internet import reactor

    logs.begin("warn")
    Simulator(plan, reactor).run()


class Simulator:
    def __init__(self, plan: Plan, reactor: Any) -> None:
        self._plan = plan
        self._reactor = reactor
        chance = Random(plan.seed)
        mischief = Mischief(plan.mischief, chance, plan.centre.accounts)
        settings = plan.centre.model_copy(update={"decimal_ids": plan.mischief.decimal_ids})
        self._file = plan.journal.open("w", encoding="utf-8") if plan.journal else None
        journal = JsonJournal(reactor, self._file) if self._file else None
        self._centre = MessageCentre(reactor, message_ids(), settings, mischief, journal)
        self._troubles = Troubles(reactor, self._centre, plan.mischief, chance)
        load = plan.load
        self._crowd = (
            Crowd(reactor, self._centre, load.rate, load.subscribers, load.texts, load.to, load.limit) if load else None
        )

    def run(self) -> None:
        try:
            run(self._reactor, self._start, self._stop, self._summary)
        finally:
            self._summary()
            if self._file:
                self._file.close()

    async def _start(self) -> None:
        endpoint = serverFromString(self._reactor, self._plan.listen)
        port = await endpoint.listen(CentreFactory(self._centre, self._reactor))
        say(f"The message centre listens on {port.getHost()}; Ctrl-C stops it.")
        self._troubles.begin()
        if self._crowd:
            self._crowd.begin()
        if self._plan.msisdn:
            StandardIO(Terminal(self._centre, self._plan.msisdn, self._plan.centre.short_codes[0], say))
        if self._plan.seconds:
            self._reactor.callLater(self._plan.seconds, self._reactor.stop)
        if self._plan.every:
            self._again()

    def _again(self) -> None:
        self._summary()
        self._reactor.callLater(self._plan.every, self._again)

    async def _stop(self) -> None:
        if self._crowd:
            self._crowd.end()
        self._troubles.end()
        await self._centre.stop()

    def _summary(self) -> None:
        say(summary(self._centre.manners.counts))


def summary(counts: Mapping[str, int]) -> str:
    return "\n".join(f"  {count:>9,}  {what}" for what, count in sorted(counts.items())) or "  nothing happened"


def say(text: str) -> None:
    print(text, file=sys.stdout, flush=True)
