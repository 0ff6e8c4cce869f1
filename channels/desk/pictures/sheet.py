"""What the pictures of reports have in common: a sheet of SVG, its colours by day and by night, and words on it.

A picture is made of numbers by a pure function. It says what it shows (`title`, `desc`) to those who do not see it, and
stands beside a table that has every number. Nothing is told by colour alone: what is lost is hatched, what goes on is
dotted, and the numbers stand there.
"""

from collections.abc import Iterable
from html import escape
from unicodedata import east_asian_width

WIDTH = 560
LETTER = 7.2  # a Latin letter at 13 px; a Chinese one is as wide as it is high
STYLE = """
svg { background: #fffefb; color: #1f2a2c; --paper: #fffefb; --soft: #5b6668; --line: #d9d5c8; --a: #0f5c4d;
 --on-a: #fff; --b: #a3231b; --b-soft: #fbe3df; --c: #8a4b00; --c-soft: #fdeccb; --d: #24507a;
 font: 13px system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", sans-serif }
@media (prefers-color-scheme: dark) { svg { background: #1e2526; color: #e8e6de; --paper: #1e2526; --soft: #a3adad;
 --line: #354041; --a: #5fc2a8; --on-a: #08211b; --b: #ff968b; --b-soft: #4a1f1b; --c: #f2b95c; --c-soft: #43310f;
 --d: #93c0ec } }
text { fill: currentColor; font-variant-numeric: tabular-nums } .soft { fill: var(--soft); font-size: 12px }
.small { font-size: 11px } .small.on { fill: var(--on-a) }
.soft.ink { fill: currentColor } .soft.on { fill: var(--on-a) } .soft.share { fill: var(--d) }
.strong { font-weight: 600 } .on { fill: var(--on-a) } .line { stroke: var(--line); fill: none }
.a { fill: var(--a) } .b { fill: url(#hatched); stroke: var(--b) } .c { fill: url(#dotted); stroke: var(--c) }
.curve { fill: none; stroke: var(--d); stroke-width: 2.5 } .dot { fill: var(--d) } .share { fill: var(--d) }
.cell { stroke: var(--paper); stroke-width: 2 } .flow { fill: var(--a); opacity: .16 }
.b-soft { fill: var(--b-soft) } .c-soft { fill: var(--c-soft) }
.b-line { stroke: var(--b) } .c-line { stroke: var(--c) }
""".strip()
PATTERNS = (
    '<defs><pattern id="hatched" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="6" height="6" class="b-soft"/><path d="M0 0V6" stroke-width="4" class="b-line"/></pattern>'
    '<pattern id="dotted" width="6" height="6" patternUnits="userSpaceOnUse">'
    '<rect width="6" height="6" class="c-soft"/>'
    '<circle cx="3" cy="3" r="1" class="c-line"/></pattern></defs>'
)
FILLS = ("a", "b", "c")


def sheet(height: float, title: str, told: str, drawn: Iterable[str]) -> str:
    """told: what the picture shows, in a sentence or two."""
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" width="{WIDTH}" '
            f'height="{height:.0f}" role="img" aria-labelledby="title told">',
            f'<title id="title">{escape(title)}</title>',
            f'<desc id="told">{escape(told)}</desc>',
            f"<style>{STYLE}</style>",
            PATTERNS,
            *drawn,
            "</svg>\n",
        ]
    )


def words(x: float, y: float, text: str, kind: str = "", anchor: str = "start") -> str:
    named = f' class="{kind}"' if kind else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{named}>{escape(text)}</text>'


def box(x: float, y: float, width: float, height: float, kind: str, told: str = "", opacity: float = 1.0) -> str:
    faint = f' fill-opacity="{opacity:g}"' if opacity < 1 else ""
    inner = f"><title>{escape(told)}</title></rect>" if told else "/>"
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" class="{kind}"{faint}{inner}'


def dot(x: float, y: float, told: str) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" class="dot"><title>{escape(told)}</title></circle>'


def legend(names: Iterable[str], y: float) -> list[str]:
    drawn, x = [], 0.0
    for fill, name in zip(FILLS, names, strict=False):
        drawn += [box(x, y, 12, 12, fill), words(x + 18, y + 11, name, "soft")]
        x += 18 + wide(name) + 18
    return drawn


def wide(text: str) -> float:
    return sum(13.0 if east_asian_width(letter) in "WF" else LETTER for letter in text)


def fitting(text: str, width: float) -> str:
    if wide(text) <= width:
        return text
    while text and wide(text) > width - 13:
        text = text[:-1]
    return f"{text}…"


def number(count: float) -> str:
    return f"{count:,.0f}"


def percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f} %" if 0 < share < 0.1 else f"{100 * share:.0f} %"
