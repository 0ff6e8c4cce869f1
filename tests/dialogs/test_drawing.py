"""The picture of a script: every state once, every way, nothing over anything else."""

import re
from itertools import combinations
from xml.etree import ElementTree

from hypothesis import given, settings
from hypothesis import strategies as st

from dialogs.drawing import svg
from dialogs.layout import Size, lay_out
from dialogs.turn import Library

NAMES = "abcdefghij"


def test_every_state_and_every_way_is_drawn(library: Library) -> None:
    for script in library.scripts:
        picture = ElementTree.fromstring(svg(script))
        boxes = {group.get("id") for group in picture.iter("{http://www.w3.org/2000/svg}g")}
        assert boxes == {f"state-{name}" for name in script.states}
        onward = {
            (state.name, way.to.state) for state in script.states.values() for way in state.ways if not way.to.leaves
        }
        errands = {(state.name, state.errand.met_at) for state in script.states.values() if state.errand}
        arrows = [path for path in picture.iter("{http://www.w3.org/2000/svg}path") if path.get("marker-end")]
        assert len(arrows) == len(onward | errands)


def test_what_is_written_in_the_picture(library: Library) -> None:
    drawn = svg(library.current("order").script, {"confirming": ("12 <now>",)})
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", drawn)
    for text in ("confirming", "“order.confirm”", "offer given", "else → script catalogue", "asks orders.place",
                 "12 &lt;now&gt;", "flagged", "yes"):  # fmt: skip
        assert text in texts
    taken = {("confirming", "yes"): 11, ("confirming", "no"): 2}
    counted = re.findall(r"<text[^>]*>([^<]*)</text>", svg(library.current("order").script, taken=taken))
    assert {"yes ·11", "no ·2", "flagged"} <= set(counted)
    assert "1 language.zh ·5" in svg(library.current("language").script, taken={("choosing", "key 1"): 5})
    assert "reason is unsupported" in svg(library.current("bill").script)
    assert "hands over: asked" in svg(library.current("agent").script)
    assert "1 language.zh" in svg(library.current("language").script)


edges = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), max_size=25)


@settings(max_examples=100, deadline=None)
@given(edges, st.lists(st.integers(20, 200), min_size=10, max_size=10))
def test_no_box_lies_over_another_and_every_way_has_its_ends(ways: list[tuple[str, str]], widths: list[int]) -> None:
    sizes = {name: Size(width, 40) for name, width in zip(NAMES, widths, strict=True)}
    layout = lay_out(sizes, ways)
    for (one, a), (other, b) in combinations(layout.boxes.items(), 2):
        apart = abs(a.x - b.x) >= (sizes[one].width + sizes[other].width) / 2 or abs(a.y - b.y) >= 40
        assert apart, (one, other)
    for name, at in layout.boxes.items():
        assert 0 <= at.x - sizes[name].width / 2 <= at.x + sizes[name].width / 2 <= layout.size.width
        assert 0 <= at.y - 20 <= at.y + 20 <= layout.size.height
    for source, target in {way for way in ways if way[0] != way[1]}:
        points = layout.ways[source, target]
        assert (points[0], points[-1]) == (layout.boxes[source], layout.boxes[target])
