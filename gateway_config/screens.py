"""What is said in a session, laid out for its channel; in a USSD session, for its screens.

What is answered and what is asked then share a screen, if there is room: the heads follow each other, and the last
one's options stand below.
"""

from collections.abc import Callable, Sequence
from datetime import tzinfo

from channels.ussd.layout import Layout
from dialogs.editions import Editions
from dialogs.words import Say
from dialogs.written import written_for_keys
from gateway_config.sounds import laid_out


def lay_out(editions: Editions, zone: tzinfo) -> Callable[[str, Sequence[Say]], str]:
    def lay(channel: str, says: Sequence[Say]) -> str:
        match channel:
            case "ussd":
                return laid(editions, zone, says).written()
            case "ivr":
                return laid_out(editions, zone, says).written()
        return ""

    return lay


def laid(editions: Editions, zone: tzinfo, says: Sequence[Say]) -> Layout:
    books = [editions.for_prompt(say.prompt).phrases for say in says]
    parts = [written_for_keys(book, say.prompt, say.language, zone) for book, say in zip(books, says, strict=True)]
    speaker, last = books[-1].speaker(says[-1].language, zone), parts[-1]
    head = "\n".join(part.head for part in parts if part.head)
    forward, back = speaker.phrase("keypad.next"), speaker.phrase("keypad.previous")
    return Layout(head, last.options, last.keyed, forward, back, says[-1].language)
