"""Fifty calls at once while everything about them dies: every order is exact, every call ends, the line is back.

    python -m tests.proof.calls --calls 200 --at-once 50 --kills 3 --deaths 3 --cuts 5 --seed 1

Callers ring a real Asterisk and order by keys, each at his own pace; some hang up in the middle. Meanwhile Hall is
killed with SIGKILL and started again, Asterisk is, and the connection between them is cut. Nobody who is cut off rings
again, so that what he did is what his one call did. At the end the ledger, Asterisk and the telephones are asked:

- whoever was told of an order has one, whoever has one was told, nobody has two, and each waits for one call back;
- whoever has one has it in writing, once; whoever did not say yes has none;
- the chain of the orders holds, nothing is unsent, nothing is in quarantine, no session stands;
- no call is left: not in Asterisk, not in Hall, not at a telephone.

How long the line was away each time is told, and is too long if it is longer than `--within`.
"""

import argparse
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.peers.asterisk import Asterisk
from tests.peers.cable import Cable
from tests.peers.embedded import EmbeddedCentre
from tests.peers.hall import Hall, Setup, setup
from tests.peers.line import configured, until
from tests.peers.phone import Call, Phone

KEYS = ("3", "1001#", "1")
HEARD = '"pbx-a: heard"'
QUIET_WITHIN = 60.0
ORDERED = "SELECT subscriber FROM orders"
TOLD = "SELECT DISTINCT subscriber FROM outbound WHERE phrase LIKE 'order.flagged%'"
WRITTEN = """
    SELECT subscriber FROM outbound WHERE channel = 'sms' AND phrase NOT LIKE 'order.flagged%'
    AND text LIKE '%F800%' AND text LIKE '%订单号%'
"""
NONE = {
    "messages are not sent": "SELECT count(*) FROM outbound WHERE due_at IS NOT NULL",
    "inputs are in quarantine": "SELECT count(*) FROM quarantine",
    "sessions stand": "SELECT count(*) FROM dialogs WHERE substr(thread, 1, 4) = 'ivr:' AND thread LIKE '%/%'"
    " AND place IS NOT NULL",
    "subscribers have two orders": "SELECT count(*) FROM"
    " (SELECT 1 FROM orders GROUP BY subscriber HAVING count(*) > 1)",
    "orders wait for none or for two calls": "SELECT count(*) FROM orders WHERE 1 <>"
    " (SELECT count(*) FROM call_tasks WHERE call_tasks.order_number = orders.number)",
}


@dataclass(frozen=True, slots=True)
class Plan:
    """rate: new calls a second, until there are `calls`; at most so many at once. seconds: between two blows."""

    calls: int = 200
    at_once: int = 50
    rate: float = 10.0
    kills: int = 3
    deaths: int = 3
    cuts: int = 5
    seconds: tuple[float, float] = (2.0, 5.0)
    seed: int = 1

    def blows(self, chance: random.Random) -> list[str]:
        blows = ["kill"] * self.kills + ["death"] * self.deaths + ["cut"] * self.cuts
        chance.shuffle(blows)
        return blows


@dataclass(slots=True)
class Caller:
    """patience: how many of his keys he presses before he hangs up; all of them, and he waits to hear."""

    number: str
    call: Call
    pace: float
    patience: int
    pressed: int = 0
    next_at: float | None = None

    def goes_on(self, now: float) -> bool:
        """Whether he is still there."""
        call = self.call
        if call.ended_at is not None:
            return False
        if call.answered_at is None:
            return True
        if self.next_at is None or now >= self.next_at:
            self.next_at = now + self.pace
            if self.pressed >= self.patience:
                call.hang_up()
                return False
            call.press(KEYS[self.pressed])
            self.pressed += 1
            if self.pressed == len(KEYS):
                self.next_at = now + 8.0  # for what he is told
        return True


@dataclass
class Proof:
    made: Setup
    callers: list[Caller] = field(default_factory=list)
    away: list[tuple[str, float]] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)

    def rows(self, query: str) -> list[Any]:
        with closing(sqlite3.connect(self.made.folder / "hall.db", timeout=30)) as database:
            return [row[0] for row in database.execute(query)]

    def ordered(self) -> set[str]:
        return set(map(str, self.rows(ORDERED)))

    def slower(self, within: float) -> list[str]:
        return [
            f"the line was away for {seconds:.1f} s after a {what}" for what, seconds in self.away if seconds > within
        ]


@dataclass
class House:
    plan: Plan
    proof: Proof
    asterisk: Asterisk
    cable: Cable
    phone: Phone
    hall: Hall

    def strikes(self, what: str) -> None:
        """And how long it takes until the line is there again, counted from when what was killed is started anew."""
        before, began = self._heard(), time.monotonic()
        if what == "kill":
            self.hall.kill()
            began = time.monotonic()
            self.hall = Hall(self.proof.made)
        elif what == "death":
            self.asterisk.kill()
            began = time.monotonic()
            self.asterisk.start()
        else:
            self.cable.pull()
        until(f"the line is back after a {what}", lambda: self._heard() > before, 60)
        self.proof.away.append((what, time.monotonic() - began))

    def _heard(self) -> int:
        return self.hall.log.read_text(errors="replace").count(HEARD)

    def crowd(self, chance: random.Random) -> Iterator[None]:
        """Callers ring and press; the time of each blow is given away."""
        plan, there, began = self.plan, list[Caller](), time.monotonic()
        blow_at = began + chance.uniform(*plan.seconds)
        while len(self.proof.callers) < plan.calls or there:
            now = time.monotonic()
            due = len(self.proof.callers) < min(plan.calls, (now - began) * plan.rate)
            if due and len(there) < plan.at_once:
                there.append(self._rings(chance))
            there = [caller for caller in there if caller.goes_on(now) and not self._given_up(caller, now)]
            if now >= blow_at:
                yield
                blow_at = time.monotonic() + chance.uniform(*plan.seconds)
            time.sleep(0.01)

    def _rings(self, chance: random.Random) -> Caller:
        number = f"137{len(self.proof.callers):08d}"
        patience = len(KEYS) if chance.random() < 0.8 else chance.randrange(len(KEYS))
        caller = Caller(number, self.phone.dial("10086", number), chance.uniform(0.05, 2.0), patience)
        self.proof.callers.append(caller)
        return caller

    def _given_up(self, caller: Caller, now: float) -> bool:
        """A call that nobody answers, or that died with Asterisk without a word to the telephone."""
        call = caller.call
        began = call.packets[-1].at if call.packets else call.answered_at or call.dialled_at
        if now - began < 15.0:
            return False
        call.hang_up() if call.answered_at else call.cancel()
        return True


