"""What a turn costs: `python benchmarks/turns.py`. It prints, and asserts nothing: a clock is no test.

Each line is one kind of turn, with what is said rendered as text, beside the cost of the cheapest one.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from dialogs.phrases import render_text
from dialogs.turn import load_library, take_turn
from dialogs.words import Dialog, Facts, Inbound, LookupDone, MessageReceived, OfferFacts, Outcome, Say

NOW = 1_790_000_000.0
LIBRARY = load_library()
ZONE = ZoneInfo("Asia/Shanghai")
OFFERS = {
    code: OfferFacts(code, keypad, {"zh": zh, "en": en}, price)
    for code, keypad, zh, en, price in (
        ("F800", "1001", "酷派F800", "Coolpad F800", 99900),
        ("TD80T", "1002", "联想TD80t", "Lenovo TD80t", 128000),
        ("G3ZJ", "2001", "G3座机", "G3 desk phone", 39900),
        ("SJK", "2002", "数据卡", "Data card", 19900),
        ("GAT", "2003", "关爱通", "Care phone", 29900),
    )
}
FACTS = Facts("zh", OFFERS)
NOBODY = Dialog("8613800138000", "sms:10086")


def turn(dialog: Dialog, kind: MessageReceived | LookupDone) -> Outcome:
    outcome = take_turn(LIBRARY, dialog, Inbound(1, "sms", dialog.subscriber, "10086", NOW, kind), FACTS, NOW)
    for effect in outcome.effects:
        if isinstance(effect, Say):
            render_text(LIBRARY.phrases, effect.prompt, effect.language, ZONE)
    return outcome


def after(*texts: str) -> Dialog:
    dialog = NOBODY
    for text in texts:
        dialog = turn(dialog, MessageReceived(text)).dialog
    return dialog


def heard(text: str, *before: str) -> Callable[[], Outcome]:
    dialog, kind = after(*before), MessageReceived(text)
    return lambda: turn(dialog, kind)


def answered(result: str, values: dict[str, int | str], *before: str) -> Callable[[], Outcome]:
    dialog, kind = after(*before), LookupDone(1, result, values)
    return lambda: turn(dialog, kind)


def microseconds(take: Callable[[], Outcome], times: int = 2_000) -> float:
    """Time of this process only, and the best of five rounds: the others were disturbed."""
    rounds = []
    for _ in range(5):
        began = time.process_time()
        for _ in range(times):
            take()
        rounds.append((time.process_time() - began) / times * 1e6)
    return min(rounds)


TURNS = {
    "YE: asks billing": heard("YE"),
    "balance found": answered("found", {"amount": 1888}, "YE"),
    "DG F800: confirm?": heard("DG F800"),
    "Y: places": heard("Y", "DG F800"),
    "placed": answered("placed", {"number": "1000000017", "total": 99900}, "DG F800", "Y"),
    "N: not placed": heard("N", "DG F800"),
    "#: the start": heard("#"),
    "a menu key": heard("2", "#"),
    "SP: the catalogue": heard("SP"),
    "0: back": heard("0", "SP", "1"),
    "TD in a question, which is put again": heard("TD", "DG F800"),
    "free text, an order": heard("来两台酷派F800"),
    "nonsense": heard("今天天气不错"),
    "nonsense in a question": heard("今天天气不错", "DG F800"),
}


def main() -> None:
    costs = {name: microseconds(take) for name, take in TURNS.items()}
    least = min(costs.values())
    for name, cost in costs.items():
        print(f"{cost:7.1f} µs  {cost / least:5.1f} ×  {name}")


if __name__ == "__main__":
    main()
