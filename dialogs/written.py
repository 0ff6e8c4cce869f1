"""A prompt as it is written, in its parts: what a channel with little room lays out by itself.

`render_text` (phrases.py) makes one text of it, for a text message. A screen wants to know where one option ends and
the next begins, and is answered with keys: so a question that wants a yes has two options there.
"""

from dataclasses import dataclass
from datetime import tzinfo

from dialogs.phrases import PhraseBook
from dialogs.words import Expects, Prompt


@dataclass(frozen=True, slots=True)
class Written:
    """options: (key, label); keyed: what is answered is one of the keys, and not digits or a text of one's own."""

    head: str
    options: tuple[tuple[str, str], ...] = ()
    keyed: bool = True


def written_for_keys(book: PhraseBook, prompt: Prompt, language: str, zone: tzinfo) -> Written:
    speaker = book.speaker(language, zone, "ussd")
    head = speaker.phrase(prompt.phrase, prompt.values) if prompt.phrase else ""
    options = [(choice.key, speaker.choice(choice)) for choice in prompt.choices if not choice.aloud]
    if prompt.expects is Expects.YES_NO:
        options += [("1", speaker.phrase("keypad.yes")), ("2", speaker.phrase("keypad.no"))]
    if prompt.expects in (Expects.MENU, Expects.YES_NO):
        options.append(("0", speaker.phrase("keypad.leave" if prompt.first else "keypad.back")))
    return Written(head, tuple(options), prompt.expects not in (Expects.DIGITS, Expects.TEXT))
