"""A script as a picture, in SVG: every state a box, every way to another state an arrow.

A box tells the state's name, what it says or does, and the ways that lead out of the script. `notes` puts lines of
one's own into the boxes, numbers of what is going on, say; `taken` a number at each way. Colours follow the reader's
choice of light or dark.
"""

from collections.abc import Iterator, Mapping
from html import escape
from itertools import pairwise
from unicodedata import east_asian_width

from dialogs.layout import Layout, Point, Size, lay_out
from dialogs.script import Answered, Ask, Branch, Call, Case, Destination, Menu, Script, State, Visit, Way, WorkOut

LETTER, LINE, PADDING, ASIDE = 6.6, 16.0, 10.0, 18.0
STYLE = """
svg { background: #fff; color: #1d2733; font: 12px ui-monospace, monospace }
rect { fill: #f3f6fa; stroke: #7d8ea3 } .ask rect { fill: #e5f2e6; stroke: #3f8a49 }
.service rect { fill: #fdf1dc; stroke: #b97d12 } .start rect { stroke-width: 2.5 }
text { fill: currentColor } .name { font-weight: 700 } .out { fill: #5a6879 } .note { fill: #a3261d; font-weight: 700 }
path { fill: none; stroke: #7d8ea3 } .errand { stroke-dasharray: 5 4 } .label { fill: #35506e; font-size: 11px }
.halo { stroke: #fff; stroke-width: 4; paint-order: stroke }
@media (prefers-color-scheme: dark) {
svg { background: #14191f; color: #e4e9ef } rect { fill: #202832 } .ask rect { fill: #1b3320 }
.service rect { fill: #3a2d12 } .out { fill: #9fb0c3 } .label { fill: #b9cde2 } .note { fill: #ff9c92 }
.halo { stroke: #14191f } }
""".strip()


Taken = Mapping[tuple[str, str], int]  # by state and trigger


def svg(script: Script, notes: Mapping[str, tuple[str, ...]] | None = None, taken: Taken | None = None) -> str:
    taken = taken or {}
    lines = {name: list(_lines(state, (notes or {}).get(name, ()), taken)) for name, state in script.states.items()}
    sizes = {name: _size(told) for name, told in lines.items()}
    labels = _labels(script, taken)
    layout = lay_out(sizes, list(labels))
    size = layout.size
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size.width:.0f} {size.height:.0f}" '
            f'width="{size.width:.0f}" height="{size.height:.0f}" role="img" aria-label="{escape(script.name)}">',
            f"<title>{escape(script.name)} {escape(script.version)}</title>",
            f"<style>{STYLE}</style>",
            '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
            '<path d="M0 0L8 4L0 8z" style="fill: #7d8ea3; stroke: none"/></marker></defs>',
            *_arrows(script, labels, layout, sizes),
            *(_box(script, name, lines[name], layout.boxes[name], sizes[name]) for name in script.states),
            "</svg>\n",
        ]
    )


# ── Boxes ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _lines(state: State, notes: tuple[str, ...], taken: Taken) -> Iterator[tuple[str, str]]:
    """(class, text) of each line in the box."""
    yield "name", state.name
    yield from (("", text) for text in _does(state))
    for way in state.ways:
        if way.to.leaves or way.to.state == state.name:
            yield "out", f"{_counted(state, way, taken)} → {_leads(way.to)}"
    yield from (("note", text) for text in notes)


def _does(state: State) -> Iterator[str]:
    if state.hand_over:
        yield f"hands over: {state.hand_over}"
    if state.say:
        yield f"“{state.say.phrase}”"
    match state.exit:
        case Call(service=service):
            yield f"asks {service}"
        case Visit(script=script):
            yield f"visits {script}"
        case WorkOut(function=function):
            yield f"works out {function}"


def told(state: State, way: Way) -> str:
    """When this way is taken, in few words."""
    match state.exit, way.trigger.split(" ", 1):
        case Branch(cases=cases), ["case", number]:
            return _case(cases[int(number)])
        case Ask(wanted=Menu(options=options)), ["key", key]:
            return next(f"{option.key} {option.label}" for option in options if option.key == key)
        case _, ["result", result]:
            return result
    return way.trigger


def _counted(state: State, way: Way, taken: Taken) -> str:
    times = taken.get((state.name, way.trigger), 0)
    return f"{told(state, way)} ·{times}" if times else told(state, way)


