"""What is not wrong, but seldom meant: warnings, each with its file and line, apart from the problems of checking.py.

nobody comes    scripts that nothing leads to, intents without a script, phrases that nobody says
about           a script that can be left in the middle does not say what it was about
keys            a menu that skips numbers or has them out of order
keypads         a free text, which nobody can give in a call
patience        a request that takes longer than people wait
sizes           what is said takes more text messages than allowed; a label fills a screen by itself (limits.py)
callers         they are asked to reply, or to write
recordings      what a caller would not hear, where speech is not made of text (recordings.py)

A label whose words alone are more than a screen holds is an error: checking.py asks `too_long_for_any_screen`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from dialogs.commands import Commands
from dialogs.folding import fold
from dialogs.functions import FUNCTIONS
from dialogs.limits import Limits, length_of, load_limits, words_alone
from dialogs.phrases import PhraseBook
from dialogs.problems import Problem
from dialogs.recordings import names_of, unrecorded
from dialogs.script import Ask, Call, Choose, Menu, Script, State, TextWanted, Visit, YesNo
from dialogs.spoken import HERE, SPOKEN

ENGINES_OWN = ("engine.", "hint.", "apology.", "notice.", "going_on.", "keypad.", "queue.", "calls.")
ENGINES_SCRIPTS = ("welcome", "going_on", "unsure", "sign_in", "afterwards")
BEGUN_BY_THE_HOUSE = ("survey", "confirm_call")
ONLY_WRITTEN = frozenset(("engine.not_understood", "engine.nothing_to_confirm", "engine.near", "apology.unreadable"))
UNDERSTOOD_WITHOUT = frozenset(("yes", "no", "none"))


def advise(
    scripts: Iterable[Script], book: PhraseBook, commands: Commands, recorded: Iterable[str] | None = None
) -> list[Problem]:
    adviser = _Adviser(tuple(scripts), book, commands, load_limits())
    found = {*adviser.warnings()}
    if recorded is not None:
        recorded = tuple(recorded)
        found |= {*unrecorded(book, sorted(adviser.said()), recorded), *_words_unrecorded(book, recorded)}
    return sorted(found)


def _words_unrecorded(book: PhraseBook, recorded: Iterable[str]) -> Iterator[Problem]:
    """The words that numbers, money and dates are spoken with."""
    there = names_of(recorded)
    for language in book.languages:
        for word in book.voice(language).words:
            if f"{language}/spoken/{word}" not in there:
                text = f"the word {word} of {language} is not recorded as {language}/spoken/{word}"
                file = str(HERE / language / SPOKEN)
                yield Problem(file, 1, text, "record it, or let speech be made of text")


@dataclass(frozen=True, slots=True)
class _Adviser:
    scripts: tuple[Script, ...]
    book: PhraseBook
    commands: Commands
    limits: Limits

    def warnings(self) -> Iterator[Problem]:
        yield from self._nobody_comes()
        yield from self._nobody_says()
        yield from self._nobody_hears()
        for script in self.scripts:
            if script.name not in ENGINES_SCRIPTS and not script.about and _asks(script):
                yield _at(script, 1, "it asks, and does not say what it is about", "write `about:` with a phrase")
            for state in _states(script):
                yield from self._state(script, state)

    # ── who comes, and what is said ──────────────────────────────────────────────────────────────────────────────────

    def _nobody_comes(self) -> Iterator[Problem]:
        led_to = {way.to.script for script in self.scripts for state in _states(script) for way in state.ways}
        led_to |= {s.exit.script for script in self.scripts for s in _states(script) if isinstance(s.exit, Visit)}
        for script in self.scripts:
            if not script.intent and script.name not in {*led_to, *ENGINES_SCRIPTS, *BEGUN_BY_THE_HOUSE}:
                yield _at(script, 1, "nothing leads to this script", "give it an intent, or lead to it from another")
        met = {script.intent for script in self.scripts}
        for intent in sorted(self.commands.intents - met - UNDERSTOOD_WITHOUT):
            text = f"the intent {intent} leads to no script"
            yield _at(self.scripts[0], 1, text, "write one with `intent:`, or take it out")

    def _nobody_says(self) -> Iterator[Problem]:
        said = self.said()
        for phrases in self.book.languages.values():
            for key, phrase in phrases.items():
                if key not in said:
                    yield Problem(phrase.file, phrase.line, f"nobody says the phrase {key}", "take it out")

    def said(self) -> set[str]:
        """Phrases of scripts and of the engine, and those that are said within them."""
        said = {key for phrases in self.book.languages.values() for key in phrases if key.startswith(ENGINES_OWN)}
        said |= {key for script in self.scripts for key in _phrases(script)}
        said |= {key for function in FUNCTIONS.values() for key in function.says}
        for phrases in self.book.languages.values():
            for key in [key for key in said if key in phrases]:
                within = {piece.argument for each in phrases[key].every for piece in each.pieces if piece.argument}
                said |= {other for other in phrases if other in within or other.rpartition(".")[0] in within}
        return said

    def _nobody_hears(self) -> Iterator[Problem]:
        """What a caller is told to do and cannot."""
        for language, phrases in self.book.languages.items():
            never = [fold(word) for word in self.book.voice(language).not_heard]
            for key in sorted(self._heard() & phrases.keys()):
                words = fold(words_alone(phrases[key].on("ivr")))
                for word in (each for each in never if _in(each, words)):
                    text = f"who calls hears {word!r} in the phrase {key} of {language}, and cannot do it"
                    yield Problem(phrases[key].file, phrases[key].line, text, "give it other words under `ivr:`")

    def _heard(self) -> set[str]:
        """What may be said in a call: all but notices, and what only somebody is told who writes."""
        notices = {state.say.phrase for script in self.scripts for state in _states(script) if state.say}
        notices -= {
            state.say.phrase
            for script in self.scripts
            for state in _states(script)
            if state.say and not state.say.notice
        }
        return {key for key in self.said() - notices - ONLY_WRITTEN if not key.startswith(("hint.", "notice."))}

    # ── one state ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _state(self, script: Script, state: State) -> Iterator[Problem]:
        if isinstance(state.exit, Call) and state.exit.within > self.limits.seconds:
            text = f"{state.exit.service} is waited for up to {state.exit.within:g} seconds"
            yield _at(script, state.exit.line, text, f"nobody stays on the line for more than {self.limits.seconds:g}")
        if isinstance(state.exit, Ask):
            yield from self._ask(script, state, state.exit)
        if state.say:
            yield from self._segments(script, state)

    def _ask(self, script: Script, state: State, ask: Ask) -> Iterator[Problem]:
        match ask.wanted:
            case Menu(options=options):
                keys = [option.key for option in options if not option.aloud]
                if keys != [str(number) for number in range(1, len(keys) + 1)]:
                    text = f"the menu of {state.name} has the keys {', '.join(keys)}"
                    yield _at(script, ask.line, text, "number them from 1 in the order they stand in")
                for option in options:
                    yield from self._label(script, option.label, option.line)
            case Choose(label=label, line=line):
                yield from self._label(script, label, line)
            case TextWanted() if ask.again.then is None:
                text = f"who calls cannot give the text that {state.name} asks for"
                yield _at(script, ask.line, text, "lead him on with `again: {then: …}`")

    def _label(self, script: Script, key: str, line: int) -> Iterator[Problem]:
        for language, phrases in self.book.languages.items():
            if key in phrases:
                length = length_of(f"1 {self.limits.usual(phrases[key].on('ussd'))}\n")
                if not self.limits.fits_screen(length):
                    text = f"the label {key} of {language} is about {length.count} long, and fills a screen"
                    yield _at(script, line, text, f"keep it to {self.limits.screen(length)}")

    def _segments(self, script: Script, state: State) -> Iterator[Problem]:
        assert state.say
        for language, phrases in self.book.languages.items():
            keys = [state.say.phrase, *_beside(state)]
            length = length_of("\n".join(self.limits.usual(phrases[key]) for key in keys if key in phrases))
            if length.segments > self.limits.segments:
                text = f"what {state.name} says in {language} takes about {length.segments} text messages"
                yield _at(script, state.say.line, text, f"keep it to {self.limits.segments}")


def too_long_for_any_screen(book: PhraseBook, script: Script) -> Iterator[Problem]:
    limits = load_limits()
    for state in _states(script):
        for key, line in _labels(state):
            for language, phrases in book.languages.items():
                label = f"1 {words_alone(phrases[key].on('ussd'))}\n" if key in phrases else ""
                if not limits.fits_screen(length := length_of(label)):
                    text = f"no USSD screen holds the label {key} of {language}: it takes {length.count}"
                    yield _at(script, line, text, f"keep it to {limits.screen(length)}, key and all")


def _states(script: Script) -> Iterable[State]:
    return script.states.values()


def _asks(script: Script) -> bool:
    return any(isinstance(state.exit, Ask) for state in _states(script))


def _labels(state: State) -> Iterator[tuple[str, int]]:
    match state.exit:
        case Ask(wanted=Menu(options=options)):
            yield from ((option.label, option.line) for option in options)
        case Ask(wanted=Choose(label=label, line=line)):
            yield label, line


def _beside(state: State) -> Iterator[str]:
    """What is said together with the question."""
    match state.exit:
        case Ask(wanted=Menu(options=options)):
            yield from (option.label for option in options)
            yield "hint.menu"
        case Ask(wanted=Choose(label=label)):
            yield label
            yield "hint.menu"
        case Ask(wanted=YesNo()):
            yield "hint.yes_no"


def _phrases(script: Script) -> Iterator[str]:
    yield script.about
    for state in _states(script):
        if state.say:
            yield state.say.phrase
        if isinstance(state.exit, Ask):
            yield from state.exit.again.say
        yield from (label for label, _ in _labels(state))


def _at(script: Script, line: int, text: str, hint: str) -> Problem:
    return Problem(script.file, line, text, hint)


def _in(word: str, folded: str) -> bool:
    """Chinese anywhere, other words whole."""
    return f" {word} " in f" {folded} " if word.isascii() else word in folded
