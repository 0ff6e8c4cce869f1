"""Receipts as message centres in the field write them: each of these forms has been met, and has broken somebody.

    same       as the specification has it            short     without sub, dlvrd, dates and text
    hex        the id in hexadecimal, in the text     capital   `Text:` and `Stat:`, names as somebody liked them
    decimal    the id in decimal, in the text         parameters   optional parameters only, and no text
    upper      the id in capitals                     text      no optional parameters
    padded     zeros in front of the id               twice     the same one again
    enroute    first one that says ENROUTE            never     none at all

hex and decimal say nothing in optional parameters, or the form would not matter; they want `receipt_ids` on the link.
The ids that submit_sm_resp gives are hexadecimal, but decimal when receipts are to come in `hex`.
`early` is not a form but a moment: the receipt comes before the answer to the submit_sm.
"""

from collections.abc import Callable
from dataclasses import replace

from channels.smpp.pdus import DeliverSm
from channels.sms.centre.receipts import ENROUTE, Report, addressed, identified, receipt, text


def _with_id(change: Callable[[str], str]) -> Callable[[Report], list[DeliverSm]]:
    return lambda report: [addressed(report, text(report, change(report.message_id)), ())]


def _short(report: Report) -> list[DeliverSm]:
    return [addressed(report, f"id:{report.message_id} stat:{report.name} err:{report.error:03}", ())]


def _capital(report: Report) -> list[DeliverSm]:
    said = text(report).replace(" text:", " Text:").replace(" stat:", " Stat:").replace(" err:", " Err:")
    return [addressed(report, said, ())]


def _enroute(report: Report) -> list[DeliverSm]:
    return [receipt(replace(report, state=ENROUTE)), receipt(report)]


FORMS: dict[str, Callable[[Report], list[DeliverSm]]] = {
    "same": lambda report: [receipt(report)],
    "hex": _with_id(lambda number: f"{int(number):x}"),
    "decimal": _with_id(lambda number: str(int(number, 16))),
    "upper": _with_id(str.upper),
    "padded": _with_id(lambda number: number.zfill(20)),
    "short": _short,
    "capital": _capital,
    "parameters": lambda report: [addressed(report, "", identified(report))],
    "text": lambda report: [addressed(report, text(report), ())],
    "twice": lambda report: [receipt(report), receipt(report)],
    "enroute": _enroute,
    "never": lambda report: [],
}
EARLY = "early"
EARLY_BY = 0.05  # seconds
