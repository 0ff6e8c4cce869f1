"""Keys that mean the same in every question, by what one answers with; and which keys a question waits for in a call.

    writing, screens    0 back       00 or # start
    a telephone         * back       # the question again      0 a person      00 start

Who holds a telephone to his ear cannot read again what he has missed, nor write for an agent: he has keys for both. So
this hangs on how an answer was given, which is a property of the answer, and on nothing that a script could ask for.
"""

from dataclasses import dataclass

from dialogs.words import CallBegan, Digits, Expects, Kind, Prompt, Secret

NEXT, PREVIOUS = "98", "99"  # of a long menu: keys that no entry has
MOST_ENTRIES = 97


@dataclass(frozen=True, slots=True)
class Keys:
    back: frozenset[str]
    start: frozenset[str]
    repeat: frozenset[str] = frozenset()
    person: frozenset[str] = frozenset()


WRITTEN = Keys(frozenset(("0", "*")), frozenset(("00", "000", "#")))
TELEPHONE = Keys(frozenset(("*",)), frozenset(("00", "000")), frozenset(("#",)), frozenset(("0",)))


def keys_of(kind: Kind) -> Keys:
    return TELEPHONE if isinstance(kind, CallBegan | Digits | Secret) else WRITTEN


def pressed(kind: Digits) -> str:
    """As one would write it: `#` alone is a key like any other."""
    return kind.text or ("#" if kind.terminated else "")


@dataclass(frozen=True, slots=True)
class KeysWanted:
    """What a collector of digits waits for; a maximum of 0 is for nothing at all."""

    minimum: int = 0
    maximum: int = 0
    terminator: str = ""


def keys_wanted(prompt: Prompt) -> KeysWanted:
    """In a call. A menu whose entries have codes is answered with one of them, any other with one key."""
    match prompt.expects:
        case Expects.MENU:
            longest = max((len(choice.code or choice.key) for choice in prompt.choices), default=1)
            return KeysWanted(1, longest, "#") if longest > 1 else KeysWanted(1, 1)
        case Expects.YES_NO:
            return KeysWanted(1, 1)
        case Expects.DIGITS:
            return KeysWanted(prompt.minimum, prompt.maximum, prompt.terminator)
    return KeysWanted()
