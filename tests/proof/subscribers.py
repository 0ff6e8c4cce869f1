"""The subscribers of the proof: each orders once, and watches closely what he is told.

        ── DG F800 ──►   ◄── … 回复Y …      ── Y ──►   ◄── … 订单号 1234567890 …

A subscriber texts his next word only when he has been answered, and never repeats himself: what arrives twice at Hall
was redelivered by the message centre. What arrives twice at him is kept with the moment and the connection it came on,
so that it can be told afterwards whether a crash lay between the two.
"""

import re
from dataclasses import dataclass, field
from enum import Enum

ORDER = "DG F800"
CONFIRM = "Y"
PRICE = "回复Y"
NUMBER = re.compile(r"订单号\D{0,3}(\d{10,})")


class Step(Enum):
    AWAITING_PRICE = "awaiting price"
    AWAITING_NUMBER = "awaiting number"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class Told:
    at: float
    connection: int
    text: str


@dataclass(slots=True)
class Subscriber:
    msisdn: str
    step: Step = Step.AWAITING_PRICE
    number: str = ""
    told: list[Told] = field(default_factory=list)
    repeated: list[tuple[Told, Told]] = field(default_factory=list)
    unexpected: list[Told] = field(default_factory=list)

    def hears(self, told: Told) -> str | None:
        """What he texts next, if anything."""
        earlier = next((each for each in self.told if each.text == told.text), None)
        self.told.append(told)
        if earlier:
            self.repeated.append((earlier, told))
            return None
        if self.step is Step.AWAITING_PRICE and PRICE in told.text:
            self.step = Step.AWAITING_NUMBER
            return CONFIRM
        number = NUMBER.search(told.text)
        if self.step is Step.AWAITING_NUMBER and number:
            self.step, self.number = Step.FINISHED, number.group(1)
        else:
            self.unexpected.append(told)
        return None
