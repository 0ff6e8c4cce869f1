"""Fifty agents claim at once on two nodes: no order and no customer is two agents', none is forgotten, the most urgent
goes first.

    python -m tests.proof.desk --orders 2000 --agents 50 --kills 2

    25 agents ──► hall-1 ──┐
    25 agents ──► hall-2 ──┴── PostgreSQL: orders of all priorities, some promised     hall-2 is killed with SIGKILL

Each agent claims, and then records an outcome, or puts the task back, or leaves it to others with a reason, until all
is done. Every other one speaks only Chinese. What each asked and was told, and when, is written down by one clock, and
judged at the end: what was certainly free during the whole of a claim, with whatever else concerns its customer, and
comes before what was given, should have been given instead.
"""

import argparse
import http.client
import itertools
import random
import sys
import tempfile
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text

from channels.desk.passwords import hashed
from orders.desk_lanes import lane_of
from orders.ledger import agent_skills, schema
from orders.ledger.engine import open_engine
from tests.peers import hall
from tests.peers.desk import Refused
from tests.peers.desk_line import DeskLine
from tests.proof.desk_halls import setup
from tests.proof.desk_orders import fill, hire
from tests.proof.kill import database

PASSWORD = "proof-desk-10086"
AGAIN = 0.05
GIVEN_UP = 120.0  # seconds without a node: then something else is wrong


@dataclass(frozen=True, slots=True)
class Plan:
    orders: int = 2000
    agents: int = 50
    kills: int = 0
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Held:
    """asked, given: when the claim was sent and answered; ended, over: when it was let go, and when that was sure."""

    agent: str
    task: int
    asked: float
    given: float
    ended: float
    over: float
    how: str


@dataclass(slots=True)
class Proof:
    counts: dict[str, int] = field(default_factory=dict)
    violations: list[str] = field(default_factory=list)


class Left:
    """How many orders are still to be done."""

    def __init__(self, many: int) -> None:
        self._many, self._lock = many, threading.Lock()

    def __bool__(self) -> bool:
        return self._many > 0

    def one_less(self) -> None:
        with self._lock:
            self._many -= 1


class Agent(threading.Thread):
    def __init__(self, web: int, name: str, seed: int, left: "Left") -> None:
        super().__init__(daemon=True)
        self._left = left
        self.held: list[Held] = []
        self.wrong: list[str] = []
        self._line = DeskLine(web)
        self.agent = name
        self._chance = random.Random(f"{name} {seed}")

    def sign_in(self) -> None:
        self._line.sign_in(self.agent, PASSWORD)

    def run(self) -> None:
        try:
            while self._left:
                self._one()
        except Exception as problem:  # noqa: BLE001 - it is a part of the verdict
            self.wrong.append(f"{self.agent} could not go on: {problem!r}")

    def _one(self) -> None:
        asked = time.monotonic()
        card = self._until_answered("tasks/claim")
        given = time.monotonic()
        if card is None:
            time.sleep(AGAIN)
            return
        task = card["id"]
        how = self._chance.choices(["confirmed", "release", "skip"], [90, 5, 5])[0]
        ended = time.monotonic()
        try:
            self._end(task, how)
        except Refused as refused:
            if refused.name not in ("not_yours", "lease_over"):  # the first one was taken before the node was killed
                raise
        self.held.append(Held(self.agent, int(task), asked, given, ended, time.monotonic(), how))
        if how == "confirmed":
            self._left.one_less()

    def _end(self, task: str, how: str) -> None:
        if how == "confirmed":
            self._until_answered(f"tasks/{task}/decision", {"outcome": how, "note": ""})
        else:
            self._until_answered(f"tasks/{task}/{how}", {"reason": "acquainted"} if how == "skip" else None)

    def _until_answered(self, path: str, document: Any = None) -> Any:
        until = time.monotonic() + GIVEN_UP
        while True:
            try:
                return self._line.post(path, document)
            except (OSError, http.client.HTTPException):
                if time.monotonic() > until:
                    raise
                time.sleep(AGAIN)
            except Refused as refused:
                if refused.status != 503 or time.monotonic() > until:
                    raise
                time.sleep(AGAIN)


def prove(plan: Plan, folder: Path, url: str) -> Proof:
    engine = open_engine(url)
    try:
        schema.upgrade(engine)
        now = time.time()
        names = [f"agent-{each}" for each in range(plan.agents)]
        fill(engine, plan.orders, now, random.Random(plan.seed))
        hire(engine, names, hashed(PASSWORD), now)
        with engine.begin() as connection:
            for name in names[::2]:
                agent_skills.teach(connection, name, ["zh"], None)
            tasks = {row.id: row for row in connection.execute(text("SELECT * FROM call_tasks")).all()}
        setups = [setup(folder, url, node) for node in (1, 2)]
        setups[0].run("catalogue", "import", str(hall.CATALOGUE))
        agents = _at_work(plan, setups, names)
        return _judge(engine, agents, tasks, frozenset(names[::2]))
    finally:
        engine.dispose()


