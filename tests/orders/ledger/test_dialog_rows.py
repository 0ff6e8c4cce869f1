"""A dialog comes back from its row as it was, with whatever lies beneath it."""

from types import SimpleNamespace

from dialogs.words import Dialog, Place
from orders.ledger.rows import dialog_of, dialog_row

LOWEST = Place("order", "1", "confirming", {"offer": "F800", "quantity": 1})
VISITING = Place("cancel", "2", "picking", {}, LOWEST)
VISITED = Place("picker", "3", "asking", {"list": [{"code": "x"}]}, VISITING)


def test_a_dialog_is_what_it_was() -> None:
    for place, trail in ((None, ()), (LOWEST, ()), (VISITED, (LOWEST, VISITING))):
        dialog = Dialog("8613800138000", "sms:10086", place, trail, 7, 1, 2, 3.5, 4.5)
        assert dialog_of(SimpleNamespace(**dialog_row(dialog))) == dialog
