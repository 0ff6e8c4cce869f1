"""Leaves Hall with a misbehaving message centre for as long as you like, and accounts for every message afterwards.

    python -m tests.proof.soak --seconds 3600 --rate 200
    python -m tests.proof.soak --seconds 300 --rate 100 --throughput 0       Hall has to find what it is allowed

    crowd ── texts ──► hall simulate smsc ◄── bind ── hall serve ──► SQLite
                          │ journal                                    │
                          └────────────► both are asked ◄──────────────┘

The message centre delays, drops and reorders its answers, throttles, refuses, repeats, writes receipts in every form,
talks rubbish and cuts the connection, all by chance. Both processes are weighed as they go: at the end the last third
must not be heavier than the one before it. Then both are stopped as an operator stops them, and `accounts` asks, in SQL
over the centre's journal and Hall's database, whether each message is where it belongs.
"""

import argparse
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.peers import hall
from tests.peers.ports import free_port
from tests.proof.accounts import Account, audit, unfinished
from tests.proof.memory import Scales, growth

TEXTS = ("XH{n}", "BZ {n}", "DG F800 {n}", "余额 {n}", "你好 🙂 {n}")
MISCHIEF = {
    "delay": 0.05,
    "drop": 0.002,
    "refuse": 0.005,
    "reorder": 0.05,
    "duplicate": 0.005,
    "receipts": "same,upper,padded,short,capital,parameters,text,twice,enroute,early",
    "refuse-binds": 0.2,
    "congestion": 30,
    "rubbish-pdus": 2,
    "rubbish-bytes": 60,
}
LINK = """
response_timeout = 5
reconnect = 0.1
reconnect_limit = 0.5
refused = 0.5
refused_limit = 1
enquire_link = 5
throughput = {throughput}
"""
WINDOW = 100
SUBSCRIBERS = 2000
WEIGHED_EVERY = 2.0
DRAINED_WITHIN = 240.0
THROUGHPUT, THROTTLE = 2.0, 2.5  # multiples of the rate


@dataclass(frozen=True, slots=True)
class Plan:
    """disconnect: seconds from one cut to the next.

    throughput, throttle: multiples of the rate; Hall is told to keep to the one, so that it can catch up after a cut,
    and the message centre throttles beyond the other. 0: Hall is told nothing, and has to find it.
    """

    seconds: float
    rate: float
    seed: int = 0
    disconnect: float = 30.0
    throughput: float = THROUGHPUT
    throttle: float = THROTTLE

    @property
    def messages(self) -> int:
        return int(self.seconds * self.rate)


@dataclass(slots=True)
class Soak:
    account: Account
    scales: dict[str, Scales]
    exits: dict[str, int]
    said: str
    violations: list[str] = field(default_factory=list)


def soak(plan: Plan, folder: Path, told: Callable[[str], None] = lambda line: None) -> Soak:
    folder.mkdir(parents=True, exist_ok=True)
    database, journal = folder / "hall.db", folder / "journal.jsonl"
    port = free_port()
    setup = hall.setup(
        folder, f"sqlite:///{database}", port, WINDOW, LINK.format(throughput=plan.rate * plan.throughput)
    )
    with (folder / "centre.log").open("w") as log:
        centre = subprocess.Popen(_centre(plan, port, journal), stdout=log, stderr=log)
        running = hall.Hall(setup)
        try:
            scales = {"hall": Scales(running.pid), "centre": Scales(centre.pid)}
            _watch(plan, database, scales, running, told)
            exits = {"hall": running.stop()}
            centre.send_signal(signal.SIGTERM)
            exits["centre"] = centre.wait(timeout=30)
        finally:
            running.end()
            centre.kill()
    result = Soak(audit(journal, database, plan.messages), scales, exits, (folder / "centre.log").read_text())
    result.violations = list(_violations(result))
    return result


def _centre(plan: Plan, port: int, journal: Path) -> list[str]:
    mischief = {**MISCHIEF, "throttle": plan.rate * plan.throttle, "disconnect": plan.disconnect}
    options = {
        **mischief,
        "listen": f"tcp:{port}:interface=127.0.0.1",
        "account": "hall:secret",
        "window": WINDOW,
        "waiting": max(10_000, plan.messages),
        "load": plan.rate,
        "subscribers": SUBSCRIBERS,
        "messages": plan.messages,
        "seed": plan.seed,
        "journal": journal,
    }
    words = [f"--{name}={value}" for name, value in options.items()]
    return [*hall.COMMAND, "simulate", "smsc", *words, *(f"--text={text}" for text in TEXTS)]


def _watch(
    plan: Plan, database: Path, scales: dict[str, Scales], running: hall.Hall, told: Callable[[str], None]
) -> None:
    """Until the crowd has texted all it had to and nothing is left to be done, or that takes too long."""
    began = time.monotonic()
    until = began + plan.seconds + DRAINED_WITHIN
    while time.monotonic() < until:
        time.sleep(WEIGHED_EVERY)
        if not running.alive():
            raise hall.NotReady(f"hall serve ended by itself:\n{running.tail()}")
        elapsed = time.monotonic() - began
        if elapsed < plan.seconds:
            for each in scales.values():
                each.weigh(elapsed)
            told(f"{elapsed:7.0f} s  " + "  ".join(f"{name} {each.last:.1f} MB" for name, each in scales.items()))
        elif not unfinished(database, plan.messages):
            return


def _violations(result: Soak) -> list[str]:
    ended = [f"{name} ended with {status}" for name, status in result.exits.items() if status]
    heavier = [problem for name, each in result.scales.items() for problem in growth(name, each)]
    return [*ended, *heavier, *result.account.violations]


def report(plan: Plan, result: Soak) -> str:
    lines = [f"{plan.seconds:,.0f} seconds at {plan.rate:,.0f} messages a second (seed {plan.seed})", "the centre:"]
    lines += [result.said.rstrip(), "hall and the centre's journal:"]
    lines += [f"  {count:>9,}  {what}" for what, count in result.account.counts.items()]
    lines += [f"  {name}: {each.told()}" for name, each in result.scales.items()]
    lines += [f"  VIOLATED: {each}" for each in result.violations] or ["  memory flat, every message accounted for"]
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description="Soak Hall with a misbehaving message centre; account for everything.")
    parser.add_argument("--seconds", type=float, default=3600)
    parser.add_argument("--rate", type=float, default=200)
    parser.add_argument("--throughput", type=float, default=THROUGHPUT, help="of Hall's link; times the rate")
    parser.add_argument("--throttle", type=float, default=THROTTLE, help="of the message centre; times the rate")
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000))
    parser.add_argument("--folder", type=Path, help="where the database, the journal and the logs are left")
    options = parser.parse_args()
    plan = Plan(options.seconds, options.rate, options.seed, throughput=options.throughput, throttle=options.throttle)
    with tempfile.TemporaryDirectory(prefix="hall-soak-") as temporary:
        result = soak(plan, options.folder or Path(temporary), lambda line: print(line, file=sys.stderr, flush=True))
    print(report(plan, result))
    return 1 if result.violations else 0


if __name__ == "__main__":
    sys.exit(main())
