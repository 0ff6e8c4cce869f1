"""Sixty callers at once want the same ten numbers, over two nodes, of which one is killed: each is sold once, or free.

    python -m tests.proof.numbers --kills 3

    25 texting ──► centre ──► hall-1 ──┐
    25 texting ──► centre ──► hall-2 ──┼── PostgreSQL: ten numbers        hall-2 is killed with SIGKILL, again and again
    10 dialling (USSD) ───► either   ──┤
    8 over HTTP (TMF685) ─► both     ──┘

The callers choose, decide, think better of it, fall silent, order, cancel and begin anew; the halls over HTTP reserve
and let go, or leave their time to run out. When all is over, and every hold has had its time, the database is asked.
"""

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

from tests.peers import hall
from tests.peers.ports import free_port
from tests.proof.diallers import GATEWAY, diallers
from tests.proof.kill import database
from tests.proof.pickers import Network, Picker, PickersCentre

NUMBERS = tuple(f"1391234560{last}" for last in range(10))
HOLD_SECONDS = 2.0
BOUND_WITHIN, DRAINED_WITHIN = 60.0, 60.0
POOL = "/tmf-api/resourcePoolManagement/v4/reservation"
GIVEN_BACK = "('cancelled', 'rejected', 'failed')"


@dataclass(frozen=True, slots=True)
class Plan:
    kills: int = 2
    callers: int = 50
    halls: int = 8
    diallers: int = 10
    seconds: tuple[float, float] = (0.5, 2.0)  # how long a node lives between two kills
    seed: int = 0


@dataclass(slots=True)
class Proof:
    counts: dict[str, int] = field(default_factory=dict)
    violations: list[str] = field(default_factory=list)


def prove(plan: Plan, folder: Path, url: str) -> Proof:
    return asyncio.run(_prove(plan, folder, url))


async def _prove(plan: Plan, folder: Path, url: str) -> Proof:
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(plan.halls + plan.diallers + 4))
    network = Network()
    half = plan.callers // 2
    centres = [PickersCentre(8613900000000 + 1000 * node, half, plan.seed + node, network) for node in (1, 2)]
    setups = [_setup(folder, url, node, await centre.listen()) for node, centre in enumerate(centres, 1)]
    setups[0].prepare()
    _name(setups)
    _fill(setups[0])
    nodes = [hall.Hall(setup) for setup in setups]
    halls: list[asyncio.Task[int]] = []
    lives: list[asyncio.Task[None]] = []
    dialling = diallers(setups, plan.diallers, plan.seed)
    for each in dialling:  # what they are told by text is theirs, whichever centre it goes through
        centres[0].subscribers[each.picker.msisdn] = each.picker
        network.owners[each.picker.msisdn] = centres[0]
    try:
        await asyncio.gather(*(centre.bound(BOUND_WITHIN) for centre in centres))
        await asyncio.to_thread(lambda: [node.await_ready() for node in nodes])
        lives = [asyncio.create_task(each.lives()) for each in dialling]
        for centre in centres:
            centre.start()
        ended = asyncio.Event()
        halls = [asyncio.create_task(_hall(setups, plan.seed + each, ended)) for each in range(plan.halls)]
        chance = random.Random(plan.seed)
        for _ in range(plan.kills):
            await asyncio.sleep(chance.uniform(*plan.seconds))
            nodes[1].kill()
            await centres[1].unbound()
            nodes[1] = hall.Hall(setups[1])
            await centres[1].bound(BOUND_WITHIN)
        for centre in centres:
            centre.begin_no_more()
        await asyncio.gather(*lives)
        drained = [await centre.drained(DRAINED_WITHIN) for centre in centres]
        ended.set()
        reserved = sum(await asyncio.gather(*halls))
        await _every_hold_is_over(url)
        status = [await asyncio.to_thread(node.stop) for node in nodes]
        setups[0].run("orders", "verify")
        pickers = [each for centre in centres for each in centre.pickers]
        return _judge(url, pickers, [each.picker for each in dialling], reserved, drained, status)
    finally:
        for task in [*halls, *lives]:
            task.cancel()
        for node in nodes:
            node.end()
        for centre in centres:
            centre.close()


