"""Numbers, money and dates as the words they are spoken with, by language.

A composer gives names of words, not text: 200.80 in Chinese is `liang unit.100 money.yuan digit.8 money.jiao`. They
stand in `phrases/<language>/spoken.yaml`, each of them one recording. A language whose numbers are built as another's
may name that one's composer and bring its own words.

Chinese says 两 for two of something (两元, 两百, 两万) and 二 for the figure (十二, 数量二), puts 零 where a place is
skipped, counts by 万 and 亿, and reads the 1 of a telephone number as 幺.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

Names = list[str]


class Composer(Protocol):
    def cardinal(self, number: int) -> Names: ...

    def money(self, fen: int) -> Names: ...

    def figures(self, digits: str) -> Names:
        """One by one, as telephone and order numbers are read out."""

    def date(self, at: datetime) -> Names: ...

    def time(self, at: datetime) -> Names: ...

    def month(self, year: int, month: int) -> Names: ...


class Chinese:
    def cardinal(self, number: int) -> Names:
        return self._number(number, of_something=False)

    def money(self, fen: int) -> Names:
        sign, (yuan, rest) = ["minus"] if fen < 0 else [], divmod(abs(fen), 100)
        jiao, single = divmod(rest, 10)
        said = [] if rest and not yuan else [*self._number(yuan, of_something=True), "money.yuan"]
        if jiao:
            said += [_counted(jiao), "money.jiao"]
        elif single and yuan:
            said.append("digit.0")
        if single:
            said += [_counted(single), "money.fen"]
        return sign + said

    def figures(self, digits: str) -> Names:
        return ["yao" if digit == "1" else f"digit.{digit}" for digit in digits]

    def date(self, at: datetime) -> Names:
        return [*self.cardinal(at.month), "date.month", *self.cardinal(at.day), "date.day"]

    def time(self, at: datetime) -> Names:
        hour = [*self._number(at.hour, of_something=True), "time.hour"]
        if not at.minute:
            return [*hour, "time.sharp"]
        skipped = ["digit.0"] if at.minute < 10 else []
        return [*hour, *skipped, *self.cardinal(at.minute), "time.minute"]

    def month(self, year: int, month: int) -> Names:
        return [*(f"digit.{digit}" for digit in str(year)), "date.year", *self.cardinal(month), "date.month"]

    def _number(self, number: int, of_something: bool) -> Names:
        if number < 0:
            return ["minus", *self._number(-number, of_something)]
        if number < 10:
            return [_counted(number) if of_something else f"digit.{number}"]
        said = self._grouped(number)
        return said[1:] if said[:2] == ["digit.1", "unit.10"] else said

    def _grouped(self, number: int) -> Names:
        for size in (100_000_000, 10_000):
            if number >= size:
                many, rest = divmod(number, size)
                said = [*(["liang"] if many == 2 else self._grouped(many)), f"unit.{size}"]
                return said + self._after(rest, size // 10)
        return self._below_myriad(number)

    def _below_myriad(self, number: int) -> Names:
        for size in (1000, 100, 10):
            if number >= size:
                many, rest = divmod(number, size)
                counted = "liang" if many == 2 and size > 10 else f"digit.{many}"
                return [counted, f"unit.{size}", *self._after(rest, size // 10)]
        return [f"digit.{number}"] if number else []

    def _after(self, rest: int, place: int) -> Names:
        """What follows a unit, with a 零 if its first place is skipped."""
        if not rest:
            return []
        said = self._grouped(rest)
        return ["digit.0", *said] if rest < place else said


def _counted(digit: int) -> str:
    return "liang" if digit == 2 else f"digit.{digit}"


class English:
    def cardinal(self, number: int) -> Names:
        if number < 0:
            return ["minus", *self.cardinal(-number)]
        for size in (1_000_000_000, 1_000_000, 1000):
            if number >= size:
                many, rest = divmod(number, size)
                joint = ["and"] if 0 < rest < 100 else []
                return [*self.cardinal(many), f"number.{size}", *joint, *(self.cardinal(rest) if rest else [])]
        if number >= 100:
            many, rest = divmod(number, 100)
            return [f"number.{many}", "number.100", *(["and", *self.cardinal(rest)] if rest else [])]
        if number > 20 and number % 10:
            return [f"number.{number - number % 10}", f"number.{number % 10}"]
        return [f"number.{number}"]

    def money(self, fen: int) -> Names:
        sign, (yuan, rest) = ["minus"] if fen < 0 else [], divmod(abs(fen), 100)
        whole = [*self.cardinal(yuan), "money.yuan"] if yuan or not rest else []
        small = [*self.cardinal(rest), "money.fen"] if rest else []
        return [*sign, *whole, *(["and"] if whole and small else []), *small]

    def figures(self, digits: str) -> Names:
        return [f"number.{digit}" for digit in digits]

    def date(self, at: datetime) -> Names:
        return [f"month.{at.month}", f"ordinal.{at.day}"]

    def time(self, at: datetime) -> Names:
        if not at.minute:
            return [*self.cardinal(at.hour), "o_clock"]
        return [*self.cardinal(at.hour), *(["oh"] if at.minute < 10 else []), *self.cardinal(at.minute)]

    def month(self, year: int, month: int) -> Names:
        century, rest = divmod(year, 100)
        if rest < 10:
            return [f"month.{month}", *self.cardinal(year)]
        return [f"month.{month}", *self.cardinal(century), *self.cardinal(rest)]


COMPOSERS: Mapping[str, Composer] = {"chinese": Chinese(), "english": English()}
