"""What searching and holding cost in a pool of a million. It prints, and asserts nothing.

    python -m benchmarks.numbers --many 1000000 --database sqlite --database postgresql

Each kind of search is made many times, each time from another place and with other digits, and its first two pages are
read. Holding takes a free number, gives it back, and orders one; each is a transaction of its own, committed as in
production. Beside them is what a select by the primary key costs in the same database: compare ratios, not machines.
"""

import argparse
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, text

from orders import number_grades
from orders.ledger import schema
from orders.ledger.at_hand import Deed
from orders.ledger.engine import open_engine
from orders.ledger.number_finding import find
from orders.ledger.number_holding import Held, hold, let_go, number_named, sweep
from orders.ledger.number_importing import take_in
from orders.number_grades import grade_of
from orders.number_import import Listed
from orders.number_search import Criteria, begin
from tests.orders.ledger.pool import deed
from tests.peers import postgres

NOW = 1_800_000_000.0
PAGE = 8
CHANCE = random.Random(10086)


def digits(many: int) -> str:
    return f"{CHANCE.randrange(10**many):0{many}d}"


WISHES: dict[str, Callable[[], Criteria]] = {
    "any": Criteria,
    "without 4": lambda: Criteria(without_4=True),
    "tail 1": lambda: Criteria(tail=digits(1)),
    "tail 2": lambda: Criteria(tail=digits(2)),
    "tail 3": lambda: Criteria(tail=digits(3)),
    "tail 4": lambda: Criteria(tail=digits(4)),
    "tail 6": lambda: Criteria(tail=digits(6)),
    "contains 2": lambda: Criteria(contains=digits(2)),
    "contains 3": lambda: Criteria(contains=digits(3)),
    "contains 4": lambda: Criteria(contains=digits(4)),
    "contains 6": lambda: Criteria(contains=digits(6)),
    "AABB": lambda: Criteria(pattern="AABB"),
    "AAA": lambda: Criteria(pattern="AAA"),
    "ABCABC": lambda: Criteria(pattern="ABCABC"),
    "AABBCCDD": lambda: Criteria(pattern="AABBCCDD"),
    "ABCDE": lambda: Criteria(pattern="ABCDE"),
    "?8?8": lambda: Criteria(pattern="?8?8"),
    "price 500-2000": lambda: Criteria(least=50_000, most=200_000),
    "price over 100, no 4": lambda: Criteria(least=10_000, without_4=True),
    "grade ABAB, region": lambda: Criteria(grade="ABAB", region="r7"),
    "region, tail 2, no 4": lambda: Criteria(region="r7", tail=digits(2), without_4=True),
    "contains 4, no 4, region": lambda: Criteria(contains="5201", without_4=True, region="r7"),
    "tail 1, price over 1000": lambda: Criteria(tail=digits(1), least=100_000),
}


def pool(many: int) -> Iterator[Listed]:
    rules = number_grades.standard()
    chance = random.Random(1)
    for line, own in enumerate(chance.sample(range(10**8), many), 2):
        number = f"139{own:08d}"
        yield Listed(line, number, f"r{line % 30}", grade_of(number, rules))


Work = Callable[[Connection, int], object]


def measured(engine: Engine, work: Work, times: int, reading: bool = False) -> list[float]:
    """Milliseconds of each, in ascending order; a commit is part of what writes."""
    taken = []
    for number in range(times):
        began = time.perf_counter()
        with engine.begin() as connection:
            if reading:
                began = time.perf_counter()
            work(connection, number)
            if reading:
                taken.append(time.perf_counter() - began)
        if not reading:
            taken.append(time.perf_counter() - began)
    return sorted(1000 * seconds for seconds in taken)


def searched(wish: Callable[[], Criteria]) -> Work:
    def work(connection: Connection, number: int) -> None:
        find(connection, wish(), NOW, PAGE, begin(number + 1))

    return work


def report(name: str, taken: list[float], base: float) -> None:
    p50, p99 = taken[len(taken) // 2], taken[int(len(taken) * 0.99)]
    print(f"  {name:28} p50 {p50:7.2f} ms   p99 {p99:7.2f} ms   {p50 / base:6.1f} x the key", flush=True)


def measure(url: str, many: int, times: int) -> None:
    engine = open_engine(url)
    schema.upgrade(engine)
    began = time.perf_counter()
    with engine.begin() as connection:
        take_in(connection, pool(many), NOW)
    print(f"  {many:,} numbers taken in {time.perf_counter() - began:.0f} s", flush=True)
    with engine.begin() as connection:
        known = [each.number for each in find(connection, Criteria(), NOW, 3000, begin(99)).numbers]
    by_key = measured(engine, lambda c, n: c.execute(_by_key, {"no": known[n % len(known)]}).one(), times, True)
    base = by_key[len(by_key) // 2]
    report("select by the key", by_key, base)
    for name, wish in WISHES.items():
        report(name, measured(engine, searched(wish), times, True), base)
    report("an empty transaction", measured(engine, lambda c, n: c.execute(_nothing), times), base)
    report("hold, committed", measured(engine, lambda c, n: _held(deed(c), known[n], f"86139{n:08d}"), times), base)
    report("hold what is held", measured(engine, lambda c, n: hold(deed(c), known[n], "8613700000000"), times), base)
    report("let go, committed", measured(engine, lambda c, n: let_go(deed(c), known[n], f"86139{n:08d}"), times), base)
    _sweep(engine, known)
    engine.dispose()


_by_key = text("SELECT * FROM numbers WHERE number = :no")
_nothing = text("UPDATE numbers SET region = region WHERE number = ''")


def _held(at: Deed, number: str, holder: str) -> None:
    assert hold(at, number, holder).result is Held.HELD


def _sweep(engine: Engine, known: list[str]) -> None:
    with engine.begin() as connection:
        for place, number in enumerate(known[:1000]):
            hold(deed(connection), number, f"86139{place:08d}")
    began, swept = time.perf_counter(), 0
    with engine.begin() as connection:
        while found := sweep(connection, NOW + 3600):
            swept += found
        assert number_named(connection, known[0]) is not None
    print(f"  {swept:,} holds that were over swept in {1000 * (time.perf_counter() - began):.0f} ms", flush=True)


@contextmanager
def database(kind: str) -> Iterator[str]:
    if kind == "sqlite":
        with tempfile.TemporaryDirectory(prefix="hall-numbers-") as folder:
            yield f"sqlite:///{Path(folder) / 'hall.db'}"
        return
    with postgres.running() as server, server.database() as url:
        yield url


def main() -> None:
    parser = argparse.ArgumentParser(description="What searching and holding numbers cost.")
    parser.add_argument("--many", type=int, default=1_000_000, help="numbers in the pool")
    parser.add_argument("--times", type=int, default=300)
    parser.add_argument("--database", action="append", choices=("sqlite", "postgresql"))
    options = parser.parse_args()
    for kind in options.database or ["sqlite", "postgresql"]:
        print(f"{kind}, {options.many:,} numbers, {options.times} times each, pages of {PAGE}", flush=True)
        with database(kind) as url:
            measure(url, options.many, options.times)


if __name__ == "__main__":
    main()
