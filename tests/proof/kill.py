"""Kills Hall at random moments under a load of order conversations, and proves that nothing was lost or done twice.

    python -m tests.proof.kill --kills 20 --database sqlite

Hall runs as in production, from a configuration file, on a real database, and is killed with SIGKILL: nothing is
flushed, nobody is told. After the last restart the subscribers finish what they began, Hall is stopped as an operator
stops it, and the database is asked (`verdict`).
"""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.peers import hall, postgres
from tests.proof.centre import Centre
from tests.proof.verdict import Verdict, judge

BOUND_WITHIN = 60.0
DRAINED_WITHIN = 180.0


@dataclass(frozen=True, slots=True)
class Plan:
    """seconds: how long Hall lives between two kills, at the least and at the most, once it is bound."""

    kills: int
    seconds: tuple[float, float] = (0.2, 3.0)
    cuts: int = 0
    talking: int = 100
    window: int = 100
    seed: int = 0


@dataclass(slots=True)
class Proof:
    verdict: Verdict
    restarts: list[float] = field(default_factory=list)
    exit_status: int = 0

    @property
    def violations(self) -> tuple[str, ...]:
        ended = () if self.exit_status == 0 else (f"hall serve ended with {self.exit_status} when it was told to stop",)
        return (*self.verdict.violations, *ended)


def prove(plan: Plan, folder: Path, database: str) -> Proof:
    return asyncio.run(_prove(plan, folder, database))


async def _prove(plan: Plan, folder: Path, database: str) -> Proof:
    centre = Centre(plan.talking, plan.window)
    setup = await asyncio.to_thread(hall.setup, folder, database, await centre.listen())
    chance = random.Random(plan.seed)
    restarts: list[float] = []
    running = await _start(setup, centre, restarts)
    try:
        centre.start()
        for end in _ends(plan, chance):
            await asyncio.sleep(chance.uniform(*plan.seconds))
            if end == "cut":
                centre.cut()
                await centre.unbound()
                await centre.bound(BOUND_WITHIN)
            else:
                running.kill()
                await centre.unbound()
                running = await _start(setup, centre, restarts)
        await asyncio.sleep(plan.seconds[1])
        await centre.has_finished(plan.talking + 1, DRAINED_WITHIN)  # or too little happened, on a busy machine
        centre.begin_no_more()
        await centre.drained(DRAINED_WITHIN)
        status = await asyncio.to_thread(running.stop)
        setup.run("orders", "verify")  # the audit chain of every order, by Hall's own command
        return Proof(judge(centre, database), restarts, status)
    finally:
        running.end()
        centre.close()


def _ends(plan: Plan, chance: random.Random) -> list[str]:
    ends = ["kill"] * plan.kills + ["cut"] * plan.cuts
    chance.shuffle(ends)
    return ends


async def _start(setup: hall.Setup, centre: Centre, restarts: list[float]) -> hall.Hall:
    began = time.monotonic()
    running = hall.Hall(setup)
    while not centre.is_bound:
        if not running.alive() or time.monotonic() > began + BOUND_WITHIN:
            running.end()
            raise hall.NotReady(f"Hall did not bind:\n{running.tail()}")
        await asyncio.sleep(0.01)
    restarts.append(time.monotonic() - began)
    return running


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'hall.db'}"
        return
    with postgres.running() as server, server.database() as url:
        yield url


def report(plan: Plan, kind: str, proof: Proof) -> str:
    lines = [f"{plan.kills} kills and {plan.cuts} cut connections on {kind} (seed {plan.seed})"]
    lines += [f"  {count:>8,}  {what}" for what, count in proof.verdict.counts.items()]
    restarts = ", ".join(f"{seconds:.1f}" for seconds in sorted(proof.restarts))
    lines += [f"  seconds from start to bind: {restarts}"]
    lines += [f"  VIOLATED: {violation}" for violation in proof.violations] or ["  nothing lost, nothing done twice"]
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description="Kill Hall under load and prove that nothing was lost or done twice.")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--cuts", type=int, default=0, help="connections cut besides, without a kill")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--seconds", type=float, default=3.0, help="how long Hall lives at the most between two kills")
    parser.add_argument("--talking", type=int, default=100, help="subscribers who converse at a time")
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000))
    parser.add_argument("--folder", type=Path, help="where the database and the log are left to be looked at")
    options = parser.parse_args()
    plan = Plan(options.kills, (0.2, options.seconds), options.cuts, options.talking, seed=options.seed)
    with tempfile.TemporaryDirectory(prefix="hall-proof-") as temporary:
        folder = options.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        with database(options.database, folder) as url:
            proof = prove(plan, folder, url)
    print(report(plan, options.database, proof))
    return 1 if proof.violations else 0


if __name__ == "__main__":
    sys.exit(main())
