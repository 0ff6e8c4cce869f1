"""What a subscriber has before him, for a rehearsal: text messages, screens of a USSD session, or what a caller hears.

Each channel's own code cuts and words it; here it is only shown in a terminal, with a line beneath of what the channel
allows: how many text messages it takes, how full a screen is, which keys are waited for.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Protocol

from channels.smpp.segments import count
from channels.ussd.paging import Shown, Turning, show, turned
from dialogs.keypad import keys_wanted
from dialogs.limits import Limits, length_of
from dialogs.phrases import PhraseBook, render_text
from dialogs.voice import as_text, speak
from dialogs.words import Expects, Prompt
from dialogs.written import written_for_keys
from gateway_config.rendering import fits_screen

TELEPHONE_KEYS = frozenset("0123456789*#")


@dataclass(frozen=True, slots=True)
class Said:
    prompt: Prompt
    language: str


class Presenter(Protocol):
    def refused(self, text: str) -> str:
        """Why this cannot be typed here; empty when it can."""

    def turned(self, text: str) -> list[str]:
        """Another page of what is shown, if that is what was typed."""

    def shown(self, text: str, said: Sequence[Said]) -> list[str]: ...


class Messages:
    def refused(self, text: str) -> str:
        return ""

    def turned(self, text: str) -> list[str]:
        return []

    def shown(self, text: str, said: Sequence[Said]) -> list[str]:
        return [text, *([f"({segments} text messages)"] if (segments := count(text)) > 1 else [])]


class Screens:
    def __init__(self, book: PhraseBook, zone: tzinfo, limits: Limits) -> None:
        self._book, self._zone, self._limits = book, zone, limits
        self._shown: Shown | None = None

    def refused(self, text: str) -> str:
        length = length_of(text)
        fits = length.count <= (self._limits.septets if length.gsm else self._limits.units)
        return "" if fits else "that is more than one can type into a screen"

    def turned(self, text: str) -> list[str]:
        page = turned(self._shown, text) if self._shown else None
        if page is None:
            return []
        self._shown = page
        return self._screen(page)

    def shown(self, text: str, said: Sequence[Said]) -> list[str]:
        """What is answered and what is asked then share a screen, if there is room."""
        if not said:
            return [text]
        parts = [written_for_keys(self._book, each.prompt, each.language, self._zone) for each in said]
        speaker = self._book.speaker(said[-1].language, self._zone)
        turning = Turning(speaker.phrase("keypad.next"), speaker.phrase("keypad.previous"))
        head = "\n".join(part.head for part in parts)
        self._shown = show(head, parts[-1].options, turning, fits_screen, keyed=parts[-1].keyed)
        return self._screen(self._shown)

    def _screen(self, shown: Shown) -> list[str]:
        length, limits = length_of(shown.screen), self._limits
        octets = -(-length.count * 7 // 8) if length.gsm else length.count * 2
        room = limits.septets * 7 // 8 + 1 if length.gsm else limits.units * 2
        return [shown.screen, f"(screen {shown.at + 1} of {len(shown.pages)}, {octets} of {room} octets)"]


class Call:
    def __init__(self, book: PhraseBook, zone: tzinfo) -> None:
        self._book, self._zone = book, zone

    def refused(self, text: str) -> str:
        return "" if TELEPHONE_KEYS.issuperset(text) else "a telephone has the keys 0 to 9, * and #"

    def turned(self, text: str) -> list[str]:
        return []

    def shown(self, text: str, said: Sequence[Said]) -> list[str]:
        if not said:
            return [text]
        return [*(line for each in said for line in self._heard(each)), *_keys(said[-1].prompt)]

    def _heard(self, said: Said) -> Iterator[str]:
        """As it is spoken; and as it is written, where numbers and amounts look different."""
        voice = self._book.voice(self._book.spoken(said.language))
        heard = as_text(speak(self._book, said.prompt, said.language, self._zone), voice)
        yield heard
        if said.prompt.expects is Expects.NOTHING:
            written = render_text(self._book, said.prompt, said.language, self._zone, "ivr")
            if digits(written) != digits(heard):
                yield f"(written: {written})"


def digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def _keys(prompt: Prompt) -> Iterator[str]:
    wanted = keys_wanted(prompt)
    if prompt.expects is Expects.TEXT:
        yield "(a text, which a telephone cannot give)"
    elif wanted.maximum == 1:
        yield "(one key)"
    elif wanted.maximum:
        least, most = wanted.minimum, wanted.maximum
        number = f"{most}" if least == most else f"{least} to {most}"
        yield f"({number} keys{f', ended by {wanted.terminator}' if wanted.terminator else ''})"


def presenter(channel: str, book: PhraseBook, zone: tzinfo, limits: Limits) -> Presenter:
    match channel:
        case "ussd":
            return Screens(book, zone, limits)
        case "ivr":
            return Call(book, zone)
    return Messages()
