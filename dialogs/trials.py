"""Conversations written beside the scripts, `conversations/*.yaml`: what comes in, and what must go out.

    language: zh                                   # of all in this file; `en` if it is written there
    conversations:
      An order, placed:
        - say: DG F800                             # a text message; `call` and `press` keys, `dial` and `enter` by USSD
        - hear: 您将订购酷派F800…                  # all that is said, message for message; … stands for any text
        - say: Y
        - asked: orders.place                      # or {service: orders.place, with: {offer: F800, quantity: 1, …}}
        - answer: {placed: {number: "1000000025", total: 99900}}
        - hear: 下单成功…
        - wait: 3600                               # seconds pass
        - hang_up: true                            # the session or the call is over
        - proof: nobody                            # from here on: how sure it is who he is (`nobody`, `number`, `sure`)
        - secret: "123456"                         # keys that are not kept
        - signs_in: "8613800138000"                # the session goes on as that of this subscriber
        - hands_over: asked                        # an agent is to ring him
        - remembers: {language: en}
        - over: true                               # nothing is going on any more; `over: false`, a question stands

What can be ordered in them stands in `conversations/offers.yaml`, or in the file under `offers:`. Nobody answers
a request but `answer`, which answers the oldest that waits; so a look-up that fails, or comes late, or never, is
written down like any other.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from dialogs.problems import Problem
from dialogs.reading import Page, line_of, plain
from dialogs.script_reader import PROOFS
from dialogs.words import Facts, OfferFacts, Proof, Value, Values

ACTS = ("say", "press", "secret", "call", "enter", "dial", "begin", "wait", "hang_up", "answer", "proof")
CHECKS = ("hear", "asked", "hands_over", "remembers", "signs_in", "over")
OFFERS = "offers.yaml"


@dataclass(frozen=True, slots=True)
class Text:
    """Heard from the subscriber (`say`, `press`, `secret`, `call`, `enter`, `dial`)."""

    act: str
    text: str


@dataclass(frozen=True, slots=True)
class Begins:
    """The house begins a script by itself."""

    script: str
    slots: Values
    call: bool = False


@dataclass(frozen=True, slots=True)
class Wait:
    seconds: float


@dataclass(frozen=True, slots=True)
class HangUp:
    pass


@dataclass(frozen=True, slots=True)
class Proves:
    proof: Proof


@dataclass(frozen=True, slots=True)
class Answer:
    result: str
    values: Values


@dataclass(frozen=True, slots=True)
class Hear:
    text: str


@dataclass(frozen=True, slots=True)
class Asked:
    service: str
    arguments: Values | None


@dataclass(frozen=True, slots=True)
class HandsOver:
    reason: str


@dataclass(frozen=True, slots=True)
class Remembers:
    name: str
    value: Value


@dataclass(frozen=True, slots=True)
class SignsIn:
    subscriber: str


@dataclass(frozen=True, slots=True)
class Over:
    over: bool


Act: TypeAlias = Text | Begins | Wait | HangUp | Answer | Proves
Check: TypeAlias = Hear | Asked | HandsOver | Remembers | SignsIn | Over
Step: TypeAlias = Act | Check


OFFER = ("keypad", "price", "names", "aliases", "channels", "no_return")


@dataclass(frozen=True, slots=True)
class Trial:
    name: str
    language: str
    steps: tuple[Step, ...]
    offers: Mapping[str, OfferFacts]
    file: str
    line: int
    stock: Mapping[str, int] = field(default_factory=dict)

    @property
    def facts(self) -> Facts:
        """Whatever names channels is sold there, and not here."""
        elsewhere = frozenset(code for code, offer in self.offers.items() if offer.channels)
        return Facts(self.language, self.offers, stock=self.stock, not_here=elsewhere)


def read_trials(folder: Path) -> tuple[list[Trial], list[Problem]]:
    trials: list[Trial] = []
    offers, problems = _read_offers(folder / OFFERS)
    for path in sorted(folder.glob("*.yaml")):
        if path.name != OFFERS:
            page = Page.open(path)
            trials += _trials(page, offers)
            problems += page.problems
    return trials, problems


def _trials(page: Page, offers: Mapping[str, OfferFacts]) -> Iterator[Trial]:
    root = page.mapping(page.tree, "the file", 1, ("language", "offers", "stock", "conversations"))
    language = str(root.get("language", "zh"))
    offers = _offers(page, root["offers"]) if "offers" in root else offers
    left = page.mapping(root.get("stock", {}), "stock", 1)
    stock = {code: page.number(node, "stock", 1) for code, node in left.items()}
    node = root.get("conversations", {})
    for name, steps in page.mapping(node, "conversations", 1).items():
        line = line_of(node, name)
        if not isinstance(steps, list):
            page.problem(line, f"the conversation {name!r} is not a list", "write `- say: …` and `- hear: …` lines")
            continue
        read = tuple(step for each in steps if (step := _step(page, each, line_of(each))) is not None)
        yield Trial(name, language, read, offers, page.file, line, stock)


def _step(page: Page, node: object, line: int) -> Step | None:
    entry = page.mapping(node, "a step", line, (*ACTS, *CHECKS))
    if len(entry) != 1:
        page.problem(line, "a step does one thing", f"write one of: {', '.join((*ACTS, *CHECKS))}")
        return None
    ((key, value),) = entry.items()
    match key:
        case "say" | "press" | "secret" | "call" | "enter" | "dial":
            return Text(key, str(value))
        case "begin":
            begun = page.mapping(value, "begin", line, ("script", "with", "call"))
            call = page.truth(begun.get("call", False), "call", line)
            return Begins(page.text(begun.get("script", ""), "script", line), plain(begun.get("with", {})), call)
        case "wait":
            return Wait(float(page.number(value, "wait", line)))
        case "hang_up":
            return HangUp()
        case "answer":
            return _answer(page, value, line)
        case "proof":
            if (name := str(value)) not in PROOFS:
                page.problem(line, f"there is no proof {name!r}", f"use one of: {', '.join(PROOFS)}")
            return Proves(PROOFS.get(name, Proof.SURE))
        case "signs_in":
            return SignsIn(page.text(value, "signs_in", line))
        case "hear":
            return Hear(page.text(value, "hear", line).rstrip("\n"))
        case "asked":
            return _asked(page, value, line)
        case "hands_over":
            return HandsOver(page.text(value, "hands_over", line))
        case "remembers":
            ((name, kept),) = plain(page.mapping(value, "remembers", line)).items() or {"": None}.items()
            return Remembers(name, kept)
    return Over(page.truth(value, "over", line))


def _answer(page: Page, node: object, line: int) -> Answer:
    if isinstance(node, str):
        return Answer(str(node), {})
    entry: dict[str, Any] = page.mapping(node, "answer", line)
    if len(entry) != 1:
        page.problem(line, "an answer is one result", "write `answer: {found: {amount: 1888}}`")
        return Answer("failed", {})
    ((result, values),) = entry.items()
    return Answer(result, plain(values) if isinstance(values, dict) else {})


def _asked(page: Page, node: object, line: int) -> Asked:
    if isinstance(node, str):
        return Asked(str(node), None)
    entry = page.mapping(node, "asked", line, ("service", "with"))
    return Asked(str(entry.get("service", "")), plain(entry["with"]) if "with" in entry else None)


def _read_offers(path: Path) -> tuple[Mapping[str, OfferFacts], list[Problem]]:
    if not path.exists():
        return {}, []
    page = Page.open(path)
    return _offers(page, page.tree), page.problems


def _offers(page: Page, tree: object) -> Mapping[str, OfferFacts]:
    """`F800: {keypad: "1001", price: 99900, names: {zh: 酷派F800, en: Coolpad F800}, aliases: [酷派]}`

    Where it is not sold here, `channels` says where it is; `no_return` as in a catalogue.
    """
    offers = {}
    for code, node in page.mapping(tree, "offers", 1).items():
        line = line_of(tree, code)
        entry = page.mapping(node, f"the offer {code}", line, OFFER)
        names = {language: str(name) for language, name in page.mapping(entry.get("names", {}), "names", line).items()}
        price = page.number(entry.get("price"), "price", line)
        aliases = page.texts(entry.get("aliases", []), "aliases", line)
        channels = page.texts(entry.get("channels", []), "channels", line)
        for_good = page.truth(entry["no_return"], "no_return", line) if "no_return" in entry else False
        offers[code] = OfferFacts(code, str(entry.get("keypad", "")), names, price, aliases, channels, for_good)
    return offers
