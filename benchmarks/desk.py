"""From the key press to the next work card: fifty agents at the desk, a hundred thousand orders waiting.

    python -m benchmarks.desk --database sqlite --database postgresql --waiting 100000 --agents 50 --seconds 30

Each agent has a connection of his own, kept open, and does what a browser does: he claims, dials, has a word with the
customer (a moment, here: a desk is busiest when nobody answers), records the outcome, and claims the next. Beside that
his page looks at the queue every five seconds. A third of the calls reach nobody, so that tasks come back; the rest are
confirmed with all that was asked. Hall runs as in production, pinned to one core; agents
share the rest with the database. What is measured is the claim, as the agent sees it: the request, the transaction with
its commit, and the whole card as JSON. What the browser then takes to draw it is measured by `--browser`, from the key
press until the card's number stands on the screen.

The same Hall with two hundred orders is the baseline: what a hundred thousand cost is the ratio to it.
"""

import argparse
import os
import random
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from benchmarks.processes import cores, cpu_seconds
from channels.desk.passwords import hashed
from orders.ledger import schema
from orders.ledger.engine import open_engine
from tests.peers import hall
from tests.peers.desk import Refused
from tests.peers.desk_line import DeskLine
from tests.peers.needed import program
from tests.proof.desk_halls import setup
from tests.proof.desk_orders import fill, hire
from tests.proof.kill import database

PASSWORD = "bench-desk-10086"
LOOKS_EVERY = 5.0
FEW = 1_000
WAITED = 3_600.0  # seconds, at the least, since the orders were placed
WARM = 15.0  # seconds that are not counted: a node that begins reads more than one that is at work
ASKED = ("claim", "decision", "dial", "queue")

Delays = dict[str, list[float]]


class AtWork(threading.Thread):
    """One agent. thinks: seconds between one thing and the next, on average."""

    def __init__(self, web: int, name: str, thinks: float) -> None:
        super().__init__(daemon=True)
        self.delays: Delays = {what: [] for what in ASKED}
        self.late = 0
        self._line = DeskLine(web)
        self._name, self._thinks = name, thinks
        self._chance = random.Random(name)
        self._looked = 0.0
        self.counts_from = self.until = 0.0

    def sign_in(self) -> None:
        self._line.sign_in(self._name, PASSWORD)

    def run(self) -> None:
        time.sleep(self._chance.uniform(0.0, self._thinks * 2))
        while time.monotonic() < self.until:
            try:
                self._one()
            except Refused as refused:
                self.late += 1
                print(f"{self._name}: {refused}")

    def _one(self) -> None:
        card = self._timed("claim", "tasks/claim")
        if card is None:
            time.sleep(0.5)
            return
        self._think()
        task = card["id"]
        self._timed("dial", f"tasks/{task}/dial")
        self._think()
        outcome = self._chance.choice(["confirmed", "confirmed", "no_answer"])
        asked = [line["line"] for line in card["guide"]["lines"] if line["ask"]]
        self._timed("decision", f"tasks/{task}/decision", {"outcome": outcome, "note": "ok", "checks": asked})

    def _think(self) -> None:
        time.sleep(self._chance.uniform(0.5, 1.5) * self._thinks)
        if time.monotonic() - self._looked > LOOKS_EVERY:
            self._looked = time.monotonic()
            began = time.perf_counter()
            self._line.get("tasks")
            self._took("queue", began)

    def _timed(self, what: str, path: str, document: object = None) -> Any:
        began = time.perf_counter()
        answer = self._line.post(path, document)
        self._took(what, began)
        return answer

    def _took(self, what: str, began: float) -> None:
        if time.monotonic() >= self.counts_from:
            self.delays[what].append(time.perf_counter() - began)


