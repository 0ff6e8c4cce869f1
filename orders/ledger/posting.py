"""Notices to subscribers out of a transaction that is no batch: rows that wait for whichever node sweeps next."""

from sqlalchemy import Connection, insert

from dialogs.words import Prompt
from orders.ledger.at_hand import Deed
from orders.ledger.house import House
from orders.ledger.tables import outbound
from orders.outbound import OutboundState

_new = insert(outbound)


def deed(connection: Connection, house: House, now: float) -> Deed:
    """What a job of the writer (`Writer.run`) does its deeds with."""

    def post(subscriber: str, prompt: Prompt, language: str, not_before: float = 0.0) -> None:
        text = house.render("sms", prompt, language)
        connection.execute(_new, [_row(house, now, subscriber, prompt.phrase, text, not_before)])

    return Deed(connection, house, now, post)


def _row(house: House, now: float, subscriber: str, phrase: str, text: str, not_before: float) -> dict[str, object]:
    due_at = max(now, not_before)
    return {
        "subscriber": subscriber,
        "id": house.ids.next(now),
        "inbound": None,
        "channel": "sms",
        "service": house.text_service,
        "session": "",
        "phrase": phrase,
        "text": text,
        "ends": False,
        "created_at": now,
        "expires_at": due_at + house.text_validity,
        "not_before": not_before or None,
        "state": OutboundState.QUEUED,
        "due_at": due_at,
        "node": None,
        "attempts": 0,
    }
