"""What a carrier is given by the file, and how his own files read: CSV, UTF-8, a header in the first line.

    to him      action,consignment,order,offer,name,quantity,recipient,address,phone       a line for each item
                action is `bring` or `bring_back`
    from him    consignment,step,at,tracking,signed_by,note                                a line for each event
                of these, consignment and step are needed; other columns are passed over

A line of his that cannot be used is named by its number; the others are taken all the same.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from channels.backends.carriers.line import Told
from channels.backends.carriers.wire import Strange, Words, consignment, tiding
from orders.consignment import ConsignmentState
from orders.shipment import Shipment

GIVEN = ("action", "consignment", "order", "offer", "name", "quantity", "recipient", "address", "phone")
NEEDED = ("consignment", "step")


@dataclass(frozen=True, slots=True)
class Line:
    number: int
    told: Told


def written(shipments: Sequence[Shipment]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(GIVEN)
    for shipment in shipments:
        parcel = shipment.consignment
        action = "bring" if parcel.state is ConsignmentState.WAITING else "bring_back"
        for piece in shipment.pieces:
            name = piece.names.get(shipment.language, piece.offer)
            whom = (shipment.recipient or "", shipment.address or "", shipment.phone)
            writer.writerow([action, parcel.id, parcel.order, piece.offer, name, piece.quantity, *whom])
    return out.getvalue()


def read(text: str, words: Words, now: float, actor: str) -> tuple[list[Line], list[str]]:
    """The lines that can be used, and what is wrong with the others."""
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), strict=True)
    lines: list[Line] = []
    problems: list[str] = []
    try:
        if missing := [name for name in NEEDED if name not in (reader.fieldnames or ())]:
            return [], [f"1: there is no column {' and no column '.join(missing)}"]
        for row in reader:
            try:
                lines.append(Line(reader.line_num, _told(row, words, now, actor)))
            except Strange as strange:
                problems.append(f"{reader.line_num}: {strange}")
    except csv.Error as broken:
        problems.append(f"{reader.line_num}: is no CSV: {broken}")
    return lines, problems


def _told(row: dict[str, str], words: Words, now: float, actor: str) -> Told:
    text = (row["consignment"] or "").strip()
    number = consignment(text)
    if number is None:
        raise Strange(f"consignment: {text[:40]!r} is none; give the number that stands in our file")
    said = {name: (value or "").strip() for name, value in row.items() if name and isinstance(value, str | None)}
    return Told(number, tiding(said, words, now, actor))
