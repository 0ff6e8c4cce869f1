"""Reports with pictures, for supervisors: what is counted in a span of days, as tables, as SVG, and to take away.

    GET api/v1/reports?from=&to=&channel=&language=            {from, to, channel, channels, sheets: […]}
    GET api/v1/reports/{report}.svg?from=&to=&channel=&language=    its picture
    GET api/v1/reports/{report}.csv?from=&to=&channel=&language=    its table, for a spreadsheet

Days are the hall's, `2026-11-22`; without them they are the last 28. A channel is one of those in the answer; without
it they are all taken together. Taking a table away is noted in the access log; it names nobody but agents.
"""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Protocol

from channels.desk import report_words as said
from channels.desk.forms import BadForm
from channels.desk.http import Request, content
from channels.desk.pictures.bars import Bar, bars
from channels.desk.pictures.columns import Column as Upright
from channels.desk.pictures.columns import columns
from channels.desk.pictures.funnel import Step, funnel
from channels.desk.pictures.heat import heat
from channels.desk.pictures.sheet import percent
from channels.desk.sheets import cells_of, plain
from orders.reports.counted import Counted
from orders.reports.placed import HOURS
from orders.reports.report import REPORTS
from orders.reports.sheets import Cell, Kind, Sheet
from orders.reports.way import stages

Shown = dict[str, Any]

DAYS = 28
BOM = "\ufeff"  # without it a spreadsheet takes UTF-8 for something else
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class NoSuchReport(Exception):
    """There is no report of that name."""


class Reports(Protocol):
    async def counted(self, first: date | None, last: date | None, channel: str) -> Counted:
        """Without days, the last 28. Raises BadSpan."""

    async def taken(self, agent: str, what: str) -> None:
        """Somebody takes a table away."""


class NoReports:
    """A desk of a house that counts nothing."""

    async def counted(self, first: date | None, last: date | None, channel: str) -> Counted:
        raise NoSuchReport("nothing is counted here")

    async def taken(self, agent: str, what: str) -> None:
        return None


# ── What is asked ────────────────────────────────────────────────────────────────────────────────────────────────────


def day(request: Request, name: str) -> date | None:
    text = request.args.get(name.encode(), [b""])[0].decode("utf-8", "replace")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise BadForm(f"{name} is a day, as 2026-11-22, not {text!r}") from None


def made(name: str, of: Counted) -> Sheet:
    if name not in REPORTS:
        raise NoSuchReport(f"there is no report {name}; there are {', '.join(REPORTS)}")
    return REPORTS[name](of)


def attach(request: Request, name: str, of: Counted, body: str) -> bytes:
    file = f"{name}-{of.span.first}-{of.span.last}{f'-{of.channel}' if of.channel else ''}.csv"
    request.setHeader(b"content-disposition", f'attachment; filename="{file}"'.encode("ascii", "replace"))
    return content(request, b"text/csv; charset=utf-8", body.encode())


# ── As tables ────────────────────────────────────────────────────────────────────────────────────────────────────────


def shown(of: Counted, language: str) -> Shown:
    return {
        "today": of.today.isoformat(),
        "from": of.span.first.isoformat(),
        "to": of.span.last.isoformat(),
        "channel": of.channel,
        "channels": [
            {"channel": each, "name": said.names("channel", language).get(each, each)} for each in sorted(of.channels)
        ],
        "sheets": [_sheet(make(of), of, language) for make in REPORTS.values()],
    }


def _sheet(sheet: Sheet, of: Counted, language: str) -> Shown:
    return plain(sheet, language, of) | {"drawn": sheet.name in PICTURES and bool(sheet.rows)}


def table(sheet: Sheet, of: Counted, language: str) -> str:
    """Comma-separated, for a spreadsheet: it knows the alphabet, and takes no text for a formula."""
    out = io.StringIO()
    out.write(BOM)
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([_harmless(said.column(each, language, of)) for each in sheet.columns])
    for row in sheet.rows:
        cells = cells_of(sheet, row, language, of)
        writer.writerow([_written(each.kind, cell) for each, cell in zip(sheet.columns, cells, strict=True)])
    return out.getvalue()


