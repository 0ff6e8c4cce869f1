"""Callers wait for an agent, and Hall is killed again and again: nobody is lost, or put through twice, or passed.

    python -m tests.proof.waiting --callers 12 --kills 6 --seed 1

Callers ring a real Asterisk one after the other and ask for an agent; there is one, who talks with each for a moment
and records it. Meanwhile Hall is killed with SIGKILL and started again: while all wait, while a telephone rings, in the
middle of a talk. One of the callers hangs up while Hall is dead. At the end the ledger and the telephones are asked:

- whoever stayed was talked with, once, in the order in which they came, and has one call to show for it, recorded once;
- whoever hung up while Hall was dead has one callback, which is due;
- a talk goes on while Hall is dead: no talk was cut, and no call is left in Asterisk.
"""

import argparse
import http.client
import random
import sqlite3
import sys
import tempfile
import time
import urllib.error
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from tests.peers.desk import Agent, Refused
from tests.peers.hall import Hall
from tests.peers.line import until
from tests.peers.phone import Call
from tests.peers.ringing_back import House, house_of

AWAY = (OSError, urllib.error.URLError, http.client.HTTPException)
AWAY_TOO = 503
TALK = 1.0  # seconds
NEVER = 120.0
ROWS = "SELECT subscriber, id, state, agent, ending, answered_at FROM waiting_calls ORDER BY since, id"
ATTEMPTS = "SELECT subscriber, count(*) FROM call_attempts GROUP BY subscriber"
DUE = "SELECT subscriber, count(*) FROM call_tasks WHERE done_at IS NULL AND agent IS NULL GROUP BY subscriber"


@dataclass(frozen=True, slots=True)
class Plan:
    """The last of the callers hangs up while Hall is dead for the first time. seconds: from one kill to the next."""

    callers: int = 12
    kills: int = 6
    seconds: tuple[float, float] = (0.5, 6.0)
    seed: int = 1


@dataclass
class Proof:
    seconds: float = 0.0
    talks: int = 0
    kills: int = 0
    violations: list[str] = field(default_factory=list)


@dataclass
class Queue:
    plan: Plan
    house: House
    chance: random.Random
    callers: dict[str, Call] = field(default_factory=dict)
    kills: int = 0

    def rows(self) -> list[Any]:
        with closing(sqlite3.connect(self.house.setup.folder / "hall.db", timeout=30)) as database:
            return database.execute(ROWS).fetchall()

    def gathers(self) -> None:
        for place in range(self.plan.callers):
            number = f"137{place:08d}"
            self.callers[f"86{number}"] = call = self.house.phone.dial("10086", number).answered()
            call.press("0")
            until("he waits", partial(self.so_many, place + 1), 60)

    def so_many(self, many: int) -> bool:
        return len(self.rows()) == many

    def goes_on(self) -> bool:
        """Somebody is on the line, or a talk is not recorded."""
        rows = self.rows()
        recorded = len(self.house.rows(ATTEMPTS))
        return any(row[4] is None for row in rows) or recorded < sum(row[4] == "talked" for row in rows)

    def struck(self) -> None:
        """While it is dead the last caller has had enough, the first time."""
        self.house.hall.kill()
        if not self.kills:
            list(self.callers.values())[-1].hang_up()
        self.kills += 1
        self.house.hall = Hall(self.house.setup).await_ready()

    def served(self, li: Agent) -> Iterator[None]:
        """Until nobody waits; a step now and then, at which Hall may be killed."""
        began = time.monotonic()
        while self.goes_on():
            if time.monotonic() - began > NEVER:
                return
            with suppress(*AWAY):
                self._works_if_he_can(li)
            yield
            time.sleep(0.05)

    def _works_if_he_can(self, li: Agent) -> None:
        try:
            self._works(li)
        except Refused as refused:
            if refused.status != AWAY_TOO:
                raise

    def _works(self, li: Agent) -> None:
        """He talks for a moment, hangs up, records, and is ready for the next."""
        doing = li.get("state")
        if doing["state"] == "talking":
            telephone = self.house.phone.calls[-1]
            if telephone.ended_at is None and time.time() - doing["since"] > TALK:
                telephone.hang_up()
        elif doing["state"] == "wrap_up" and doing["task"]:
            li.post("tasks/claim")
            li.post(f"tasks/{doing['task']}/decision", {"outcome": "confirmed", "note": ""})
        elif doing["state"] in ("wrap_up", "paused"):
            li.post("state", {"state": "ready"})


