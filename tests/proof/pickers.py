"""Callers who all want the same few numbers, and what each of them does with one.

        ── XH ──►   ◄── 1 1391… 2 1391… ──      ── 2 ──►   ◄── held for you … 回复Y ──      ── Y ──►   ◄── 订单号 … ──

Some think better of it (N), some fall silent and leave their hold to its end, and some cancel what they have ordered
and begin anew, so that numbers come back all the time. Who finds none, or was slower, tries again, so many times. Who
has a number that he means to keep is done.

None of them texts the very same twice: after a crash that is the message centre, which repeats what we may not have
acknowledged. What means the same ends in one space more.
"""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.proof.centre import Centre, Parts
from tests.proof.subscribers import Step, Subscriber, Told

BEGIN = "XH"
TRIES = 8
ENTRY = re.compile(r"^(\d) (\d{11}) ", re.MULTILINE)
HELD = re.compile(r"号码(\d{11})为您保留")
GOT = re.compile(r"订单号(\d{10,})：号码(\d{11})")
GONE = "刚刚被别人选走了"
NONE = "没有符合的号码"
CANCELLED = re.compile(r"订单(\d{10,})已取消")


@dataclass(slots=True)
class Picker(Subscriber):
    """got: the orders he was told of, with the number that goes with each; cancelled: those that he took back."""

    chance: random.Random = field(default_factory=random.Random)
    tries: int = TRIES
    got: dict[str, str] = field(default_factory=dict)
    cancelled: set[str] = field(default_factory=set)
    slower: int = 0
    silent: int = 0
    texted: list[str] = field(default_factory=lambda: [BEGIN])

    @property
    def unfinished(self) -> bool:
        return self.step is not Step.FINISHED

    def hears(self, told: Told) -> str | None:
        said = self._says(told)
        return said and self._in_new_words(said)

    def _in_new_words(self, said: str) -> str:
        said += " " * sum(each.rstrip() == said for each in self.texted)
        self.texted.append(said)
        return said

    def _says(self, told: Told) -> str | None:
        self.told.append(told)
        if self.step is Step.FINISHED:
            self._notes(GOT.search(told.text))
            return None
        self.slower += GONE in told.text  # and the others are listed in the same message
        for words, then in self._ways():
            if found := words.search(told.text):
                return then(found)
        return None

    def _ways(self) -> list[tuple[re.Pattern[str], Callable[[re.Match[str]], str | None]]]:
        return [
            (GOT, self._ordered),
            (HELD, self._decides),
            (re.compile(NONE), lambda _: self._again()),
            (re.compile("取消订单.*吗"), lambda _: "Y"),
            (CANCELLED, self._took_back),
            (ENTRY, self._chooses),
            (re.compile("上限|已保留|不再保留|请稍后再试|无法受理|繁忙"), lambda _: self._again()),
            (re.compile("没有听懂|没有需要确认"), lambda _: self._again()),  # answered what he was told twice
        ]

    def _chooses(self, found: re.Match[str]) -> str:
        return str(self.chance.randint(1, len(ENTRY.findall(found.string))))

    def _decides(self, _: re.Match[str]) -> str | None:
        luck = self.chance.random()
        if luck < 0.15:
            self.step, self.silent = Step.FINISHED, self.silent + 1
            return None
        return "N" if luck < 0.3 else "Y"

    def _ordered(self, found: re.Match[str]) -> str | None:
        number = found[1]
        if not self._notes(found):
            return None
        if self.chance.random() < 0.5 and self.tries > 0:
            return f"QX {number}"
        self.step = Step.FINISHED
        return None

    def _notes(self, found: re.Match[str] | None) -> bool:
        """What he is told of an order counts even when he has fallen silent: he was asked twice, after a crash, and
        said yes the first time. Whether it is news: it may be told twice as well.
        """
        if found is None or found[1] in self.got:
            return False
        self.got[found[1]] = found[2]
        return True

    def _took_back(self, found: re.Match[str]) -> str | None:
        self.cancelled.add(found[1])
        return self._again()

    def _again(self) -> str | None:
        self.tries -= 1
        if self.tries < 0:
            self.step = Step.FINISHED
            return None
        return BEGIN


@dataclass(slots=True)
class Network:
    """What several centres have in common. owners: whose subscriber each one is; parts: in their telephones."""

    owners: "dict[str, PickersCentre]" = field(default_factory=dict)
    parts: Parts = field(default_factory=dict)


class PickersCentre(Centre):
    """A message centre whose subscribers all text at once for a number, and then no others.

    What a node that was killed had still to say, the other one sends by its own.
    """

    def __init__(self, first: int, callers: int, seed: int, network: "Network") -> None:
        super().__init__(callers, callers)
        self._network = network
        self.parts = network.parts
        self._first = first
        self._chance = random.Random(seed)
        self.pickers: list[Picker] = []

    def _begin(self) -> None:
        if len(self.pickers) >= self._talking:
            return
        picker = Picker(str(self._first + len(self.pickers)), chance=random.Random(self._chance.random()))
        self.pickers.append(picker)
        self.subscribers[picker.msisdn] = picker
        self._network.owners[picker.msisdn] = self
        self._text(picker.msisdn, BEGIN)

    def told(self, msisdn: str, text: str) -> None:
        owner = self._network.owners[msisdn]
        if owner is self:
            super().told(msisdn, text)
        else:
            owner.told(msisdn, text)
