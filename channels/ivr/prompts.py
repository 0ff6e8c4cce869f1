"""Which file says what, by name, text and language.

    recordings/zh/balance.is.1.wav        an operator's recording, which comes first
    speech/zh/balance.is.1.wav            made by `hall prompts make`, or the first time it was needed
    speech/zh/~/3f9a….wav                 what has no name, such as a product: by its text
    speech/pause.wav                      a breath between two words; recordings/pause.wav, if it is to be another

All of it lies in one folder that Asterisk sees too. A caller waits for speech that has to be made; that is 50 ms the
first time, so whatever is known beforehand is better made beforehand. What cannot be made is left out and told of: half
of a prompt is better than a call that says nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

from twisted.internet.defer import Deferred, succeed
from twisted.logger import Logger

from channels.ivr import speech

RECORDINGS: Final = "recordings"
SPEECH: Final = "speech"
ENDINGS: Final = (".wav", ".alaw", ".ulaw", ".gsm", ".sln", ".wav16", ".sln16", ".g722")
PAUSE: Final = "pause"  # nothing, in every language
BREATH: Final = 0.3  # seconds

log = Logger()


class Shelf:
    """folder: of all prompts; called: how Asterisk calls it. speaks: whether what is not recorded is to be made."""

    def __init__(self, folder: Path, speaks: bool = True, voices: Mapping[str, str] = speech.VOICES) -> None:
        self.folder = folder
        self.speaks = speaks
        self.voices = voices

    def found(self, name: str, text: str, language: str) -> str | None:
        """Its name below the folder, without an ending; None where there is no file."""
        for candidate in self._candidates(name, text, language):
            if any((self.folder / f"{candidate}{ending}").exists() for ending in ENDINGS):
                return candidate
        return None

    def made(self, name: str, text: str, language: str) -> str:
        """The same, and it is made if there is none. Blocks. Raises speech.NoSpeech."""
        there = self.found(name, text, language)
        if there is not None:
            return there
        if not self.speaks and name != PAUSE:
            raise speech.NoSpeech(f"{name or text!r} is not recorded, and speech is off")
        candidate = self._candidates(name, text, language)[-1]
        if name == PAUSE:
            speech.make_silence(BREATH, self.folder / f"{candidate}.wav")
            return candidate
        speech.make(text, language, self.folder / f"{candidate}.wav", self.voices)
        return candidate

    def _candidates(self, name: str, text: str, language: str) -> tuple[str, ...]:
        if name:
            return f"{RECORDINGS}/{name}", f"{SPEECH}/{name}"
        return (f"{SPEECH}/{language}/~/{blake2b(text.encode(), digest_size=10).hexdigest()}",)


class Prompts:
    """called: how Asterisk calls the shelf's folder. aside: does what blocks somewhere else."""

    def __init__(self, shelf: Shelf, called: str, aside: Callable[..., "Deferred[Any]"]) -> None:
        self._shelf = shelf
        self._called = called
        self._aside = aside

    def media(self, sounds: Sequence[tuple[str, str]], language: str) -> "Deferred[tuple[str, ...]]":
        there = [self._shelf.found(name, text, language) for name, text in sounds]
        if all(there):
            return succeed(self._named(there))
        return self._aside(self._all_made, tuple(sounds), language).addCallback(self._named)

    def _all_made(self, sounds: Sequence[tuple[str, str]], language: str) -> list[str | None]:
        return [self._made(name, text, language) for name, text in sounds]

    def _made(self, name: str, text: str, language: str) -> str | None:
        if not text.strip() and name != PAUSE:
            return None
        try:
            return self._shelf.made(name, text, language)
        except (speech.NoSpeech, OSError) as problem:
            log.warn("a caller does not hear {what}: {problem}", what=name or text, problem=str(problem))
            return None

    def _named(self, found: Sequence[str | None]) -> tuple[str, ...]:
        return tuple(self._media(name) for name in found if name)

    def _media(self, name: str) -> str:
        return f"sound:{self._called}/{name}"
