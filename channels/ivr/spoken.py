"""What is said in a call, as it is kept with the committed row: its sounds, and the keys that are waited for.

It travels as JSON, as a reply's layout; what it says in words is the row's text. How a prompt is taken apart into
sounds is the dialog's; which of them are recordings, and how long a caller is waited for, is found out when it is
played.
"""

import json
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spoken:
    """
    sounds:     name of the recording (empty: there never is one) and its words, in the order of speaking.
    keys:       so many are waited for at most; 0: nothing is.
    terminator: the key that ends them; empty: none.
    at_once:    keys that are an answer by themselves, if they come first.
    secret:     nobody but who asks for them may know which keys they were.
    """

    language: str
    sounds: tuple[tuple[str, str], ...] = ()
    keys: int = 0
    terminator: str = ""
    at_once: str = ""
    secret: bool = False

    def written(self) -> str:
        sounds = [list(sound) for sound in self.sounds]
        parts = [self.language, sounds, self.keys, self.terminator, self.at_once, *([True] if self.secret else [])]
        return json.dumps(parts, ensure_ascii=False, separators=(",", ":"))


def read(layout: str, text: str, language: str) -> Spoken:
    """What has no layout is a text, which no recording says."""
    if not layout:
        return Spoken(language, (("", text),))
    language, sounds, *asked = json.loads(layout)
    return Spoken(language, tuple((name, words) for name, words in sounds), *asked)
