"""A dialog script, as a value: what a file of `scripts/` says once it has been read.

A script is a state chart. A state first acts (slots set or given a default, wishes remembered, a hand-over, something
said, an errand sent), and then leaves in exactly one manner:

    ask        rests until the subscriber has answered: a menu, yes or no, digits, an amount, a text
    request    rests until a service has answered; each result by name has its way
    answered   is entered only by the answer of an errand, which no dialog waits for
    visit      goes through another script, and on by what that returns
    work_out   goes on at once, by the result of a named Python function (functions.py)
    branch     goes on at once, by what the slots hold
    then       goes on at once

Each way out has a trigger, and `State.ways` lists them: the machine (chart.py), the drawing and the checks are all made
from that one table. A way leads to a state, to another script, or to `end`, `back` (the question before) or `start`; in
a script that is visited, it may also return.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from dialogs.words import NOTHING, Proof, Value, Values

END, BACK, START = "end", "back", "start"
RESERVED = frozenset((END, BACK, START, "mro", "name", "value"))
MENU_KEYS = "123456789"

EXPIRES = 30 * 60.0  # seconds until a question is met with "go on or start again?"


@dataclass(frozen=True, slots=True)
class Destination:
    """A state of this script (or `end`, `back`, `start`), another script at its beginning, or the visitor's way on."""

    state: str = ""
    script: str = ""
    returns: str = ""
    line: int = 0

    @property
    def leaves(self) -> bool:
        return bool(self.script or self.returns) or self.state in (END, BACK, START)


@dataclass(frozen=True, slots=True)
class Given:
    """Where values come from: slots by name, and constants."""

    slots: Mapping[str, str] = field(default_factory=dict)
    constants: Values = NOTHING

    def of(self, slots: Values) -> dict[str, Value]:
        if not self.slots:
            return dict(self.constants)
        values = {name: slots[slot] for name, slot in self.slots.items() if slot in slots}
        return values | dict(self.constants)


@dataclass(frozen=True, slots=True)
class Saying:
    phrase: str
    given: Given = field(default_factory=Given)
    notice: bool = False
    line: int = 0


@dataclass(frozen=True, slots=True)
class Call:
    """A service is asked. `on` is empty for an errand, whose answer is met in the state `met_at`."""

    service: str
    given: Given
    within: float
    on: Mapping[str, Destination] = field(default_factory=dict)
    met_at: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Answered:
    on: Mapping[str, Destination]
    line: int = 0


@dataclass(frozen=True, slots=True)
class Visit:
    script: str
    given: Given
    on: Mapping[str, Destination]
    line: int = 0


@dataclass(frozen=True, slots=True)
class WorkOut:
    function: str
    on: Mapping[str, Destination]
    line: int = 0


EMPTY: tuple[Value, ...] = (None, "", [])


@dataclass(frozen=True, slots=True)
class Case:
    """One branch: taken when the slot holds something (`given`), or nothing (`missing`), or one of the values (`is`),
    or a number that is large or small enough (`at_least`, `at_most`).

    Nothing is also an empty list or an empty text: there is as little to say of it.
    """

    then: Destination
    slot: str = ""
    test: str = ""
    values: tuple[Value, ...] = ()
    line: int = 0

    def holds(self, slots: Values) -> bool:
        if self.test == "given":
            return slots.get(self.slot) not in EMPTY
        if self.test == "missing":
            return slots.get(self.slot) in EMPTY
        if self.test in ("at_least", "at_most"):
            return self._compares(slots.get(self.slot))
        return not self.test or slots.get(self.slot) in self.values

    def _compares(self, value: Value) -> bool:
        bound = self.values[0]
        if not isinstance(value, int | float) or not isinstance(bound, int | float):
            return False
        return value >= bound if self.test == "at_least" else value <= bound


@dataclass(frozen=True, slots=True)
class Branch:
    cases: tuple[Case, ...]
    line: int = 0


@dataclass(frozen=True, slots=True)
class Then:
    to: Destination
    line: int = 0


@dataclass(frozen=True, slots=True)
class Option:
    """aloud: it is heard by who listens to the menu, and not shown to who reads it; its key counts for both.

    when: it is there only for those to whom this may be offered (words.OFFERED); empty: for everybody.
    """

    key: str
    label: str
    then: Destination
    line: int = 0
    aloud: bool = False
    when: str = ""


