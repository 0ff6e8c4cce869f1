from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, func, select

from orders.desk_words import Slowed
from orders.ledger import access_log, door_tries
from orders.ledger.tables import desk_browsers
from orders.ledger.tables import door_tries as table
from orders.signing_in import Caller, DoorRules
from tests.orders.ledger.desk_seed import NOW

RULES = DoorRules(tries=3, within=900.0, known=1_000_000.0)
HERE, BROWSER = "203.0.113.9", b"sha-256 of a browser"


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    with engine.begin() as connection:
        yield connection


def wrong(connection: Connection, times: int, caller: Caller, now: float = NOW) -> None:
    for each in range(times):
        door_tries.wrong(connection, f"agent{each}", caller, now, RULES)


def test_one_password_on_many_names_is_slowed(connection: Connection) -> None:
    wrong(connection, 2, Caller(HERE))
    door_tries.may_try(connection, "li", Caller(HERE), NOW, RULES)
    wrong(connection, 1, Caller(HERE))
    with pytest.raises(Slowed, match="15 minutes, or at a browser"):
        door_tries.may_try(connection, "li", Caller(HERE), NOW, RULES)
    door_tries.may_try(connection, "li", Caller("203.0.113.10"), NOW, RULES)
    door_tries.may_try(connection, "li", Caller(HERE), NOW + 900, RULES)


def test_a_browser_that_is_known_as_his_is_let_by_and_not_as_anybody_else_s(connection: Connection) -> None:
    door_tries.right(connection, "li", BROWSER, NOW)
    wrong(connection, 3, Caller(HERE))
    door_tries.may_try(connection, "li", Caller(HERE, BROWSER), NOW + 1, RULES)
    with pytest.raises(Slowed):
        door_tries.may_try(connection, "sun", Caller(HERE, BROWSER), NOW + 1, RULES)
    door_tries.right(connection, "sun", BROWSER, NOW + 2)
    door_tries.may_try(connection, "sun", Caller(HERE, BROWSER), NOW + 3, RULES)


def test_what_is_wrong_there_is_not_held_against_the_address(connection: Connection) -> None:
    door_tries.right(connection, "li", BROWSER, NOW)
    for _ in range(5):
        door_tries.wrong(connection, "li", Caller(HERE, BROWSER), NOW, RULES)
    door_tries.may_try(connection, "sun", Caller(HERE), NOW, RULES)


def test_wrong_passwords_of_another_quarter_of_an_hour_do_not_add_up(connection: Connection) -> None:
    wrong(connection, 2, Caller(HERE))
    wrong(connection, 2, Caller(HERE), NOW + 900)
    door_tries.may_try(connection, "li", Caller(HERE), NOW + 900, RULES)


def test_that_an_address_waits_is_written_down_once(connection: Connection) -> None:
    wrong(connection, 4, Caller(HERE))
    noted = [(each.who, each.act, each.what, dict(each.data)) for each in access_log.listed(connection)]
    assert noted == [("door", "slowed", f"address {HERE}", {"wrong": 3, "minutes": 15})]


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("unix", ""),
    ],
)
def test_what_is_counted_of_an_address(address: str, counted: str) -> None:
    assert door_tries.network(address) == counted


def test_nobody_is_slowed_without_an_address_or_a_limit(connection: Connection) -> None:
    wrong(connection, 9, Caller())
    door_tries.may_try(connection, "li", Caller(), NOW, RULES)
    wrong(connection, 9, Caller(HERE))
    door_tries.may_try(connection, "li", Caller(HERE), NOW, DoorRules(tries=0))


def test_what_counts_no_more_is_forgotten(connection: Connection) -> None:
    wrong(connection, 3, Caller(HERE))
    door_tries.right(connection, "li", BROWSER, NOW)
    door_tries.right(connection, "li", b"another", NOW + 600_000)
    door_tries.forget_old(connection, NOW + 600, RULES)
    assert connection.scalar(select(func.count()).select_from(table)) == 1
    door_tries.forget_old(connection, NOW + 1_000_001, RULES)
    assert connection.scalar(select(func.count()).select_from(table)) == 0
    assert connection.scalars(select(desk_browsers.c.token_hash)).all() == [b"another"]
