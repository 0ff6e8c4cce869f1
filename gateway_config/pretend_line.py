"""A line without Asterisk: the phone page rings, plays and presses, and the exchange cannot tell the difference.

    exchange ── answer, play, stop, hang up ──► PretendLine ──► the page
    exchange ◄── arrived, pressed, played, left ── PretendLine ◄── the page

What it is given to play says its words as well, so that the page can show them, and have the browser speak them where
this machine has nothing to make speech with.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path
from typing import Any, Final

from twisted.internet.defer import Deferred, succeed

from channels.clock import Clock
from channels.ivr import ari, speech
from channels.ivr.ari import Arrived, Command, Left, Played, Pressed
from channels.ivr.exchange import Exchange
from channels.ivr.prompts import PAUSE, Shelf
from channels.ivr.settings import AsteriskSettings

MOST_CALLS: Final = 50
MOST_EVENTS: Final = 2_000


class WordedPrompts:
    """Each entry is a file below the shelf (none: whoever plays it is to speak it), its language and its words."""

    def __init__(self, shelf: Shelf, aside: Callable[..., "Deferred[Any]"]) -> None:
        self._shelf = shelf
        self._aside = aside

    def media(self, sounds: Sequence[tuple[str, str]], language: str) -> "Deferred[tuple[str, ...]]":
        found: Deferred[tuple[str, ...]] = self._aside(self._all, tuple(sounds), language)
        return found

    def _all(self, sounds: Sequence[tuple[str, str]], language: str) -> tuple[str, ...]:
        return tuple(f"{self._file(name, words, language)}\t{language}\t{words}" for name, words in sounds)

    def _file(self, name: str, words: str, language: str) -> str:
        if not words and name != PAUSE:
            return ""
        try:
            return self._shelf.made(name, words, language)
        except (speech.NoSpeech, OSError):
            return ""


class PretendLine:
    """exchange: given when there is one."""

    exchange: Exchange

    def __init__(self, clock: Clock, folder: Path, called: str = "phone") -> None:
        self.settings = AsteriskSettings(name=called, url="http://127.0.0.1:0", username="")
        self._clock = clock
        self._folder = folder
        self._numbers = count(1)
        self._told: dict[str, list[tuple[int, dict[str, Any]]]] = {}
        self._listeners: dict[str, list[Callable[[], None]]] = defaultdict(list)

    # ── the exchange ──

    def send(self, command: Command) -> "Deferred[bool]":
        match command.path.partition("?")[0].strip("/").split("/"):
            case ["channels", call, "play", playback]:
                assert command.body is not None
                self._tell(call, {"play": playback, "sounds": [_sound(media) for media in command.body["media"]]})
            case ["playbacks", playback]:
                self._tell(playback.rpartition(".")[0], {"stop": playback})
            case ["channels", call] if command.method == "DELETE":
                self._tell(call, {"over": True})
                self._soon(Left(call, "Normal Clearing"))
        return succeed(True)

    # ── the page ──

    def ring(self, msisdn: str) -> str:
        if not msisdn:
            raise ValueError("who rings? Give this telephone a number")
        while len(self._told) >= MOST_CALLS:
            self.hang_up(next(iter(self._told)))
            self._told.pop(next(iter(self._told)))
        call = f"call-{next(self._numbers)}"
        self._told[call] = []
        self._soon(Arrived(call, msisdn, self.settings.lines[0]))
        return call

    def press(self, call: str, key: str) -> None:
        self._soon(Pressed(call, key))

    def played(self, call: str, playback: str) -> None:
        self._soon(Played(call, playback))

    def hang_up(self, call: str) -> None:
        self._soon(Left(call, "hung up"))

    def since(self, call: str, after: int) -> list[tuple[int, dict[str, Any]]]:
        return [each for each in self._told.get(call, ()) if each[0] > after]

    def listen(self, call: str, listener: Callable[[], None]) -> Callable[[], None]:
        self._listeners[call].append(listener)
        return lambda: self._listeners[call].remove(listener)

    def prompt(self, name: str) -> bytes | None:
        path = (self._folder / f"{name}.wav").resolve()
        inside = path.is_relative_to(self._folder.resolve())
        return path.read_bytes() if inside and path.is_file() else None

    def _tell(self, call: str, what: dict[str, Any]) -> None:
        told = self._told.get(call)
        if told is None or len(told) >= MOST_EVENTS:
            return
        told.append((len(told) + 1, what))
        for listener in list(self._listeners.get(call, ())):
            listener()

    def _soon(self, event: ari.Event) -> None:
        """As from another machine: never while the exchange is in the middle of something."""
        self._clock.callLater(0, self.exchange.heard, self, event)


def _sound(media: str) -> dict[str, str]:
    file, language, words = media.split("\t", 2)
    return {"file": f"{file}.wav" if file else "", "language": language, "words": words}