@dataclass(frozen=True, slots=True)
class Menu:
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Choose:
    """A menu built from a list that a slot holds; `take` copies fields of the chosen item into slots.

    code: the field by which an item may be taken too, for callers in place of its number.
    """

    source: str
    label: str
    take: Mapping[str, str]
    then: Destination
    code: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class YesNo:
    yes: Destination
    no: Destination


@dataclass(frozen=True, slots=True)
class DigitsWanted:
    """`at_least` and `at_most` are bounds of the number itself; with them the slot holds a number, else the digits.

    secret: the slot never holds them, only what a service may ask for them by.
    """

    into: str
    then: Destination
    minimum: int = 1
    maximum: int = 20
    terminator: str = "#"
    at_least: int | None = None
    at_most: int | None = None
    secret: bool = False


@dataclass(frozen=True, slots=True)
class AmountWanted:
    """A sum of money, written as people write one; the slot holds it in fen, as are the bounds."""

    into: str
    then: Destination
    at_least: int = 1
    at_most: int = 99_999_999


@dataclass(frozen=True, slots=True)
class TextWanted:
    """`minimum` and `maximum` count characters; `check` names a validator, which may put the text right."""

    into: str
    then: Destination
    matches: str = ""
    check: str = ""
    minimum: int = 1
    maximum: int = 500


Wanted: TypeAlias = Menu | Choose | YesNo | DigitsWanted | AmountWanted | TextWanted


@dataclass(frozen=True, slots=True)
class Again:
    """What is done with an answer that is none: asked again so often, then this way (without one: politely given up).

    say: what is said then, in other words each time; the last of them for as often as there is none left.
    """

    times: int = 2
    say: tuple[str, ...] = ()
    then: Destination | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class Timeout:
    after: float
    then: Destination


@dataclass(frozen=True, slots=True)
class Ask:
    wanted: Wanted
    again: Again = field(default_factory=Again)
    timeout: Timeout | None = None
    line: int = 0


Exit: TypeAlias = Ask | Call | Answered | Visit | WorkOut | Branch | Then


@dataclass(frozen=True, slots=True)
class Way:
    """One row of the table: in this state, this trigger leads there. `heard`: only the subscriber can cause it."""

    trigger: str
    to: Destination
    heard: bool = False


@dataclass(frozen=True, slots=True)
class State:
    name: str
    exit: Exit
    say: Saying | None = None
    default: Values = NOTHING
    set: Values = NOTHING
    remember: Given = field(default_factory=Given)
    hand_over: str = ""
    signs_in: str = ""
    errand: Call | None = None
    line: int = 0

    @property
    def ways(self) -> Iterator[Way]:
        match self.exit:
            case Ask() as ask:
                yield from _ways_of(ask)
            case Call(on=on) | Answered(on=on) | Visit(on=on) | WorkOut(on=on):
                yield from (Way(f"result {name}", to) for name, to in on.items())
            case Branch(cases=cases):
                yield from (Way(f"case {number}", case.then) for number, case in enumerate(cases))
            case Then(to=to):
                yield Way("then", to)


def _ways_of(ask: Ask) -> Iterator[Way]:
    match ask.wanted:
        case Menu(options=options):
            yield from (Way(f"key {option.key}", option.then, heard=True) for option in options)
        case YesNo(yes=yes, no=no):
            yield Way("yes", yes, heard=True)
            yield Way("no", no, heard=True)
        case Choose(then=then) | DigitsWanted(then=then) | AmountWanted(then=then) | TextWanted(then=then):
            yield Way("given", then, heard=True)
    if ask.again.then:
        yield Way("given up", ask.again.then, heard=True)
    if ask.timeout:
        yield Way("timeout", ask.timeout.then)


@dataclass(frozen=True, slots=True)
class Script:
    """intent: what brings a subscriber here; about: the phrase for "you were about to …".

    takes: slots that may be given from outside; needs: those of them that always are.
    returns: by which results a visit to it ends, and the slots that each brings along.
    parks: whether a question of it, left standing for a new command, is taken up again afterwards.
    proof: how sure it must be who he is, before he gets here.
    """

    name: str
    version: str
    start: str
    states: Mapping[str, State]
    intent: str = ""
    about: str = ""
    takes: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    returns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    parks: bool = True
    proof: Proof = Proof.NUMBER
    expires: float = EXPIRES
    file: str = ""
    line: int = 1
