"""A long menu in as many text messages as may be sent at a time: a page of it, with what turns to the others.

    请选择要订购的商品。        4 机型04 4.00元
    1 机型01 1.00元            5 机型05 5.00元
    2 机型02 2.00元            98 下页
    3 机型03 3.00元            99 上页
    98 下页                    请回复数字选择，0返回。
    请回复数字选择，0返回。

Entries keep their numbers, are never cut, and can be chosen from any page. Which page is wanted the prompt says, as a
number that nobody has bounded: past the last page comes the first. What fits is a function, for that is the channel's.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from dialogs.keypad import NEXT, PREVIOUS

Fits: TypeAlias = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Menu:
    """next, previous: what stands beside the keys that turn pages; hint: the last line of each."""

    head: str
    entries: Sequence[str]
    next: str
    previous: str
    hint: str = ""

    def page(self, wanted: int, fits: Fits) -> str:
        pages = self._pages(fits)
        return pages[wanted % len(pages)]

    def _pages(self, fits: Fits) -> list[str]:
        pages: list[str] = []
        lines, rest = [self.head], list(self.entries)
        while rest:
            lines.append(rest.pop(0))
            if rest and not fits(self._page([*lines, rest[0]], bool(pages), len(rest) > 1)):
                pages.append(self._page(lines, bool(pages), True))
                lines = []
        return [*pages, self._page(lines, bool(pages), False)]

    def _page(self, lines: Sequence[str], back: bool, more: bool) -> str:
        turns = [f"{NEXT} {self.next}"] if more else []
        turns += [f"{PREVIOUS} {self.previous}"] if back else []
        return "\n".join(filter(None, [*lines, *turns, self.hint]))