def _setup(folder: Path, url: str, node: int, port: int) -> hall.Setup:
    return hall.Setup(folder / f"node-{node}", url, port, free_port())


def _name(setups: list[hall.Setup]) -> None:
    for node, setup in enumerate(setups, 1):
        setup.configure()
        file = setup.configuration
        named = file.read_text().replace('name = "hall-1"', f'name = "hall-{node}"')
        file.write_text(f"{named}\n{GATEWAY}\n[numbers]\nhold_minutes = {HOLD_SECONDS / 60}\n")


def _fill(setup: hall.Setup) -> None:
    file = setup.folder / "numbers.csv"
    file.write_text("\n".join(("number", *NUMBERS)) + "\n")
    setup.run("numbers", "import", str(file))


async def _every_hold_is_over(url: str) -> None:
    """Their time, and a round or two of the sweep; the verdict says whether any is left."""
    until = time.monotonic() + HOLD_SECONDS + 10.0
    while time.monotonic() < until and _asked(url, "SELECT 1 FROM numbers WHERE state = 'held'"):
        await asyncio.sleep(0.2)


# ── Other halls ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def _hall(setups: list[hall.Setup], seed: int, ended: asyncio.Event) -> int:
    """Reserves and lets go until all is over; how often it got a number."""
    chance, got = random.Random(seed), 0
    while not ended.is_set():
        setup = chance.choice(setups)
        made = await asyncio.to_thread(_request, setup, "POST", POOL, _reservation(chance))
        if made is not None:
            got += 1
            await asyncio.sleep(chance.uniform(0.0, 0.2))
            if chance.random() < 0.7:
                await asyncio.to_thread(_request, setup, "DELETE", f"{POOL}/{made['id']}")
        await asyncio.sleep(chance.uniform(0.0, 0.1))
    return got


def _reservation(chance: random.Random) -> dict[str, Any]:
    end = datetime.fromtimestamp(time.time() + HOLD_SECONDS, UTC).isoformat()
    item: dict[str, Any] = {"quantity": 1}
    if chance.random() < 0.5:
        item = {"quantity": 1, "relatedEntity": [{"id": chance.choice(NUMBERS), "@referredType": "LogicalResource"}]}
    party = {"id": f"86137{chance.randrange(10**8):08d}", "role": "customer", "@referredType": "Individual"}
    return {"relatedParty": [party], "reservationItem": [item], "reservationPeriod": {"endDateTime": end}}


def _request(setup: hall.Setup, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any] | None:
    """What came of it; nothing if it was refused, or the node was killed."""
    headers = {"Content-Type": "application/json"}
    octets = None if body is None else json.dumps(body).encode()
    asked = urllib.request.Request(f"http://127.0.0.1:{setup.web}{path}", octets, headers, method=method)
    try:
        with urllib.request.urlopen(asked, timeout=10) as answer:
            said = answer.read()
    except urllib.error.HTTPError as refused:
        said = refused.read()
        too_late = refused.code == 400 and b"endDateTime: ahead" in said  # on a machine that is as busy as that
        if refused.code not in (404, 409, 503) and not too_late:
            raise AssertionError(f"{method} {path}: {refused.code} {said!r}") from None
        return None
    except OSError:
        return None
    return dict(json.loads(said)) if said else {}


# ── The verdict ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _asked(url: str, query: str) -> list[Any]:
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            return list(connection.execute(text(query)))
    finally:
        engine.dispose()


STANDING = (
    "SELECT i.resource, o.number, o.subscriber FROM orders o JOIN order_items i"
    " ON i.subscriber = o.subscriber AND i.number = o.number"
    f" WHERE i.resource IS NOT NULL AND o.state NOT IN {GIVEN_BACK}"
)


