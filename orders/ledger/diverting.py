"""What was to be said in a session and goes as a text message instead: what becomes of its row, whoever decides it."""

from typing import Any, Final

from sqlalchemy import bindparam

from orders.outbound import OutboundState

AS_A_TEXT: Final[dict[str, Any]] = {
    "channel": "sms",
    "session": "",
    "service": bindparam("text_service"),
    "state": OutboundState.QUEUED,
    "due_at": bindparam("at"),
    "node": None,
    "attempts": 0,
    "expires_at": bindparam("until"),
}
