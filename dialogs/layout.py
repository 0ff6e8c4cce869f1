"""Where the boxes of a drawing stand: in layers from the top, so that what follows lies below what it follows.

    ranks      ways that lead back up are turned round for the while; a box stands below all that lead to it
    bends      a way over several layers passes through a place of its own in each of them
    order      boxes of a layer are put where their neighbours are, up and down some times
    positions  each box as near to its neighbours' middle as the ones beside it allow

This is the well-known method of Sugiyama, in the little form that a drawing of some thirty boxes needs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

GAP, BETWEEN, BEND = 28.0, 64.0, 12.0
SWEEPS = 8

Edge = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Size:
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Point:
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Layout:
    """boxes: the middle of each; ways: the points each passes, from the box it leaves to the one it comes to."""

    boxes: Mapping[str, Point]
    ways: Mapping[Edge, tuple[Point, ...]]
    size: Size


def lay_out(sizes: Mapping[str, Size], edges: Sequence[Edge]) -> Layout:
    return _Layers(sizes, [edge for edge in dict.fromkeys(edges) if edge[0] != edge[1]]).layout()


class _Layers:
    def __init__(self, sizes: Mapping[str, Size], edges: list[Edge]) -> None:
        self.sizes = dict(sizes)
        self.edges = edges
        self.turned = _leading_back(list(sizes), edges)
        self.down = [(b, a) if (a, b) in self.turned else (a, b) for a, b in edges]
        self.rank = _ranks(list(sizes), self.down)
        self.chains = {edge: self._chain(edge, down) for edge, down in zip(edges, self.down, strict=True)}
        self.above: dict[str, list[str]] = {}
        self.below: dict[str, list[str]] = {}
        for chain in self.chains.values():
            for upper, lower in pairwise(chain):
                self.below.setdefault(upper, []).append(lower)
                self.above.setdefault(lower, []).append(upper)
        count = max(self.rank.values(), default=-1) + 1
        self.layers = [[name for name, rank in self.rank.items() if rank == number] for number in range(count)]

    def _chain(self, edge: Edge, down: Edge) -> list[str]:
        """From the upper box to the lower one through a bend in each layer between."""
        upper, lower = down
        chain = [upper]
        for rank in range(self.rank[upper] + 1, self.rank[lower]):
            bend = f"{edge[0]} {edge[1]} {rank}"
            self.sizes[bend], self.rank[bend] = Size(BEND, 0), rank
            chain.append(bend)
        return [*chain, lower]

    def layout(self) -> Layout:
        for sweep in range(SWEEPS):
            self._reorder(downwards=sweep % 2 == 0)
        xs, ys = self._columns(), self._rows()
        least = min((xs[name] - self.sizes[name].width / 2 for name in xs), default=0.0)
        points = {name: Point(xs[name] - least + GAP, ys[self.rank[name]]) for name in xs}
        ways = {}
        for edge, chain in self.chains.items():
            through = tuple(points[name] for name in chain)
            ways[edge] = through[::-1] if edge in self.turned else through
        width = max((points[name].x + self.sizes[name].width / 2 for name in points), default=0.0) + GAP
        height = max((points[name].y + self.sizes[name].height / 2 for name in points), default=0.0) + GAP
        boxes = {name: point for name, point in points.items() if " " not in name}
        return Layout(boxes, ways, Size(width, height))

    def _reorder(self, downwards: bool) -> None:
        layers = self.layers if downwards else self.layers[::-1]
        beside = self.above if downwards else self.below
        for fixed, layer in pairwise(layers):
            place = {name: number for number, name in enumerate(fixed)}
            here = {name: number for number, name in enumerate(layer)}
            layer.sort(key=lambda name: (_mean(beside.get(name, ()), place, here[name]), here[name]))

    def _columns(self) -> dict[str, float]:
        xs: dict[str, float] = {}
        for layer in self.layers:
            self._place(layer, {name: _mean(self.above.get(name, ()), xs, 0.0) for name in layer}, xs)
        for layer in self.layers[-2::-1]:
            self._place(layer, {name: _mean(self.below.get(name, ()), xs, xs[name]) for name in layer}, xs)
        return xs

    def _place(self, layer: list[str], wanted: Mapping[str, float], xs: dict[str, float]) -> None:
        """As near as can be to where each would stand; the layer as a whole is then moved to their middle."""
        edge = None
        for name in layer:
            half = self.sizes[name].width / 2
            xs[name] = wanted[name] if edge is None else max(wanted[name], edge + GAP + half)
            edge = xs[name] + half
        shift = sum(wanted[name] - xs[name] for name in layer) / len(layer)
        for name in layer:
            xs[name] += shift

    def _rows(self) -> list[float]:
        rows, top = [], GAP
        for layer in self.layers:
            height = max(self.sizes[name].height for name in layer)
            rows.append(top + height / 2)
            top += height + BETWEEN
        return rows


def _leading_back(names: list[str], edges: list[Edge]) -> set[Edge]:
    """The edges that lead to where one has come from."""
    onward: dict[str, list[str]] = {}
    for source, target in edges:
        onward.setdefault(source, []).append(target)
    back: set[Edge] = set()
    done: set[str] = set()
    for name in names:
        _descend(name, onward, [], done, back)
    return back


def _descend(name: str, onward: Mapping[str, list[str]], path: list[str], done: set[str], back: set[Edge]) -> None:
    if name in done:
        return
    path.append(name)
    for target in onward.get(name, ()):
        if target in path:
            back.add((name, target))
        else:
            _descend(target, onward, path, done, back)
    path.pop()
    done.add(name)


def _ranks(names: list[str], down: list[Edge]) -> dict[str, int]:
    rank = dict.fromkeys(names, 0)
    for _ in names:
        for upper, lower in down:
            rank[lower] = max(rank[lower], rank[upper] + 1)
    return rank


def _mean(names: Sequence[str], places: Mapping[str, float], otherwise: float) -> float:
    found = [places[name] for name in names if name in places]
    return sum(found) / len(found) if found else otherwise
