"""From a key to the next prompt, with many calls at once.

    python -m benchmarks.calls --calls 200 --rate 25

Callers ring 10086, hear the menu, press 1 while it is being played, are told their balance and hang up. Counted is the
time from the end of the key to the first packet of the answer, as it comes to the caller's telephone; whether each was
answered for the key he had pressed; and what a dialplan does that has no Hall behind it: the same Asterisk, a prompt, a
key, another prompt. The telephones are ours and take about as much of a core as Asterisk does.
"""

import argparse
import gc
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from tests.peers.asterisk import Asterisk
from tests.peers.embedded import EmbeddedCentre
from tests.peers.hall import Hall, setup
from tests.peers.line import configured
from tests.peers.phone import PRESSED, Call, Phone
from tests.peers.sound import found

KEY_DOWN = PRESSED * 0.02
LISTENS = 8.0, 12.0  # seconds from dialling to the key: the greeting is long enough for all to be on the line
PATIENCE = 40.0
LEAVES = 15.0  # seconds after the key, when he has heard what he wanted


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    asked.add_argument("--calls", type=int, default=200)
    asked.add_argument("--rate", type=float, default=25.0, help="new calls a second")
    asked.add_argument("--seed", type=int, default=1)
    options = asked.parse_args()
    gc.disable()  # it would stop the telephones, which hold a million packets by then, and be taken for a late prompt
    with tempfile.TemporaryDirectory(prefix="hall-calls-") as folder:
        ok = measure(Path(folder), options.calls, options.rate, random.Random(options.seed))
    sys.exit(0 if ok else 1)


def measure(folder: Path, calls: int, rate: float, chance: random.Random) -> bool:
    prompts = folder / "prompts"
    prompts.mkdir()
    speech = prompts / "speech" / "zh"
    alone = str(speech / "welcome.choose"), str(speech / "balance.is.1")
    asterisk = Asterisk(folder / "asterisk", prompts, alone=alone).start()
    centre = EmbeddedCentre()
    made = setup(folder, f"sqlite:///{folder / 'hall.db'}", centre.port, link=configured(prompts, [asterisk]))
    made.run("prompts", "make")
    hall = Hall(made).await_ready()
    phone = Phone(asterisk.sip, silent=True)
    time.sleep(1.0)
    try:
        by_itself = _times(_ring(phone, "10089", min(calls, 50), rate, chance), Path(alone[1] + ".wav"))
        rung = _ring(phone, "10086", calls, rate, chance)
        times = _times(rung, Path(alone[1] + ".wav"))
        right = _answered_for_their_key(folder / "hall.db", calls)
    finally:
        phone.close()
        hall.stop()
        centre.close()
        asterisk.stop()
    _tell(f"{len(by_itself)} calls, Asterisk alone", by_itself, by_itself)
    _tell(f"{len(times)} of {calls} calls, Hall", times, by_itself)
    print(f"{_most_at_once(rung)} calls at once")
    print(f"{right} of {calls} callers were told for the key that they had pressed")
    return len(times) == calls == right


def _ring(phone: Phone, number: str, calls: int, rate: float, chance: random.Random) -> list[Call]:
    began = time.monotonic()
    rung: list[Call] = []
    press: list[tuple[float, Call]] = []
    leave: list[tuple[float, Call]] = []
    while len(rung) < calls or press or leave:
        now = time.monotonic()
        if len(rung) < calls and now >= began + len(rung) / rate:
            call = phone.dial(number, f"139{len(rung):08d}")
            rung.append(call)
            press.append((now + chance.uniform(*LISTENS), call))
        for due in [due for due in press if due[0] <= now]:
            press.remove(due)
            due[1].press("1")
            leave.append((now + LEAVES, due[1]))
        for due in [due for due in leave if due[0] <= now]:
            leave.remove(due)
            if due[1].ended_at is None:
                due[1].hang_up()
        time.sleep(0.005)
    until = time.monotonic() + PATIENCE
    while any(call.ended_at is None for call in rung) and time.monotonic() < until:
        time.sleep(0.1)
    return rung


def _most_at_once(calls: Sequence[Call]) -> int:
    answered = [(call.answered_at, 1) for call in calls if call.answered_at is not None]
    ended = [(call.ended_at, -1) for call in calls if call.ended_at is not None]
    most = now = 0
    for _, by in sorted(answered + ended):
        now += by
        most = max(most, now)
    return most


def _times(calls: Sequence[Call], answer: Path) -> list[float]:
    times = []
    for call in calls:
        place = found(call.heard, answer)
        if place is None or not call.pressed:
            continue
        first = call.packets[0].timestamp
        at = next(packet.at for packet in call.packets if packet.timestamp - first + 160 > place)
        times.append(at - call.pressed[0][1] - KEY_DOWN)
    return sorted(times)


def _answered_for_their_key(database: Path, calls: int) -> int:
    query = """
        SELECT count(*) FROM inbound JOIN outbound ON outbound.inbound = inbound.id
        WHERE inbound.kind = 'digits' AND inbound.content = '1' AND outbound.phrase LIKE 'balance%'
    """
    with closing(sqlite3.connect(database)) as connection:
        return int(connection.execute(query).fetchone()[0])


def _tell(what: str, times: Sequence[float], against: Sequence[float]) -> None:
    if len(times) < 2:
        print(f"{what}: nothing was measured")
        return
    p50, p99 = statistics.median(times), statistics.quantiles(times, n=100)[98]
    ratio = p50 / statistics.median(against)
    print(f"{what}: key to prompt p50 {p50 * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms; {ratio:.2f} of Asterisk alone")


if __name__ == "__main__":
    main()
