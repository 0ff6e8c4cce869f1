"""The machine behind a script: one for all dialogs, refused when it leads nowhere, drawn from its own table."""

from dataclasses import replace
from pathlib import Path

import pytest

from dialogs.chart import Chart, NowhereToGo, mermaid
from dialogs.script import Destination, State, Then
from dialogs.script_reader import read_script
from dialogs.turn import Library


class Listener:
    """A model for the machine that writes down what it is told."""

    __slots__ = ("state", "told")

    def __init__(self) -> None:
        self.state: object = None
        self.told: list[str] = []

    def enter(self, state: State) -> None:
        self.told.append(f"enter {state.name}")

    def leave(self, destination: Destination) -> None:
        self.told.append(f"leave for {destination.script or destination.state}")


def test_one_machine_serves_many_dialogs(library: Library) -> None:
    chart = library.current("order")
    first, second = Listener(), Listener()
    for listener in (first, second):
        chart.stand(listener, chart.script.states["confirming"])
    chart.fire(first, "yes")
    chart.fire(second, "no")
    chart.fire(second, "then")
    chart.fire(first, "result placed")
    assert first.told == ["enter placing", "enter placed"]
    assert second.told == ["enter not_placed", "leave for end"]


def test_a_trigger_is_heard_only_where_the_script_says(library: Library) -> None:
    chart = library.current("order")
    states = chart.script.states
    assert chart.hears(states["confirming"], "yes")
    assert not chart.hears(states["placing"], "yes")
    assert not chart.hears(states["confirming"], "result placed")


def test_a_way_to_nowhere_is_refused_when_the_machine_is_built(library: Library) -> None:
    """transitions itself would find out when the trigger is fired."""
    script = library.current("help").script
    astray = replace(script.states["telling"], exit=Then(Destination("nowhere")))
    with pytest.raises(NowhereToGo, match="telling leads to 'nowhere'"):
        Chart(replace(script, states={"telling": astray}))


def test_the_drawing_shows_every_way(library: Library) -> None:
    for script in library.scripts:
        drawn = mermaid(script)
        assert drawn.startswith(f"stateDiagram-v2\n    [*] --> {script.start}\n")
        for state in script.states.values():
            for way in state.ways:
                assert f"    {state.name} --> " in drawn
                assert f": {way.trigger}\n" in drawn


def test_a_drawing(library: Library) -> None:
    assert mermaid(library.current("catalogue").script).splitlines() == [
        "stateDiagram-v2",
        "    [*] --> listing",
        "    listing --> how: result some",
        "    listing --> nothing_sold: result none",
        "    how --> choosing_instead: case 0",
        "    how --> choosing: case 1",
        "    choosing: choosing<br/>catalogue.choose ?",
        "    choosing --> script_order: given",
        "    choosing_instead: choosing_instead<br/>catalogue.no_such ?",
        "    choosing_instead --> script_order: given",
        "    nothing_sold: nothing_sold<br/>catalogue.nothing",
        "    nothing_sold --> [*]: then",
    ]


def test_a_version_is_its_content(tmp_path: Path) -> None:
    path = tmp_path / "one.yaml"
    versions = []
    for text in (
        "states: {a: {say: x, then: end}}",
        "states: {a: {say: y, then: end}}",
        "states: {a: {say: x, then: end}}",
    ):
        path.write_text(text)
        script, _ = read_script(path)
        assert script
        versions.append(script.version)
    assert versions[0] == versions[2] != versions[1]
