"""Whatever may come in can be written down, and read in the conversation."""

from typing import get_args

from dialogs.words import Inbound, Kind, MessageReceived, Unreadable
from orders.ledger.rows import KIND_NAMES, content_of
from orders.ledger.tables import inbound


def test_every_kind_has_a_name_that_fits_its_column() -> None:
    assert set(KIND_NAMES) == set(get_args(Kind))
    assert len(set(KIND_NAMES.values())) == len(KIND_NAMES)
    longest = getattr(inbound.c.kind.type, "length", None)
    assert longest is None or max(map(len, KIND_NAMES.values())) <= longest


def test_what_could_not_be_read_stands_in_the_conversation_as_what_it_was() -> None:
    contents = [
        content_of(Inbound(1, "sms", "8613800138000", "10086", 0.0, kind))
        for kind in (Unreadable("card"), MessageReceived("hello"))
    ]
    assert contents == ["[card]", "hello"]