def prove(plan: Plan, folder: Path) -> Proof:
    proof, chance = Proof(), random.Random(plan.seed)
    with ExitStack() as parts:
        house = parts.enter_context(house_of(folder))
        parts.callback(lambda: house.hall.end())  # noqa: PLW0108 - whichever it is by then
        queue = Queue(plan, house, chance)
        began = time.monotonic()
        house.agent("by_hand")  # somebody is at the desk
        queue.gathers()
        queue.struck()
        li = house.agent("li")
        next_at = 0.0
        for _ in queue.served(li):
            now = time.monotonic()
            next_at = next_at or now + chance.uniform(*plan.seconds)
            if queue.kills < plan.kills and now >= next_at:
                queue.struck()
                next_at = 0.0
        judge(queue, proof)
        proof.seconds = time.monotonic() - began
    return proof


def judge(queue: Queue, proof: Proof) -> None:
    found, rows, house = proof.violations, queue.rows(), queue.house
    gone = list(queue.callers)[-1]
    times = Counter(row[0] for row in rows)
    found += [f"{who} stands in the queue {times[who]} times" for who in queue.callers if times[who] != 1]
    answered = [row for row in rows if row[5] is not None]
    proof.talks, proof.kills = len(answered), queue.kills
    for who, _, _, _, ending, _ in rows:
        wanted = "lost" if who == gone else "talked"
        if ending != wanted:
            found.append(f"{who} came to the end {ending}, not {wanted}")
    if [row[0] for row in sorted(answered, key=lambda row: row[5])] != [row[0] for row in answered]:
        found.append(f"they were not put through in their order: {[(row[0], row[5]) for row in answered]}")
    attempts, due = dict(house.rows(ATTEMPTS)), dict(house.rows(DUE))
    found += [
        f"{who} has {attempts.get(who, 0)} calls recorded"
        for who in queue.callers
        if who != gone and attempts.get(who) != 1
    ]
    if due != {gone: 1}:
        found.append(f"callbacks are due for {due}, and not for {gone} alone")
    talked = [call for call in house.phone.calls if call.number == "8001" and call.answered_at is not None]
    found += [
        f"a talk with an agent was cut after {call.number} was answered"
        for call in talked
        if not call.ended_by_us and call.heard
    ]
    for call in queue.callers.values():
        if call.ended_at is None:
            call.hang_up()
    try:
        until("no channel is left", lambda: "0 active channels" in house.asterisk.console("core show channels"), 60)
    except AssertionError:
        found.append(house.asterisk.console("core show channels concise"))


def report(plan: Plan, proof: Proof) -> str:
    lines = [
        f"{plan.callers} callers, {proof.kills} kills (seed {plan.seed}), {proof.talks} talks, {proof.seconds:.0f} s"
    ]
    lines += [f"  VIOLATED: {each}" for each in proof.violations]
    return "\n".join(lines if proof.violations else [*lines, "  nobody lost, put through twice, or passed"])


def main() -> int:
    parser = argparse.ArgumentParser(description="Callers wait while Hall is killed.")
    parser.add_argument("--callers", type=int, default=12)
    parser.add_argument("--kills", type=int, default=6)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    plan = Plan(asked.callers, asked.kills, seed=asked.seed)
    with tempfile.TemporaryDirectory(prefix="hall-waiting-") as folder:
        proof = prove(plan, Path(folder))
    print(report(plan, proof))
    return 1 if proof.violations else 0


if __name__ == "__main__":
    sys.exit(main())
