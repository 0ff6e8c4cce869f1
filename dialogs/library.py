"""The scripts that dialogs are taken by, compiled, with the phrases and commands that belong to them."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from dialogs.chart import Chart
from dialogs.checking import Read, check_all, read_all
from dialogs.commands import Commands
from dialogs.examples import Example
from dialogs.known_slots import Flow
from dialogs.phrases import PhraseBook
from dialogs.problems import ScriptsRefused
from dialogs.script import Script, State
from dialogs.services import Shape, load_services
from dialogs.understanding import Understander
from dialogs.words import AFTERWARDS, Place

HERE = Path(__file__).parent
WELCOME, GOING_ON, UNSURE, SIGN_IN = "welcome", "going_on", "unsure", "sign_in"


class Library:
    """Compiled scripts by name, all of one edition; how several stand side by side is told in editions.py."""

    def __init__(
        self,
        scripts: Iterable[Script],
        phrases: PhraseBook,
        commands: Commands,
        compiled: Callable[[Script], Chart] = Chart,
    ) -> None:
        self.phrases = phrases
        self.version = ""  # of the edition that all of it belongs to; empty when it is of none
        self.understander = Understander(commands)
        self._examples = commands.examples
        self.taught: tuple[Example, ...] = ()
        self._services = load_services()
        self._current: dict[str, Chart] = {}
        self._by_intent: dict[str, Chart] = {}
        for script in scripts:
            chart = compiled(script)
            self._current[script.name] = chart
            if script.intent:
                self._by_intent[script.intent] = chart

    def learn(self, taught: Iterable[Example]) -> None:
        """What supervisors taught, in place of what was learned before; begins with the next text."""
        taught = tuple(taught)
        self.understander = Understander(replace(self.commands, examples=(*self._examples, *taught)))
        self.taught = taught

    @property
    def commands(self) -> Commands:
        return self.understander.commands

    @property
    def scripts(self) -> list[Script]:
        return [chart.script for chart in self._current.values()]

    def current(self, name: str) -> Chart:
        return self._current[name]

    @property
    def signs_in(self) -> bool:
        """Editions that are older than signing in cannot."""
        return SIGN_IN in self._current

    @property
    def asks_what_else(self) -> bool:
        """Nor can they go on after an end."""
        return AFTERWARDS in self._current

    def for_intent(self, intent: str) -> Chart | None:
        return self._by_intent.get(intent)

    def promised(self, script: Script, state: State, result: str) -> Shape:
        """The values that a service has agreed to give with this result."""
        return Flow(script, self._services, {}).gained(state, f"result {result}")

    def find(self, place: Place) -> tuple[Chart, State] | None:
        """Where a dialog stands. If it began on an edition that is gone, this one will do if it has that state."""
        chart = self._current.get(place.script)
        state = chart.script.states.get(place.state) if chart else None
        return (chart, state) if chart and state else None


def load_library(
    scripts_folder: Path = HERE / "scripts", phrases_folder: Path = HERE / "phrases", version: str = ""
) -> Library:
    """Raises ScriptsRefused with every problem there is. version: of the edition, in place of each script's own."""
    return library_of(read_sound(scripts_folder, phrases_folder), version)


def read_sound(scripts_folder: Path, phrases_folder: Path) -> Read:
    """Raises ScriptsRefused."""
    read = read_all(scripts_folder, phrases_folder)
    if problems := check_all(read):
        raise ScriptsRefused(problems)
    return read


def library_of(read: Read, version: str = "") -> Library:
    scripts = [replace(script, version=version) for script in read.scripts] if version else read.scripts
    library = Library(scripts, read.phrases, read.commands)
    library.version = version
    return library
