"""What a session could not be told: as a text message when it matters, and what is known of sessions afterwards."""

from typing import Any

from sqlalchemy import Engine, insert, select

from orders.ledger import claims, receipts
from orders.ledger.session_names import last_called, last_said
from orders.ledger.tables import inbound, outbound
from orders.outbound import Diverted, GaveUp

NOW = 1_800_000_000.0
ALICE = "8613800138000"
SESSION = "gw/0500/7"


def row(number: int, **changes: Any) -> dict[str, Any]:
    plain = {
        "subscriber": ALICE,
        "id": number,
        "channel": "ussd",
        "service": "*100#",
        "session": SESSION,
        "phrase": "",
        "text": f"said {number}",
        "ends": False,
        "created_at": NOW,
        "expires_at": NOW + 30,
        "state": "sending",
        "due_at": NOW + 120,
        "node": "hall-1",
        "attempts": 0,
        "layout": None,
        "by_text": None,
    }
    return plain | changes


def rows(engine: Engine) -> list[tuple[Any, ...]]:
    columns = (outbound.c.id, outbound.c.channel, outbound.c.state, outbound.c.service, outbound.c.gave_up)
    with engine.begin() as connection:
        return [tuple(found) for found in connection.execute(select(*columns).order_by(outbound.c.id))]


def test_a_reply_that_is_diverted_is_a_text_that_is_due(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(insert(outbound), [row(1), row(2, channel="sms", session="")])
        for number in (1, 2):
            mark = Diverted(number, ALICE, NOW, "the session was over", "10086", NOW + 86_400)
            receipts.mark(connection, [mark], NOW)
        (message,) = claims.due_outbound(connection, "hall-1", "sms", NOW, 120.0, 10)
    assert (message.id, message.channel, message.session, message.service) == (1, "sms", "", "10086")
    assert rows(engine)[1] == (2, "sms", "sending", "*100#", None)


def test_what_matters_and_was_never_said_becomes_a_text_and_the_rest_is_over(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(insert(outbound), [row(1, by_text=True), row(2), row(3, by_text=True, expires_at=NOW + 300)])
        assert claims.divert_outbound(connection, "10086", NOW + 31, 86_400.0) == 1
        assert claims.expire_outbound(connection, NOW + 31) == 1
    assert rows(engine) == [
        (1, "sms", "queued", "10086", None),
        (2, "ussd", "failed", "*100#", GaveUp.EXPIRED),
        (3, "ussd", "sending", "*100#", None),
    ]


def test_what_a_session_is_called_and_what_was_said_in_it_last(engine: Engine) -> None:
    heard = {"subscriber": ALICE, "thread": f"ussd:*100#/{SESSION}", "kind": "ussd", "content": "1", "received_at": NOW}
    heard |= {"intent": None, "connection": 1, "number": 1, "fingerprint": None}
    with engine.begin() as connection:
        connection.execute(insert(outbound), [row(1), row(5), row(6, session="gw/0600/9"), row(7, channel="sms")])
        connection.execute(insert(inbound), [heard | {"id": 4}])
        assert last_called(connection, ALICE, "gw/0500/", NOW) == ("*100#", SESSION)
        assert last_called(connection, ALICE, "gw/0700/", NOW) is None
        assert last_called(connection, ALICE, "gw/0500/", NOW + 3600) is None
        said = last_said(connection, ALICE, "gw/0500/", NOW)
        assert said is not None and (said[0].text, said[1]) == ("said 5", True)
        connection.execute(insert(inbound), [heard | {"id": 9}])
        since = last_said(connection, ALICE, "gw/0500/", NOW)
        assert since is not None and since[1] is False