def told(what: str, delays: list[float], seconds: float) -> str:
    ms = sorted(1000 * each for each in delays)
    if not ms:
        return f"  {what:<10} never"
    p50, p99 = ms[len(ms) // 2], ms[min(len(ms) - 1, int(0.99 * len(ms)))]
    return (
        f"  {what:<10} p50 {p50:7.1f} ms  p99 {p99:7.1f} ms  worst {ms[-1]:7.1f} ms  {len(ms) / seconds:6.1f} a second"
    )


def measured(given: argparse.Namespace, folder: Path, url: str, waiting: int, password_hash: str) -> None:
    engine = open_engine(url)
    schema.upgrade(engine)
    names = [f"agent-{each}" for each in range(given.agents)]
    began = time.perf_counter()
    fill(engine, waiting, time.time() - WAITED, random.Random(1))
    hire(engine, [*names, "browser"], password_hash, time.time())
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ANALYZE")
    engine.dispose()
    print(f" {waiting:,} orders waiting, made in {time.perf_counter() - began:.0f} s")
    made = setup(folder, url, 1)
    made.run("catalogue", "import", str(hall.CATALOGUE))
    serving = hall.Hall(made, cores()[0]).await_ready()
    try:
        os.sched_setaffinity(0, cores()[1])
        _at_work(given, serving, made.web, names)
        if given.browser:
            _in_browser(made.web, given.browser)
    finally:
        serving.end()


def _at_work(given: argparse.Namespace, serving: hall.Hall, web: int, names: list[str]) -> None:
    agents = [AtWork(web, name, given.thinks) for name in names]
    for agent in agents:
        agent.sign_in()
    counts_from = time.monotonic() + WARM
    for agent in agents:
        agent.counts_from, agent.until = counts_from, counts_from + given.seconds
        agent.start()
    time.sleep(WARM)
    used = cpu_seconds(serving.pid)
    for agent in agents:
        agent.join()
    used = cpu_seconds(serving.pid) - used
    for what in ASKED:
        print(told(what, [delay for agent in agents for delay in agent.delays[what]], given.seconds))
    refused = sum(agent.late for agent in agents)
    print(f"  Hall used {100 * used / given.seconds:.0f} % of its core; {refused} requests were refused")


def _in_browser(web: int, times: int) -> None:
    """From the key press until the number of the next card stands on the screen."""
    from playwright.sync_api import sync_playwright

    delays = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program("chromium"), args=["--no-sandbox"])
        page = browser.new_page(locale="zh-CN", viewport={"width": 1280, "height": 720})
        page.goto(f"http://127.0.0.1:{web}/desk/")
        page.fill("input[name=name]", "browser")
        page.fill("input[name=password]", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_selector("#queue .tag")
        page.evaluate(WATCHED)
        for _ in range(times):
            page.keyboard.press("n")
            page.wait_for_selector("#card")
            delays.append(page.evaluate("window.tookUntilCard") / 1000)
            page.keyboard.press("7")
            page.keyboard.press("Enter")
            page.wait_for_selector("div.ready")
        browser.close()
    print(told("on screen", delays, max(1e-9, sum(delays))))


WATCHED = """() => {
  let pressed = 0;
  document.addEventListener("keydown", (event) => { if (event.key === "n") pressed = performance.now(); }, true);
  new MutationObserver(() => {
    if (!pressed || !document.querySelector("#card .number")) return;
    const since = pressed;
    pressed = 0;
    requestAnimationFrame(() => requestAnimationFrame(() => { window.tookUntilCard = performance.now() - since; }));
  }).observe(document.getElementById("desk"), { childList: true, subtree: true });
}"""


def main() -> None:
    parser = argparse.ArgumentParser(description="How long an agent waits for the next work card.")
    parser.add_argument("--database", action="append", choices=["sqlite", "postgresql"])
    parser.add_argument("--waiting", type=int, default=100_000)
    parser.add_argument("--agents", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--thinks", type=float, default=2.0)
    parser.add_argument("--browser", type=int, default=0, help="so many cards in a real browser besides")
    given = parser.parse_args()
    password_hash = hashed(PASSWORD)
    for kind in given.database or ["sqlite", "postgresql"]:
        print(f"{kind}, {given.agents} agents who think for {given.thinks:g} s; load {os.getloadavg()[0]:.1f}")
        for waiting in (FEW if given.waiting > FEW else given.waiting, given.waiting):
            with tempfile.TemporaryDirectory(prefix="hall-bench-") as temporary, database(kind, Path(temporary)) as url:
                measured(given, Path(temporary), url, waiting, password_hash)


if __name__ == "__main__":
    main()
