"""How long a subscriber looks at an empty screen: USSD inputs at a fixed rate, alone and beside text messages.

    python -m benchmarks.ussd --inputs 200 --texts 200 --crowd 200 --seconds 20

A session is four inputs (the menu, the catalogue, an offer, yes): an order. Sessions begin at a fixed rate whatever
Hall does, and each input is counted from the moment at which it was due. Three times, with the same Hall: alone; beside
texts at a fixed rate; and beside a crowd of so many who text again as soon as they are answered, which is as many texts
as Hall can take. Hall runs as in production and is pinned to one core; the gateway and the message centre share the
rest. What may be compared between machines is the ratio to the median, how much longer than usual the unlucky wait, and
the ratio to the run alone; where the load average says that others use the machine too, neither.
"""

import argparse
import asyncio
import os
import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.processes import Driver, cores, cpu_seconds
from tests.peers import hall
from tests.peers.ports import free_port
from tests.proof.ussd_gateway_server import Manners, Server

INPUTS = ("*100#", "3", "1", "1")
THINKS = 0.1
LINK = """
[[ussd.link]]
name = "bench"
connect = "tcp:127.0.0.1:{port}"
system_id = "hall"
window = 1000
"""


async def subscriber(server: Server, msisdn: str, delays: list[float], due: float, counts_from: float) -> None:
    session, heard = server.dial(msisdn, INPUTS[0])
    for following in (*INPUTS[1:], ""):
        await heard
        if due >= counts_from:
            delays.append(time.perf_counter() - due)
        if not following or session.ended:
            return
        due = time.perf_counter() + THINKS
        await asyncio.sleep(THINKS)
        heard = server.type(session, following)


async def load(server: Server, inputs: float, warm: float, seconds: float, who: str) -> list[float]:
    began, made, delays = time.perf_counter(), 0, list[float]()
    going: set[asyncio.Task[None]] = set()
    while (now := time.perf_counter()) < began + warm + seconds:
        while (due := began + made * len(INPUTS) / inputs) <= now:
            made += 1
            task = asyncio.ensure_future(subscriber(server, f"{who}{made:07d}", delays, due, began + warm))
            going.add(task)
            task.add_done_callback(going.discard)
        await asyncio.sleep(0.002)
    _, late = await asyncio.wait(going, timeout=15) if going else (set(), set())
    if late:
        print(f"{len(late)} sessions were not answered to their end")
    return sorted(delays)


async def measure(given: argparse.Namespace, folder: Path) -> None:
    server = Server("standard", random.Random(1), Manners(dying=0, slowness=0))
    await server.open()
    driver = Driver(port := free_port())
    link = LINK.format(port=server.port)
    database = f"sqlite:///{folder / 'hall.db'}"
    serving = hall.Hall(hall.setup(folder, database, port, window=1000, link=link), cores()[0])
    try:
        await asyncio.to_thread(serving.await_ready)
        await asyncio.to_thread(driver.measure, loop="bound")
        for place, (beside, order) in enumerate(beside_what(given)):
            await one(given, serving.pid, server, driver, beside, order, f"86139{place}")
    finally:
        serving.end()
        driver.close()
        await server.close()


def beside_what(given: argparse.Namespace) -> Iterator[tuple[str, dict[str, Any]]]:
    texts = {"conversation": "balance", "warm": given.warm, "seconds": given.seconds}
    yield "alone", {}
    if given.texts:
        yield f"beside {given.texts:.0f} texts a second", {"loop": "open", "rate": given.texts, **texts}
    if given.crowd:
        yield f"beside {given.crowd} who text at once", {"loop": "closed", "outstanding": given.crowd, **texts}


async def one(
    given: argparse.Namespace, pid: int, server: Server, driver: Driver, beside: str, order: dict[str, Any], who: str
) -> None:
    cpu, wall = cpu_seconds(pid), time.perf_counter()
    texts = asyncio.ensure_future(asyncio.to_thread(driver.measure, **order)) if order else None
    delays = await load(server, given.inputs, given.warm, given.seconds, who)
    seen = (await texts)["delays"] if texts else []
    busy = (cpu_seconds(pid) - cpu) / (time.perf_counter() - wall)
    print(f"{beside}: one core of Hall, {busy:.0%} busy; load average {os.getloadavg()[0]:.1f}")
    for name, found in (("USSD inputs", delays), ("texts", seen)):
        if found:
            print(told(name, found, given.seconds), flush=True)


def told(name: str, delays: list[float], seconds: float) -> str:
    middle, most, worst = (delays[int(share * (len(delays) - 1))] * 1000 for share in (0.5, 0.99, 1.0))
    return (
        f"  {name:<12} {len(delays) / seconds:7.0f} a second   p50 {middle:6.1f} ms   p99 {most:6.1f} ms   "
        f"max {worst:6.1f} ms   p99 is {most / middle:.1f} times the median"
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ussd", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--inputs", type=float, default=200.0, help="USSD inputs a second")
    parser.add_argument("--texts", type=float, default=200.0, help="text messages a second beside them")
    parser.add_argument("--crowd", type=int, default=200, help="how many text at once, in the third run")
    parser.add_argument("--warm", type=float, default=3.0)
    parser.add_argument("--seconds", type=float, default=20.0)
    given = parser.parse_args()
    os.sched_setaffinity(0, cores()[1])
    with tempfile.TemporaryDirectory(prefix="hall-ussd-") as folder:
        asyncio.run(measure(given, Path(folder)))


if __name__ == "__main__":
    main()