def _at_work(plan: Plan, setups: list[hall.Setup], names: list[str]) -> list[Agent]:
    nodes = [hall.Hall(each) for each in setups]
    try:
        for node in nodes:
            node.await_ready()
        left = Left(plan.orders)
        agents = [Agent(setups[place % 2].web, name, plan.seed, left) for place, name in enumerate(names)]
        for agent in agents:
            agent.sign_in()
        for agent in agents:
            agent.start()
        chance = random.Random(plan.seed)
        for _ in range(plan.kills):
            time.sleep(chance.uniform(0.5, 2.0))
            nodes[1].kill()
            nodes[1] = hall.Hall(setups[1]).await_ready()
        for agent in agents:
            agent.join()
        return agents
    finally:
        for node in nodes:
            node.end()


# ── The verdict ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _judge(engine: Engine, agents: list[Agent], tasks: dict[int, Any], chinese: frozenset[str]) -> Proof:
    proof = Proof(violations=[each for agent in agents for each in agent.wrong])
    every = sorted((each for agent in agents for each in agent.held), key=lambda each: each.given)
    of: dict[int, list[Held]] = defaultdict(list)
    for each in every:
        of[each.task].append(each)
    proof.violations += _two_at_once(of)
    proof.violations += _two_of_one_customer(every, tasks)
    proof.violations += _forgotten(engine)
    proof.violations += list(_out_of_turn(every, of, tasks, chinese))
    proof.counts = {
        "orders": len(tasks),
        "claims": len(every),
        "put back, or left to others": sum(each.how != "confirmed" for each in every),
        "agents who had something to do": len({each.agent for each in every}),
    }
    return proof


def _two_at_once(of: dict[int, list[Held]]) -> list[str]:
    found = []
    for task, held in of.items():
        for one, next_one in itertools.pairwise(held):
            if next_one.given < one.ended:
                found.append(f"task {task} was given to {next_one.agent} while {one.agent} had it")
        if (times := sum(each.how == "confirmed" for each in held)) != 1:
            found.append(f"task {task} was confirmed by {times} agents")
    return found


def _two_of_one_customer(every: list[Held], tasks: dict[int, Any]) -> list[str]:
    """Taken by one while another had something of his."""
    found = []
    for held in _by_customer(every, tasks).values():
        for one, next_one in itertools.pairwise(held):
            if next_one.given < one.ended and next_one.agent != one.agent:
                found.append(f"{one.agent} had {one.task}, and {next_one.agent} {next_one.task} of the same customer")
    return found


def _by_customer(every: list[Held], tasks: dict[int, Any]) -> dict[str, list[Held]]:
    of: dict[str, list[Held]] = defaultdict(list)
    for each in every:
        of[tasks[each.task].subscriber].append(each)
    return of


def _forgotten(engine: Engine) -> list[str]:
    left = "SELECT count(*) FROM call_tasks WHERE done_at IS NULL"
    other = "SELECT count(*) FROM orders WHERE state <> 'inProgress'"
    twice = "SELECT count(*) FROM (SELECT task FROM call_attempts GROUP BY subscriber, task HAVING count(*) <> 1) AS t"
    with engine.connect() as connection:
        told = {what: connection.execute(text(what)).scalar_one() for what in (left, other, twice)}
    return [f"{count} by {what}" for what, count in told.items() if count]


def _out_of_turn(every: list[Held], of: dict[int, list[Held]], tasks: dict[int, Any], chinese: frozenset[str]) -> Any:
    customers = _by_customer(every, tasks)
    free = {task: _certainly_free(held, customers[tasks[task].subscriber]) for task, held in of.items()}
    rank = {task: _rank(row) for task, row in tasks.items()}
    skipped = {(each.agent, each.task) for each in every if each.how == "skip"}
    in_turn = sorted(tasks, key=lambda task: rank[task])
    for each in every:
        for task in in_turn:
            if rank[task] >= rank[each.task]:
                break
            if each.agent in chinese and lane_of(tasks[task].lane).language == "en":
                continue
            if (each.agent, task) in skipped:
                continue
            if any(since <= each.asked and each.given <= until for since, until in free.get(task, [])):
                yield f"{each.agent} was given task {each.task}, and task {task} was free and comes before it"
                return


def _certainly_free(held: list[Held], of_customer: list[Held]) -> list[tuple[float, float]]:
    """From when to when nobody had it, or anything else of its customer, nor was just asking for it."""
    end = held[-1].asked if held[-1].how == "confirmed" else float("inf")
    spans, since = [], 0.0
    for each in of_customer:
        spans.append((since, min(each.asked, end)))
        since = max(since, each.over)
    return [*spans, (since, end)]


def _rank(row: Any) -> tuple[Any, ...]:
    return not lane_of(row.lane).promised, -row.priority, row.due_at, row.id


def report(plan: Plan, proof: Proof) -> str:
    lines = [f"{plan.agents} agents on two nodes, {plan.kills} kills (seed {plan.seed})"]
    lines += [f"  {count:>6,}  {what}" for what, count in proof.counts.items()]
    lines += [f"  VIOLATED: {each}" for each in proof.violations] or [
        "  no order twice, no customer with two, none forgotten, each in its turn"
    ]
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description="Agents on two nodes claim at once.")
    parser.add_argument("--orders", type=int, default=2000)
    parser.add_argument("--agents", type=int, default=50)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000))
    options = parser.parse_args()
    plan = Plan(options.orders, options.agents, options.kills, options.seed)
    with tempfile.TemporaryDirectory(prefix="hall-proof-") as temporary, database("postgresql", Path(temporary)) as url:
        proof = prove(plan, Path(temporary), url)
    print(report(plan, proof))
    return 1 if proof.violations else 0


if __name__ == "__main__":
    sys.exit(main())
