"""How long a report of a year takes to be read, made and drawn, with as many orders behind it as one likes.

    python -m benchmarks.reports [--orders 300000] [--database sqlite|postgresql]

The counts of the orders are written as the ledger would have written them, batch by batch; what that takes for each
order is told, for that is what reports cost whoever orders. Then a year, and four weeks of it, are asked for again and
again.
"""

import argparse
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, func, select, text

from channels.desk import reports
from orders.ledger import report_rows, schema
from orders.ledger.counting import Counts, count_step
from orders.ledger.engine import open_engine, reading
from orders.ledger.tables import report_counts
from orders.reports.hours import Span, day_of, hour_of, last_days
from orders.reports.report import sheets
from tests.channels.desk.seed_reports import CHANNELS, FATES, FLAGS
from tests.peers.postgres import running

ZONE = ZoneInfo("Asia/Shanghai")
NOW = 1_800_000_000.0
YEAR = 365
BATCH = 100
TIMES = 10


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--orders", type=int, default=300_000)
    asked.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    told = asked.parse_args()
    with database(told.database) as url:
        engine = open_engine(url)
        schema.upgrade(engine)
        spent = fill(engine, told.orders)
        print(f"{told.orders:,} orders counted: {1e6 * spent / told.orders:.0f} µs for each, in batches of {BATCH}")
        with engine.begin() as connection:
            print(f"{connection.scalar(select(func.count()).select_from(report_counts)):,} rows")
            if engine.dialect.name == "postgresql":
                connection.execute(text("ANALYZE report_counts"))
        for days in (28, YEAR):
            measure(engine, last_days(NOW, days, ZONE))
        explain(engine)
        engine.dispose()


@contextmanager
def database(kind: str) -> Iterator[str]:
    if kind == "postgresql":
        with running() as server, server.database() as url:
            yield url
        return
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite:///{Path(folder) / 'hall.db'}"


def fill(engine: Engine, orders: int) -> float:
    """Seconds spent on counting them; the commit is paid by whoever ordered."""
    spent, every = 0.0, YEAR * 86_400 / orders
    for first in range(0, orders, BATCH):
        began = time.perf_counter()
        counts = Counts("hall-1")
        for place in range(first, min(first + BATCH, orders)):
            at = NOW - place * every
            hour, day = hour_of(at, ZONE), day_of(at, ZONE)
            offer, flags = f"P{place % 40}", (FLAGS[place % 3],) if place % 10 == 0 else ()
            for step in FATES[place % len(FATES)]:
                count_step(counts, hour, day, CHANNELS[place % 6], step, 138_000, Counter({offer: 138_000}), flags)
            if place % 10 == 0:
                counts.add("agent", hour, f"agent{place % 50}", "confirmed", "")
            counts.add("heard", day, "order", "", "sms")
            counts.add("script", day, "order", "begun", "sms")
        spent += time.perf_counter() - began
        with engine.begin() as connection:
            began = time.perf_counter()
            counts.flush(connection)
            spent += time.perf_counter() - began
    return spent


def measure(engine: Engine, days: Span) -> None:
    read, made, drawn = [], [], []
    for _ in range(TIMES):
        began = time.perf_counter()
        with reading(engine) as connection:
            of = report_rows.counted(connection, days, ZONE, "", NOW)
        read.append(time.perf_counter() - began)
        began = time.perf_counter()
        found = sheets(of)
        made.append(time.perf_counter() - began)
        began = time.perf_counter()
        for sheet in found:
            if sheet.name in reports.PICTURES:
                reports.drawn(sheet, of, "zh")
        drawn.append(time.perf_counter() - began)
    told = ", ".join(
        f"{name} {1000 * sorted(spent)[TIMES // 2]:.0f} ms (worst {1000 * max(spent):.0f})"
        for name, spent in (("read", read), ("made", made), ("drawn", drawn))
    )
    print(f"{days.days} days: {told}")


def explain(engine: Engine) -> None:
    """How the database goes about the two questions of a page."""
    days = last_days(NOW, 28, ZONE)
    names = {"begin": days.begin, "end": days.end, "kind": "order"}
    how = "EXPLAIN QUERY PLAN " if engine.dialect.name == "sqlite" else "EXPLAIN "
    for query in (report_rows._totals, report_rows._by_hour):
        compiled = query.params(**names).compile(engine, compile_kwargs={"literal_binds": True})
        with reading(engine) as connection:
            for row in connection.execute(text(how + str(compiled).replace(":", "\\:"))):
                print("   ", row[-1])


if __name__ == "__main__":
    main()