def prove(plan: Plan, folder: Path) -> Proof:
    chance = random.Random(plan.seed)
    with ExitStack() as parts:
        house = opened(plan, folder, parts)
        blows = plan.blows(chance)
        for _ in house.crowd(chance):
            if blows:
                house.strikes(blows.pop())
        for blow in blows:
            house.strikes(blow)
        judge(house)
    return house.proof


def opened(plan: Plan, folder: Path, parts: ExitStack) -> House:
    prompts = folder / "prompts"
    prompts.mkdir()
    asterisk = Asterisk(folder / "asterisk", prompts).start()
    parts.callback(asterisk.stop)
    cable = Cable(asterisk.http)
    parts.callback(cable.close)
    centre = EmbeddedCentre()
    parts.callback(centre.close)
    link = configured(prompts, [asterisk], cables=[cable])
    made = setup(folder, f"sqlite:///{folder / 'hall.db'}", centre.port, link=link)
    made.run("prompts", "make")
    phone = Phone(asterisk.sip)
    parts.callback(phone.close)
    house = House(plan, Proof(made), asterisk, cable, phone, Hall(made).await_ready())
    parts.callback(lambda: house.hall.end())  # noqa: PLW0108 - whichever it is by then
    until("Asterisk is heard", lambda: HEARD in house.hall.log.read_text())
    return house


def judge(house: House) -> None:
    proof, found = house.proof, house.proof.violations
    for caller in proof.callers:
        if caller.call.ended_at is None:
            caller.call.hang_up() if caller.call.answered_at else caller.call.cancel()
    for what, there in settling(house).items():
        try:
            until(what, there, QUIET_WITHIN)
        except AssertionError as never:
            found.append(str(never))
    found += [f"{count} {what}" for what, query in NONE.items() if (count := proof.rows(query)[0])]
    ordered, told, written = proof.ordered(), set(proof.rows(TOLD)), proof.rows(WRITTEN)
    found += [f"{who} has an order and was not told" for who in sorted(ordered - told)]
    found += [f"{who} was told of an order that he has not" for who in sorted(told - ordered)]
    found += [
        f"{who} has it in writing {written.count(who)} times" for who in sorted(ordered) if written.count(who) != 1
    ]
    unwilling = {f"86{caller.number}" for caller in proof.callers if caller.pressed < len(KEYS)}
    found += [f"{who} has not said yes and has an order" for who in sorted(ordered & unwilling)]
    proof.made.run("orders", "verify")
    if (status := house.hall.stop()) != 0:
        found.append(f"hall serve ended with {status}")


def settling(house: House) -> dict[str, Callable[[], object]]:
    return {
        "no channel is left in Asterisk": lambda: "0 active channels" in house.asterisk.console("core show channels"),
        "no call is left in Hall": lambda: "hall_ivr_calls 0.0" in house.hall.get("/metrics"),
        "no session stands": lambda: house.proof.rows(NONE["sessions stand"]) == [0],
        "all is sent": lambda: house.proof.rows(NONE["messages are not sent"]) == [0],
    }


def report(proof: Proof) -> str:
    away = ", ".join(f"{what} {seconds:.1f}" for what, seconds in proof.away)
    answered = sum(caller.call.answered_at is not None for caller in proof.callers)
    willing = sum(caller.pressed == len(KEYS) for caller in proof.callers)
    lines = [f"{len(proof.callers)} calls, {answered} answered, {willing} said yes, {len(proof.ordered())} orders"]
    lines.append(f"seconds until the line was back: {away or 'never away'}")
    return "\n".join([*lines, *(f"VIOLATION: {what}" for what in proof.violations)])


def main() -> None:
    parser = argparse.ArgumentParser(description="Calls while Hall, Asterisk and what is between them die.")
    parser.add_argument("--calls", type=int, default=200)
    parser.add_argument("--at-once", type=int, default=50)
    parser.add_argument("--rate", type=float, default=10.0)
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--deaths", type=int, default=3)
    parser.add_argument("--cuts", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--within", type=float, default=5.0, help="seconds in which the line is to be back")
    asked = parser.parse_args()
    plan = Plan(asked.calls, asked.at_once, asked.rate, asked.kills, asked.deaths, asked.cuts, seed=asked.seed)
    with tempfile.TemporaryDirectory(prefix="hall-calls-") as folder:
        proof = prove(plan, Path(folder))
        slower = proof.slower(asked.within)
        print(report(proof), *slower, sep="\n")
    sys.exit(1 if proof.violations or slower else 0)


if __name__ == "__main__":
    main()
