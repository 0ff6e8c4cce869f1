"""How well free text is understood, on phrases that the phrase book was not made from, and how long a message takes.

    python -m benchmarks.understanding            the unseen half: accuracy, confusion, time
    python -m benchmarks.understanding --before   the other half, with every mistake

A phrase is right if its intent is; one that is nonsense, if it was taken for nothing. `asked` counts those that were
asked back, with the right meaning among the choices. Slots are counted apart, over what was rightly understood.
"""

import argparse
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table
from ruamel.yaml import YAML

from dialogs.understanding import Understander, default_understander
from gateway_config.seed import seed_offers

TESTS = Path(__file__).parent.parent / "tests" / "dialogs"
BEFORE, NEVER = TESTS / "heard_before.yaml", TESTS / "heard_never.yaml"
NOT_LIGHTLY = ("order", "cancel", "optout")


@dataclass(frozen=True, slots=True)
class Phrase:
    text: str
    intent: str
    slots: Mapping[str, object]


@dataclass
class Report:
    confusion: Counter[tuple[str, str]] = field(default_factory=Counter)
    mistakes: list[tuple[Phrase, str]] = field(default_factory=list)
    slots_missed: list[tuple[Phrase, Mapping[str, object]]] = field(default_factory=list)
    asked: int = 0
    seconds: list[float] = field(default_factory=list)

    @property
    def count(self) -> int:
        return self.confusion.total()

    @property
    def right(self) -> int:
        return sum(times for (meant, taken), times in self.confusion.items() if meant == taken)

    @property
    def accuracy(self) -> float:
        return self.right / self.count

    @property
    def dangerous(self) -> list[str]:
        """Nonsense that was taken for what nobody may be taken for lightly."""
        return [phrase.text for phrase, taken in self.mistakes if phrase.intent == "none" and taken in NOT_LIGHTLY]


def phrases(file: Path) -> Iterator[Phrase]:
    for intent, entries in YAML(typ="safe", pure=True).load(file.read_text("utf-8")).items():
        for entry in entries:
            if isinstance(entry, dict):
                yield Phrase(str(entry["text"]), intent, entry["slots"])
            else:
                yield Phrase(str(entry), intent, {})


def measure(file: Path, understander: Understander | None = None) -> Report:
    understander = understander or default_understander()
    offers = {offer.code: offer.facts for offer in seed_offers()}
    understander.understand("once before the clock is looked at", offers)
    report = Report()
    for phrase in phrases(file):
        begun = time.perf_counter()
        understood = understander.understand(phrase.text, offers)
        report.seconds.append(time.perf_counter() - begun)
        report.confusion[phrase.intent, understood.intent] += 1
        report.asked += understood.close and phrase.intent in understood.near
        if understood.intent != phrase.intent:
            report.mistakes.append((phrase, understood.intent))
        elif dict(understood.slots) != phrase.slots and phrase.intent != "none":
            report.slots_missed.append((phrase, understood.slots))
    return report


def show(report: Report, mistakes: bool) -> None:
    console = Console(width=140)
    intents = sorted({intent for pair in report.confusion for intent in pair})
    table = Table(title="meant (down), taken for (across)")
    for name in ("", *intents):
        table.add_column(name, justify="left" if not name else "right")
    for meant in intents:
        table.add_row(meant, *(str(report.confusion[meant, taken] or "") for taken in intents))
    console.print(table)
    times = sorted(report.seconds)
    console.print(
        f"{report.right} of {report.count} right, {report.accuracy:.1%}; {report.asked} asked back rightly;"
        f" {len(report.slots_missed)} with other slots; {len(report.dangerous)} nonsense taken for what it must not be"
    )
    milliseconds = [1000 * times[int(len(times) * share)] for share in (0.5, 0.95)] + [1000 * times[-1]]
    console.print("milliseconds a message: median {:.2f}, 95 % {:.2f}, slowest {:.2f}".format(*milliseconds))
    for phrase, taken in report.mistakes if mistakes else ():
        console.print(f"{phrase.intent}: {phrase.text!r} was taken for {taken}")
    for phrase, slots in report.slots_missed if mistakes else ():
        console.print(f"{phrase.intent}: {phrase.text!r} gave {dict(slots)}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="how well free text is understood")
    parser.add_argument("--before", action="store_true", help="the half that the phrase book may be made from")
    told = parser.parse_args()
    show(measure(BEFORE if told.before else NEVER), mistakes=told.before)
