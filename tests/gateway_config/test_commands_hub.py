"""`hall hub` as operators type it."""

from pathlib import Path

import pytest
from sqlalchemy import Connection, insert

from orders.halls import Client
from orders.hub import ORDERING, Subscription
from orders.ledger import hub
from orders.ledger.tables import hub_deliveries
from tests.gateway_config.test_commands import Operator

CRM = "https://crm.example.com/listener"


@pytest.fixture
def operator(tmp_path: Path) -> Operator:
    operator = Operator(tmp_path)
    operator.types("db", "upgrade")
    operator.sees(seed)
    return operator


def seed(connection: Connection) -> None:
    hub.subscribe(connection, Client("web"), Subscription(7, "web", ORDERING, CRM, "state=held", "s"), 1_767_200_400.0)
    for number, due_at in ((1, None), (2, None), (3, 1_767_200_400.0)):
        row = {
            "subscriber": "8613800138000", "thing": "1000000008", "place": number, "subscription": 7, "id": number,
            "type": "productOrderCreateEvent", "seen": "{}", "at": 1_767_200_400.0, "due_at": due_at, "attempts": 30,
            "reason": "answered 503",
        }  # fmt: skip
        connection.execute(insert(hub_deliveries), [row])


def test_who_is_told_of_what(operator: Operator) -> None:
    told = operator.types("hub", "list").output
    assert f"7\tweb\t{CRM}\tstate=held" in told
    assert "1 still to be delivered" in told


def test_what_nobody_heard_is_listed_and_sent_again(operator: Operator) -> None:
    lines = operator.types("hub", "dead").output.splitlines()
    assert [line.split("\t")[0] for line in lines] == ["2", "1"]
    assert "30 times: answered 503" in lines[0]
    assert "8613800138000" not in lines[0]
    assert "1 to be delivered again" in operator.types("hub", "resend", "2").output
    assert "1 to be delivered again" in operator.types("hub", "resend", "--all").output
    assert operator.types("hub", "dead").output == ""


def test_which_ones_must_be_said(operator: Operator) -> None:
    assert "--all" in operator.tries("hub", "resend").output