def _case(case: Case) -> str:
    match case.test:
        case "":
            return "else"
        case "is":
            return f"{case.slot} is {' or '.join(map(str, case.values))}"
        case "at_least" | "at_most":
            return f"{case.slot} {'≥' if case.test == 'at_least' else '≤'} {case.values[0]}"
    return f"{case.slot} {case.test}"


def _leads(to: Destination) -> str:
    if to.returns:
        return f"return {to.returns}"
    return f"script {to.script}" if to.script else to.state


def _size(lines: list[tuple[str, str]]) -> Size:
    return Size(max(_columns(text) for _, text in lines) * LETTER * 1.1 + 2 * PADDING, len(lines) * LINE + PADDING)


def _columns(text: str) -> int:
    """Chinese characters are two wide."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def _box(script: Script, name: str, lines: list[tuple[str, str]], middle: Point, size: Size) -> str:
    left, top = middle.x - size.width / 2, middle.y - size.height / 2
    texts = [
        f'<text x="{left + PADDING:.1f}" y="{top + PADDING / 2 + LINE * (number + 0.8):.1f}"'
        + (f' class="{kind}">' if kind else ">")
        + f"{escape(text)}</text>"
        for number, (kind, text) in enumerate(lines)
    ]
    rect = f'<rect x="{left:.1f}" y="{top:.1f}" width="{size.width:.1f}" height="{size.height:.1f}" rx="7"/>'
    return f'<g id="state-{name}" class="{_kind(script, name)}">{rect}{"".join(texts)}</g>'


def _kind(script: Script, name: str) -> str:
    exit = script.states[name].exit
    kind = "ask" if isinstance(exit, Ask) else "service" if isinstance(exit, Call | Answered) else "step"
    return f"start {kind}" if name == script.start else kind


# ── Arrows ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _labels(script: Script, taken: Taken) -> dict[tuple[str, str], list[str]]:
    """What is written at each arrow; errands have theirs in brackets."""
    labels: dict[tuple[str, str], list[str]] = {}
    for state in script.states.values():
        for way in state.ways:
            if not way.to.leaves and way.to.state != state.name:
                labels.setdefault((state.name, way.to.state), []).append(_counted(state, way, taken))
        if state.errand:
            labels.setdefault((state.name, state.errand.met_at), []).append(f"({state.errand.service})")
    return labels


def _arrows(
    script: Script, labels: Mapping[tuple[str, str], list[str]], layout: Layout, sizes: Mapping[str, Size]
) -> Iterator[str]:
    texts = []
    for (source, target), triggers in labels.items():
        points = _trimmed(layout.ways[source, target], sizes[source], sizes[target])
        errand = script.states[source].errand
        kind = ' class="errand"' if errand and errand.met_at == target else ""
        yield f'<path{kind} d="{_curve(points)}" marker-end="url(#tip)"/>'
        texts.append(_label(", ".join(triggers), points[1], downwards=points[1].y > points[0].y))
    yield from texts


def _label(text: str, at: Point, downwards: bool) -> str:
    """Where the way has parted from the others: short of the next layer."""
    y = at.y - 16 if downwards else at.y + 24
    return f'<text class="label halo" text-anchor="middle" x="{at.x:.1f}" y="{y:.1f}">{escape(text)}</text>'


def _trimmed(points: tuple[Point, ...], source: Size, target: Size) -> list[Point]:
    """From the edge of one box to the edge of the other; what leads back up keeps beside what leads down."""
    first, last = points[0], points[-1]
    downwards, aside = (1, 0.0) if last.y > first.y else (-1, ASIDE)
    start = Point(first.x + aside, first.y + downwards * source.height / 2)
    end = Point(last.x + aside, last.y - downwards * target.height / 2)
    return [start, *(Point(each.x + aside, each.y) for each in points[1:-1]), end]


def _curve(points: list[Point]) -> str:
    path = [f"M{points[0].x:.1f} {points[0].y:.1f}"]
    for one, other in pairwise(points):
        half = (one.y + other.y) / 2
        path.append(f"C{one.x:.1f} {half:.1f} {other.x:.1f} {half:.1f} {other.x:.1f} {other.y:.1f}")
    return "".join(path)
