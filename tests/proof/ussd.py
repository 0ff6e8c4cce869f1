"""A thousand USSD sessions at once, and everything that happens to them: nothing is answered twice, nothing is lost.

    python -m tests.proof.ussd --sessions 1000 --seconds 60 --cuts 10 --kills 2 --seed 1

A crowd dials, chooses, turns pages, orders, hangs up, dials again before the old session is over, or goes on by text
with what it was about to order. Meanwhile the gateway
loses connections and offers again what was not acknowledged, lets sessions die under an answer and is slow; Hall is
killed with SIGKILL, if that is asked for. At the end the gateway's book and the database are held against each other:

- each input of a session that lived had exactly one answer, and nothing was said that nobody had asked for (what was
  said again after a lost connection is counted, and forgiven; so is an input that had been acknowledged when Hall was
  killed, before its answer was sent: the next life does not say it, for it may be an old question by then);
- each subscriber has exactly the orders that he said yes to, and was told the number of each: in the session, or by
  text if that died;
- nothing is left open: no session in the gateway, no row of the ledger unsent, no dialog of a session standing.
"""

import argparse
import asyncio
import random
import re
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from tests.doubles.ussd_gateway import VENDORS, Session
from tests.peers.hall import Hall, Setup, setup
from tests.proof.texting import Texts
from tests.proof.ussd_gateway_server import Manners, Server

ANSWER_WITHIN = 30.0
LONGER = 120.0  # seconds at the most, on a machine so busy that little has happened when the time is over
LINK = """
[[ussd.link]]
name = "{name}"
connect = "tcp:127.0.0.1:{port}"
system_id = "hall"
dialect = "{kind}"
budget = 20.0
reconnect = 0.1
"""
NUMBER = re.compile(r"订单号(\d{10,})")
OFFER, QUESTION = re.compile("回复1继续"), re.compile("回复Y")
WRITTEN_WITHIN = 20.0


@dataclass
class Book:
    """What the crowd knows. agreed: how often each subscriber said yes, and saw what came of it; unseen: when he did
    not wait to see; cut_short: inputs whose answer died with Hall; by_text: what was agreed so; unread: what he said
    yes to by text, and read nothing of."""

    sessions: int = 0
    inputs: int = 0
    aborted: int = 0
    again: int = 0
    agreed: Counter[str] = field(default_factory=Counter)
    unseen: list[tuple[str, Session]] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)
    cut_short: int = 0
    by_text: int = 0
    unread: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)


@dataclass
class Person:
    """Dials and answers until the time is over, and so many orders were seen, with dice of his own. thinks: seconds
    before an answer, on average."""

    msisdn: str
    server: Server
    texts: Texts
    book: Book
    dice: random.Random
    thinks: float
    orders: int

    async def lives(self, until: float) -> None:
        await asyncio.sleep(self.dice.random() * 2 * self.thinks)
        session: Session | None = None
        while self._goes_on(until) or session is not None:
            code = self.dice.choice(("*100#", "*100#", "*100*3#", "*100*3*1001#", "*100*1#"))
            self.book.sessions += 1
            session, heard = self.server.dial(self.msisdn, code)
            session = await self._converses(session, heard, until)

    def _goes_on(self, until: float) -> bool:
        now = time.monotonic()
        return now < until or (now < until + LONGER and self.book.agreed.total() < self.orders)

    async def _converses(self, session: Session, heard: "asyncio.Future[str]", until: float) -> Session | None:
        """The session that is left standing for another dial, or None when it is over."""
        question = ""  # to which he has just said yes
        while True:
            if self.dice.random() < 0.03:  # he hangs up before he is answered
                await asyncio.sleep(self.dice.random() * 0.05)
                self._unseen(session, question)
                self._hangs_up(session)
                return None
            screen = await self._answered(session, heard)
            if not screen:
                self._unseen(session, question)
                return None
            if question and screen != question:  # else he is asked again: his yes was taken for a repeat
                self.book.agreed[self.msisdn] += 1
            if session.ended:
                return None
            await asyncio.sleep(self.dice.random() * 2 * self.thinks)
            if session.aborted or self.dice.random() < 0.02:
                self._hangs_up(session)
                return None
            if "1 确认" in screen and self.dice.random() < 0.1:
                self._hangs_up(session)
                await self._goes_on_by_text()
                return None
            if self.dice.random() < 0.02:
                self.book.again += 1
                session.aborted = True  # he dials again, and nobody answers this one any more
                return None if time.monotonic() >= until else session
            key = self._key(screen)
            question = screen if "1 确认" in screen and key == "1" else ""
            heard = self.server.type(session, key)

    async def _goes_on_by_text(self) -> None:
        """With what he is offered. Who is not written to, because Hall was killed under him, dials again."""
        msisdn, texts = self.msisdn, self.texts
        had = texts.so_far(msisdn)
        for words, answer in ((OFFER, "1"), (QUESTION, "Y")):
            if not await texts.reads(msisdn, words, had, WRITTEN_WITHIN):
                return
            had = texts.so_far(msisdn)
            texts.writes(msisdn, answer)
        if await texts.reads(msisdn, NUMBER, had, WRITTEN_WITHIN):
            self.book.agreed[msisdn] += 1
            self.book.by_text += 1
        else:
            self.book.unread[msisdn] += 1

    def _unseen(self, session: Session, question: str) -> None:
        if question:
            self.book.unseen.append((self.msisdn, session))

    def _hangs_up(self, session: Session) -> None:
        if not session.ended and not session.aborted:
            self.book.aborted += 1
            self.server.abort(session)

    async def _answered(self, session: Session, heard: "asyncio.Future[str]") -> str | None:
        self.book.inputs += 1
        began = time.monotonic()
        try:
            screen = await asyncio.wait_for(heard, ANSWER_WITHIN)
        except TimeoutError:
            if id(session) in self.server.killed_under:
                self.book.cut_short += 1
                session.aborted = True  # to him it has failed: he dials again, and is asked whether to go on
            else:
                self.book.unanswered.append(f"{self.msisdn} after {session.answers[-1:]}")
            return None
        self.book.seconds.append(time.monotonic() - began)
        return screen

    def _key(self, screen: str) -> str:
        keys = re.findall(r"(?m)^(\d{1,2}) ", screen)
        if "1 确认" in screen:
            return self.dice.choice(("1", "1", "2"))
        return str(self.dice.choice([key for key in keys if key != "0"] or ["0"]))


