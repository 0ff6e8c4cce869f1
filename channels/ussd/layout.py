"""A reply as it is kept for a screen: its parts, of which pages are made when it is known what a screen holds.

It travels with the committed row as JSON. What is said is the dialog's; where a page ends depends on the link that the
session came in by, and the words beside the keys that turn pages on the language of the subscriber.
"""

import json
from dataclasses import dataclass

from channels.ussd.paging import Fits, Shown, Turning, show


@dataclass(frozen=True, slots=True)
class Layout:
    """options: (key, label); keyed: the answer is one of the keys, and not digits or a text of one's own.

    language: of the subscriber, so that the channel can say in it what it has to say by itself.
    """

    head: str
    options: tuple[tuple[str, str], ...] = ()
    keyed: bool = True
    next: str = "..."
    back: str = "..."
    language: str = ""

    def pages(self, fits: Fits) -> Shown:
        return show(self.head, self.options, Turning(self.next, self.back), fits, keyed=self.keyed)

    def written(self) -> str:
        parts = [self.head, list(self.options), self.keyed, self.next, self.back, self.language]
        return json.dumps(parts, ensure_ascii=False, separators=(",", ":"))


def read(layout: str, text: str) -> Layout:
    """What has no layout is a text."""
    if not layout:
        return Layout(text)
    head, options, keyed, forward, back, *language = json.loads(layout)
    return Layout(head, tuple((key, label) for key, label in options), keyed, forward, back, *language)
