"""What is said in a call, as sounds: the rest of the way from a prompt to what Asterisk plays."""

from collections.abc import Sequence
from datetime import tzinfo

from channels.ivr.spoken import Spoken
from dialogs.editions import Editions
from dialogs.keypad import NEXT, TELEPHONE, keys_wanted
from dialogs.voice import speak
from dialogs.words import Expects, Prompt, Say


def laid_out(editions: Editions, zone: tzinfo, says: Sequence[Say]) -> Spoken:
    """What is said one after the other, and the keys that the last of it waits for."""
    sounds: list[tuple[str, str]] = []
    language = says[-1].language
    for say in says:
        book = editions.for_prompt(say.prompt).phrases
        language = book.spoken(say.language)
        sounds += [(sound.name, sound.text) for sound in speak(book, say.prompt, say.language, zone)]
    last = says[-1].prompt
    wanted = keys_wanted(last)
    at_once = _at_once(last) if wanted.maximum > 1 else ""
    return Spoken(language, tuple(sounds), wanted.maximum, wanted.terminator, at_once, last.secret)


def _at_once(prompt: Prompt) -> str:
    """Keys that mean the same everywhere, and those of entries with whose key no code begins."""
    if prompt.expects is not Expects.MENU:
        return "".join(sorted(TELEPHONE.back))
    begun = {each[0] for choice in prompt.choices for each in (choice.code, choice.key) if len(each) > 1}
    begun |= {NEXT[0]} if any(len(choice.key) > 1 for choice in prompt.choices) else set()
    own = {choice.key for choice in prompt.choices if len(choice.key) == 1}
    return "".join(sorted((TELEPHONE.back | TELEPHONE.person | own) - begun))