@dataclass
class Proof:
    book: Book
    texts: dict[str, list[str]]
    servers: list[Server]
    database: Path
    kills: int = 0

    def violations(self) -> list[str]:
        return [*self._answers(), *self._orders(), *self._left_open()]

    def _answers(self) -> list[str]:
        found = [f"no answer: {what}" for what in self.book.unanswered]
        for server in self.servers:
            for session in server.gateway.all:
                if session.stray:
                    found.append(f"{session.msisdn} was told what he had not asked for: {session.stray[0]!r}")
                if not (session.ended or session.aborted) and session.inputs != len(session.answers):
                    found.append(f"{session.msisdn}: {session.inputs} inputs, {len(session.answers)} answers")
            if server.unacknowledged:
                found.append(f"{server.kind}: {server.unacknowledged} inputs were never acknowledged")
        return found

    def _orders(self) -> list[str]:
        found = []
        placed: dict[str, set[str]] = {}
        for subscriber, number in self._rows("SELECT subscriber, number FROM orders"):
            placed.setdefault(subscriber, set()).add(number)
        told: dict[str, set[str]] = {}
        for subscriber, text in self._read():
            told.setdefault(subscriber, set()).update(NUMBER.findall(text))
        least, most = Counter(self.book.agreed), Counter(self.book.agreed)
        most.update(self.book.unread)
        for subscriber, session in self.book.unseen:
            most[subscriber] += 1
            least[subscriber] += not any(server.doubted(session) for server in self.servers)
        for subscriber in sorted(placed.keys() | most.keys()):
            has = placed.get(subscriber, set())
            if not least[subscriber] <= len(has) <= most[subscriber]:
                found.append(
                    f"{subscriber} said yes {least[subscriber]} to {most[subscriber]} times and has {len(has)} orders"
                )
            if missing := has - told.get(subscriber, set()):
                found.append(f"{subscriber} was never told of {', '.join(sorted(missing))}")
        return found

    def _read(self) -> Iterator[tuple[str, str]]:
        """Every screen that was shown, and every text."""
        for server in self.servers:
            for session in server.gateway.all:
                yield from ((session.msisdn, screen) for screen in session.answers)
        for subscriber, texts in self.texts.items():
            yield from ((subscriber, text) for text in texts)

    def _left_open(self) -> list[str]:
        waiting = self._rows("SELECT count(*) FROM outbound WHERE due_at IS NOT NULL")[0][0]
        quarantined = self._rows("SELECT count(*) FROM quarantine")[0][0]
        found = [f"{waiting} messages are not sent"] if waiting else []
        return found + ([f"{quarantined} inputs are in quarantine"] if quarantined else [])

    def settled(self) -> bool:
        return not self._rows("SELECT count(*) FROM outbound WHERE due_at IS NOT NULL")[0][0]

    def _rows(self, statement: str) -> list[tuple]:  # type: ignore[type-arg]
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=10)) as connection:
            return list(connection.execute(statement))

    def report(self) -> str:
        book = self.book
        waits = sorted(book.seconds) or [0.0]
        middle, most = waits[len(waits) // 2], waits[int(len(waits) * 0.99)]
        return (
            f"{book.sessions} sessions, {book.inputs} inputs, {book.aborted} aborted, {book.again} dialled again, "
            f"{sum(len(server.died) for server in self.servers)} died under an answer, "
            f"{sum(server.cuts for server in self.servers)} connections cut, {self.kills} kills\n"
            f"{sum(book.agreed.values())} orders, {book.by_text} of them gone on with by text\n"
            f"{sum(map(len, self.texts.values()))} texts, "
            f"{sum(server.again for server in self.servers)} answers said again and refused\n"
            f"{book.cut_short} answers died with Hall\n"
            f"answered within {middle * 1000:.0f} ms (median), {most * 1000:.0f} ms (99 of 100)"
        )


async def run(
    sessions: int, seconds: float, cuts: int, kills: int, seed: int, folder: Path, thinks: float = 0.25, orders: int = 0
) -> Proof:
    """`sessions` of them at any time, over all dialects."""
    dice = random.Random(seed)
    texts = Texts()
    await texts.open()
    servers = [Server(kind, random.Random(dice.random()), Manners()) for kind in VENDORS]
    for server in servers:
        await server.open()
    links = "".join(LINK.format(name=server.kind, port=server.port, kind=server.kind) for server in servers)
    database = folder / "hall.db"
    ready = setup(folder, f"sqlite:///{database}", texts.port, link=links)
    hall = Hall(ready)
    proof = Proof(Book(), texts.read, servers, database)
    try:
        await asyncio.to_thread(hall.await_ready)
        until = time.monotonic() + seconds
        people = [
            Person(
                f"86138{number:08d}",
                servers[number % len(servers)],
                texts,
                proof.book,
                random.Random(dice.random()),
                thinks,
                orders,
            )
            for number in range(sessions)
        ]
        lives = [asyncio.ensure_future(person.lives(until)) for person in people]
        pulling = asyncio.ensure_future(_pull(servers, cuts, seconds, dice))
        for _ in range(kills):
            await asyncio.sleep(seconds / (kills + 1) * (0.5 + dice.random() / 2))
            hall = await _killed(hall, ready, proof)
        await asyncio.gather(*lives)
        await pulling
        await _until(
            lambda: not (texts.unacknowledged or any(server.unacknowledged for server in servers)) and proof.settled()
        )
        await asyncio.to_thread(hall.stop)
    finally:
        hall.end()
        for server in servers:
            await server.close()
    return proof


async def _pull(servers: list[Server], cuts: int, seconds: float, dice: random.Random) -> None:
    for _ in range(cuts):
        await asyncio.sleep(seconds / cuts * (0.5 + dice.random() / 2))
        dice.choice(servers).cut()


async def _killed(hall: Hall, ready: Setup, proof: Proof) -> Hall:
    """The next life of it."""
    hall.kill()
    for server in proof.servers:
        server.in_doubt()
        server.killed_under.update(id(session) for session in server.gateway.all if session.waits)
    proof.kills += 1
    return await asyncio.to_thread(Hall(ready).await_ready)


async def _until(holds, within: float = 90.0) -> None:  # type: ignore[no-untyped-def]
    end = time.monotonic() + within
    while not holds() and time.monotonic() < end:
        await asyncio.sleep(0.2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sessions", type=int, default=1_000)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--cuts", type=int, default=10)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--thinks", type=float, default=3.0, help="seconds before an answer, on average")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hall-ussd-") as temporary:
        folder = given.folder or Path(temporary)
        plan = (given.sessions, given.seconds, given.cuts, given.kills, given.seed, folder, given.thinks)
        proof = asyncio.run(run(*plan))
        print(proof.report())
        violations = proof.violations()
        print("\n".join(violations[:20]) or "nothing was answered twice, nothing was lost")
        sys.exit(1 if violations else 0)


if __name__ == "__main__":
    main()
