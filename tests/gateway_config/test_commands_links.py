"""`hall links` and `hall messages` as operators type them."""

import time
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, update

from gateway_config.settings import parse
from orders.ledger import claims, link_rows
from orders.ledger.tables import nodes, outbound, resends
from orders.links import LinkReport, LinkState
from orders.rows import Refused
from tests.gateway_config.test_commands import Operator
from tests.orders.ledger.desk_seed import seed_dead

LINK = '[[sms.link]]\nname = "{}"\nconnect = "tcp:127.0.0.1:2775"\nsystem_id = "hall"\n'


@pytest.fixture
def operator(tmp_path: Path) -> Operator:
    operator = Operator(tmp_path)
    operator.write("hall.toml", operator.config.read_text() + LINK.format("smsc-a") + LINK.format("smsc-b"))
    operator.types("db", "upgrade")
    return operator


def running(connection: Connection, state: LinkState = LinkState.BOUND, trouble: str = "") -> None:
    """As a server tells it."""
    now = time.time()
    claims.register(connection, "hall-1", now)
    report = LinkReport("smsc-a", "mobile", state, now - 60, 3, 7, True, 18.5, trouble)
    link_rows.tell(connection, "hall-1", [report], now)


# ── Links ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def listed(operator: Operator) -> list[list[str]]:
    return [line.split("\t") for line in operator.types("links", "list").output.splitlines()[1:]]


def test_the_list_says_how_each_link_is(operator: Operator) -> None:
    operator.sees(running)
    (line,) = listed(operator)
    assert line[:4] == ["hall-1", "smsc-a", "mobile", "bound"] and line[5:] == ["3", "7", "yes", "18.5", "-"]


def test_the_list_says_why_a_link_is_not_bound(operator: Operator) -> None:
    why = "cannot connect: nothing listens there"
    operator.sees(lambda connection: running(connection, LinkState.UNBOUND, why))
    assert listed(operator)[0][3:4] + listed(operator)[0][-1:] == ["unbound", why]


def test_what_was_said_is_listed_until_it_is_followed_and_by_whom(operator: Operator) -> None:
    operator.sees(running)
    assert "hall links start smsc-a" in operator.types("links", "stop", "smsc-a").output
    assert listed(operator)[0][3] == "to leave"
    operator.sees(lambda connection: running(connection, LinkState.LEAVING))
    assert listed(operator)[0][3].startswith("leaving (")
    operator.sees(lambda connection: running(connection, LinkState.OUT))
    assert listed(operator)[0][3].startswith("out of service (")
    operator.types("links", "start", "smsc-a")
    assert listed(operator)[0][3] == "not running"


def test_a_node_that_is_silent_has_no_links(operator: Operator) -> None:
    operator.sees(running)
    operator.sees(lambda connection: connection.execute(update(nodes).values(seen_at=time.time() - 600)))
    assert listed(operator)[0][3] == "not running"


def test_a_link_can_be_taken_out_before_the_server_ever_ran_and_on_another_node(operator: Operator) -> None:
    operator.types("links", "stop", "smsc-b")
    assert operator.sees(lambda connection: link_rows.held(connection, "hall-1")) == {"smsc-b"}
    operator.sees(lambda connection: link_rows.tell(connection, "hall-2", [], time.time()))
    assert "node hall-2 has no link 'smsc-b'" in operator.refused("links", "stop", "smsc-b", "--node", "hall-2")


def test_a_link_that_is_not_there_is_an_error_that_names_those_that_are(operator: Operator) -> None:
    assert operator.refused("links", "stop", "smsc-c") == (
        "node hall-1 has no link 'smsc-c'; there are: smsc-a, smsc-b"
    )


# ── Dead letters ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def dead(operator: Operator) -> Operator:
    def seed(connection: Connection) -> None:
        now = time.time()
        seed_dead(connection, 11, now - 60, "您的余额", "refused", "the number is not valid")
        seed_dead(connection, 12, now - 30, "订单", "expired", "no link is bound")

    operator.sees(seed)
    return operator


def test_dead_letters_are_listed_with_reasons_and_without_numbers_or_texts(dead: Operator) -> None:
    said = dead.types("messages", "dead").output
    assert "refused: the number is not valid" in said and "expired: no link is bound" in said and "2 in all" in said
    assert "13800138000" not in said and "余额" not in said
    assert "2 in all, 1 shown" in dead.types("messages", "dead", "--most", "1").output


def states(operator: Operator) -> dict[int, str]:
    return operator.sees(lambda connection: {row.id: row.state for row in connection.execute(select(outbound))})  # type: ignore[no-any-return]


def test_they_are_resent_by_id_by_reason_or_all(dead: Operator) -> None:
    assert dead.types("messages", "resend", "--why", "expired").output == "1 to be sent again\n"
    assert states(dead) == {11: "failed", 12: "queued"}
    assert dead.types("messages", "resend", "11").output == "1 to be sent again\n"
    assert dead.types("messages", "resend", "--all").output == "0 to be sent again\n"
    rows = dead.sees(lambda connection: connection.execute(select(resends)).all())
    assert {row.outbound for row in rows} == {11, 12} and all("(command)" in row.by for row in rows)


def test_all_of_those_named_are_resent_or_none(dead: Operator) -> None:
    assert "4711 is no dead letter" in dead.refused("messages", "resend", "11", "4711")
    assert states(dead) == {11: "failed", 12: "failed"}


@pytest.mark.parametrize("words", [(), ("11", "--all")])
def test_which_ones_has_to_be_said(dead: Operator, words: tuple[str, ...]) -> None:
    assert "name the messages by their ids" in dead.tries("messages", "resend", *words).output
    assert states(dead) == {11: "failed", 12: "failed"}


# ── Routes in the configuration ──────────────────────────────────────────────────────────────────────────────────────


def test_a_route_to_nobody_is_refused_with_what_there_is() -> None:
    text = LINK.format("smsc-a") + 'account = "mobile"\n[[sms.route]]\naccounts = ["mobil"]\n'
    with pytest.raises(Refused, match=r"no link has the account 'mobil'; there are: mobile"):
        parse(text, "hall.toml")


def test_a_misspelt_key_of_a_route_is_found() -> None:
    text = LINK.format("smsc-a") + '[[sms.route]]\naccounts = ["smsc-a"]\nprefixs = ["86"]\n'
    with pytest.raises(Refused, match="Did you mean prefixes"):
        parse(text, "hall.toml")


def test_routes_and_links_are_taken_as_they_stand() -> None:
    text = LINK.format("smsc-a") + 'rank = 1\nweight = 2.5\n[[sms.route]]\nprefixes = ["86"]\naccounts = ["smsc-a"]\n'
    sms = parse(text, "hall.toml").sms
    assert (sms.link[0].called, sms.link[0].rank, sms.link[0].weight) == ("smsc-a", 1, 2.5)
    assert sms.route[0].prefixes == ("86",)
