from pathlib import Path

from dialogs.words import Dialog, Facts, Inbound, Outcome


class Library:
    """Compiled scripts by name and version, the phrase book, and which intent leads to which script."""


class DialogRunaway(Exception):
    """A turn that would not come to rest: too many steps or effects without any input. The script is at fault."""


HERE = Path(__file__).parent


def load_library(scripts_folder: Path = HERE / "scripts", phrases_folder: Path = HERE / "phrases") -> Library:
    raise NotImplementedError


def take_turn(library: Library, dialog: Dialog, inbound: Inbound, facts: Facts, now: float) -> Outcome:
    raise NotImplementedError