def _judge(
    url: str, texting: list[Picker], dialling: list[Picker], reserved: int, drained: list[bool], status: list[int]
) -> Proof:
    pickers = [*texting, *dialling]
    numbers = {row.number: row for row in _asked(url, "SELECT * FROM numbers")}
    standing = _asked(url, STANDING)
    owners = {row.number: (row.resource, row.subscriber) for row in standing}
    proof = Proof()
    say = proof.violations.append
    for number in NUMBERS:
        row, having = numbers[number], [each for each in standing if each.resource == number]
        if len(having) > 1:
            say(f"{number} goes with {len(having)} orders: {', '.join(each.number for each in having)}")
        if row.state == "free" and (having or row.holder or row.until or row.order_number or row.spread is None):
            say(f"{number} is free, and yet somebody's: {row}")
        if row.state == "ordered" and [each.number for each in having] != [row.order_number]:
            say(f"{number} is ordered with {row.order_number}, and goes with {having}")
        if row.state not in ("free", "ordered"):
            say(f"{number} is left {row.state} by {row.holder}")
    for picker in pickers:
        for order, chosen in picker.got.items():
            if (owners.get(order) == (chosen, picker.msisdn)) == (order in picker.cancelled):
                say(f"{picker.msisdn} was told of order {order} with {chosen}; the store has {owners.get(order)}")
    told = {order for picker in pickers for order in picker.got}
    for order in owners.keys() - told:
        say(f"order {order} stands, and nobody was told of it")
    if not all(drained):
        say("not every message was acknowledged, or not every caller came to his end")
        for each in pickers:
            if each.unfinished:
                say(_stuck(url, each))
    if any(status):
        say(f"hall serve ended with {status}")
    proof.counts = {
        "callers by text": len(texting),
        "callers by USSD": len(dialling),
        "numbers that were ordered by USSD": sum(len(picker.got) for picker in dialling),
        "numbers that are sold": sum(row.state == "ordered" for row in numbers.values()),
        "orders that were placed": len(told),
        "orders that were cancelled": sum(len(picker.cancelled) for picker in pickers),
        "times somebody was quicker": sum(picker.slower for picker in pickers),
        "callers who fell silent": sum(picker.silent for picker in pickers),
        "reservations of other halls": reserved,
    }
    return proof


def _stuck(url: str, picker: Picker) -> str:
    heard = picker.told[-1].text if picker.told else ""
    came = _asked(url, f"SELECT id, content FROM inbound WHERE subscriber = '{picker.msisdn}' ORDER BY id")
    going = f"SELECT state, node, attempts, text FROM outbound WHERE subscriber = '{picker.msisdn}' ORDER BY id DESC"
    said = _asked(url, f"{going} LIMIT 1")
    return (
        f"{picker.msisdn} texted {picker.texted!r} and last heard {heard!r}; the store has {len(came)} messages of his,"
        f" the last {came[-1:]}, and last answered {said}"
    )


def report(plan: Plan, proof: Proof) -> str:
    who = f"{plan.callers} callers, {plan.diallers} who dial, and {plan.halls} halls"
    lines = [f"{who} for {len(NUMBERS)} numbers, {plan.kills} kills"]
    lines += [f"  {count:>6,}  {what}" for what, count in proof.counts.items()]
    lines += [f"  VIOLATED: {each}" for each in proof.violations] or ["  each number sold once or free, no hold left"]
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description="Callers on two nodes fight for ten numbers while one is killed.")
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--callers", type=int, default=50)
    parser.add_argument("--halls", type=int, default=8)
    parser.add_argument("--diallers", type=int, default=10)
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000))
    parser.add_argument("--folder", type=Path, help="where the configuration and the logs are left to be looked at")
    options = parser.parse_args()
    plan = Plan(options.kills, options.callers, options.halls, options.diallers, seed=options.seed)
    with tempfile.TemporaryDirectory(prefix="hall-proof-") as temporary:
        folder = options.folder or Path(temporary)
        with database("postgresql", folder) as url:
            proof = prove(plan, folder, url)
    print(f"{report(plan, proof)}\n  (seed {plan.seed})")
    return 1 if proof.violations else 0


if __name__ == "__main__":
    sys.exit(main())