def _written(kind: Kind, cell: Cell) -> str | int:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return _harmless(cell)
    if kind is Kind.MONEY:
        return f"{cell / 100:.2f}"
    if kind is Kind.SHARE:
        return f"{cell:.4f}"
    return f"{cell:.2f}" if isinstance(cell, float) else cell


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text


# ── As pictures ──────────────────────────────────────────────────────────────────────────────────────────────────────


def drawn(sheet: Sheet, of: Counted, language: str) -> str:
    """SVG. Raises NoSuchReport for what has no picture."""
    if sheet.name not in PICTURES:
        raise NoSuchReport(f"there is no picture of {sheet.name}; there are {', '.join(PICTURES)}")
    return PICTURES[sheet.name](sheet, of, language)


def _way(sheet: Sheet, of: Counted, language: str) -> str:
    names, whys = said.names("stage", language), said.names("why", language)
    steps = [
        Step(
            names[each.name],
            each.count,
            tuple((whys.get(why, why), count) for why, count in each.lost),
            (whys["under_way"], each.waiting),
            (whys["other_halls"], each.joined),
        )
        for each in stages(of)
    ]
    return funnel(*_told(sheet, language), steps)


def _hours(sheet: Sheet, of: Counted, language: str) -> str:
    names = said.names("weekday", language)
    cells = [[cell for cell in row[1:-1] if isinstance(cell, int)] for row in sheet.rows]
    return heat(*_told(sheet, language), [names[str(row[0])] for row in sheet.rows], HOURS, cells)


def _lying(parts: tuple[str, ...], note: str = "") -> "Drawing":
    def picture(sheet: Sheet, of: Counted, language: str) -> str:
        notes = sheet.column(note) if note else [None] * len(sheet.rows)
        rows = [
            Bar(_named(sheet, row, of, language), _numbers(sheet, row, parts), _share(share))
            for row, share in zip(sheet.rows[:MOST], notes, strict=False)
        ]
        return bars(*_told(sheet, language), [said.head(part, language) for part in parts], rows)

    return picture


def _upright(parts: tuple[str, ...], share: str = "") -> "Drawing":
    def picture(sheet: Sheet, of: Counted, language: str) -> str:
        shares = sheet.column(share) if share else [None] * len(sheet.rows)
        rows = [
            Upright(_brief(_named(sheet, row, of, language)), _numbers(sheet, row, parts), _float(each))
            for row, each in zip(sheet.rows, shares, strict=True)
        ]
        return columns(
            *_told(sheet, language),
            [said.head(part, language) for part in parts],
            rows,
            said.head(share, language) if share else "",
        )

    return picture


def _told(sheet: Sheet, language: str) -> tuple[str, str]:
    return said.title(sheet.name, language), said.told(sheet.name, language)


def _named(sheet: Sheet, row: Sequence[Cell], of: Counted, language: str) -> str:
    return said.name(sheet.columns[0], str(row[0]), language, of)


def _brief(text: str) -> str:
    """Of a day, without its year."""
    return text[5:] if len(text) == len("2026-11-22") and text[4] == "-" else text


def _numbers(sheet: Sheet, row: Sequence[Cell], parts: tuple[str, ...]) -> tuple[int, ...]:
    places = [column.name for column in sheet.columns]
    return tuple(int(row[places.index(part)] or 0) for part in parts)


def _share(of: Cell) -> str:
    return percent(of) if isinstance(of, float) else ""


def _float(of: Cell) -> float | None:
    return of if isinstance(of, float) else None


MOST = 20  # bars in one picture; the table has all of them
Drawing = Callable[[Sheet, Counted, str], str]
PICTURES: Mapping[str, Drawing] = {
    "way": _way,
    "hours": _hours,
    "days": _upright(("done", "lost", "under_way")),
    "channels": _lying(("done", "lost", "under_way"), "done_share"),
    "offers": _lying(("done", "lost", "under_way"), "done_share"),
    "flags": _lying(("confirmed", "unwanted", "unreached"), "unwanted_share"),
    "agents": _lying(("confirmed", "unwanted", "missed"), "confirmed_share"),
    "calls": _upright(("confirmed", "unwanted", "missed"), "confirmed_share"),
    "commands": _lying(("count",), "part"),
    "dialogs": _lying(("finished", "gave_up", "no_word"), "success"),
}
