"""Several editions of everything that is said, side by side; each dialog keeps to the one it began on.

An edition is a folder's `scripts/` and `phrases/`, whole, with the conversations that belong to them. Its version is
made from its content and stamped on each place where a dialog stands, so the dialog itself says which edition its next
turn is to be taken by: its scripts, its phrases, its commands. Only who begins anew is given what stands for him now.

    nothing going on, or too long ago    the version that stands for this subscriber
    a session that was dropped           the version it began on, for the next session that goes on with it
    a dialog that stands somewhere       the version it began on
    the answer of an errand              the version that sent it

Where a version is nowhere to be had, the one that stands now takes its place, in the state of the same name, if any.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from dialogs.checking import Read
from dialogs.library import HERE, Library, library_of, read_sound
from dialogs.moment import forgotten
from dialogs.problems import Problem, ScriptsRefused
from dialogs.sessions import taken_up
from dialogs.turn import take_turn
from dialogs.words import (
    CallBegan,
    Dialog,
    Digits,
    Effect,
    Facts,
    Inbound,
    LookupDone,
    MessageReceived,
    Outcome,
    Prompt,
    Say,
    UssdInput,
)

FOLDERS = ("scripts", "phrases", "conversations")
NEEDED = ("scripts", "phrases/commands.yaml")
HINT = "an edition is all of scripts/ and phrases/: `hall dialogs copy` writes a folder to begin with"
LENGTH = 12  # of a version, in hexadecimal digits


@dataclass(frozen=True, slots=True)
class Edition:
    """Text by path (`scripts/order.yaml`)."""

    files: Mapping[str, str]

    @property
    def version(self) -> str:
        canonical = json.dumps(dict(self.files), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()[:LENGTH]


def read_edition(folder: Path = HERE) -> Edition:
    """What stands in a folder, as it is; the packaged edition without one."""
    return Edition(
        {
            path.relative_to(folder).as_posix(): path.read_text("utf-8")
            for name in FOLDERS
            for path in sorted((folder / name).rglob("*.yaml"))
        }
    )


def write_edition(edition: Edition, folder: Path) -> None:
    for name, text in edition.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def open_folder(folder: Path, version: str = "") -> Library:
    """Raises ScriptsRefused with every problem there is, each with its file and line."""
    return library_of(_read(folder), version)


def _read(folder: Path) -> Read:
    missing = [folder / name for name in NEEDED if not (folder / name).exists()]
    if missing:
        raise ScriptsRefused([Problem(str(path), 1, "there is no such file", HINT) for path in missing])
    return read_sound(folder / "scripts", folder / "phrases")


def open_edition(edition: Edition) -> Library:
    """The same of an edition that is kept elsewhere: it is laid out as the folder that it was."""
    return library_of(_laid_out(tuple(sorted(edition.files.items()))), edition.version)


@lru_cache(maxsize=4)  # what is the same is opened again with every reload, and reading it takes longest
def _laid_out(files: tuple[tuple[str, str], ...]) -> Read:
    with TemporaryDirectory(prefix="edition-") as folder:
        write_edition(Edition(dict(files)), Path(folder))
        return _read(Path(folder))


class Editions:
    """Libraries by version; who begins anew gets `version_for` him. Every one that it names must be there.

    version_for: of a subscriber; of nobody in particular ("") it is the one that everybody has.
    """

    def __init__(self, libraries: Mapping[str, Library], version_for: Callable[[str], str]) -> None:
        self._libraries = libraries
        self._version_for = version_for

    @classmethod
    def only(cls, library: Library) -> "Editions":
        return cls({library.version: library}, lambda subscriber: library.version)

    def take_turn(self, dialog: Dialog, inbound: Inbound, facts: Facts, now: float) -> Outcome:
        library = self.chosen(dialog, inbound, now, facts.left)
        outcome = take_turn(library, dialog, inbound, facts, now)
        return replace(outcome, effects=tuple(stamped(outcome.effects, library.version)))

    def chosen(self, dialog: Dialog, inbound: Inbound, now: float, left: Dialog | None = None) -> Library:
        resumed = taken_up(inbound, left, now)
        version = resumed.place.version if resumed and resumed.place else _began_on(dialog, inbound, now)
        library = self._libraries.get(version)
        return library or self._libraries[self._version_for(inbound.subscriber)]

    def for_prompt(self, prompt: Prompt) -> Library:
        """By whose phrases it is to be said; what no dialog has said is said as everybody's are. What the house has to
        say, and theirs have no words for, as they were published before, is said by those that have."""
        library = self._libraries.get(prompt.edition) or self._libraries[self._version_for("")]
        if prompt.edition or not prompt.phrase or prompt.phrase in library.phrases:
            return library
        return next((each for each in self._libraries.values() if prompt.phrase in each.phrases), library)


def _began_on(dialog: Dialog, inbound: Inbound, now: float) -> str:
    match inbound.kind:
        case LookupDone(resume=resume) if resume:
            return resume.version
        case UssdInput(opening=True) | CallBegan():
            return ""
        case MessageReceived() | UssdInput() | Digits() if forgotten(dialog, now):
            return ""
    return dialog.place.version if dialog.place else ""


def stamped(effects: Iterable[Effect], version: str) -> Iterator[Effect]:
    for effect in effects:
        yield replace(effect, prompt=replace(effect.prompt, edition=version)) if isinstance(effect, Say) else effect
