"""Tries at a service password, counted once for each input, by whatever node and however often it is asked."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine

from orders.ledger import service_passwords
from orders.service_password import DAY, Try
from tests.orders.ledger.desk_seed import NOW

WANG = "8613800138000"


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    with engine.begin() as connection:
        service_passwords.put(connection, [(WANG, "hash")], NOW)
        yield connection


def test_three_tries_and_no_more_for_a_day(connection: Connection) -> None:
    tried = [service_passwords.begin_try(connection, WANG, number, NOW + number) for number in range(1, 5)]
    assert tried == [Try("hash", 2), Try("hash", 1), Try("hash", 0), Try()]
    assert service_passwords.begin_try(connection, WANG, 5, NOW + DAY) == Try()
    assert service_passwords.begin_try(connection, WANG, 6, NOW + 3 + DAY) == Try("hash", 2)


def test_one_input_is_one_try_however_often_it_is_asked_for(connection: Connection) -> None:
    service_passwords.begin_try(connection, WANG, 1, NOW)
    assert service_passwords.begin_try(connection, WANG, 1, NOW) == Try(known=True)
    assert service_passwords.begin_try(connection, WANG, 2, NOW).left == 1
    service_passwords.end_try(connection, WANG, 2)
    assert service_passwords.begin_try(connection, WANG, 2, NOW) == Try(known=True, right=True)


def test_the_right_one_as_the_last_try_locks_nothing(connection: Connection) -> None:
    for number in (1, 2, 3):
        service_passwords.begin_try(connection, WANG, number, NOW + number)
    service_passwords.end_try(connection, WANG, 3)
    assert service_passwords.begin_try(connection, WANG, 4, NOW + 9) == Try("hash", 2)


def test_who_has_no_password_is_counted_and_locked_as_anybody(connection: Connection) -> None:
    tried = [service_passwords.begin_try(connection, "8613900139000", number, NOW) for number in (1, 2, 3, 4)]
    assert [(each.hash, each.left) for each in tried] == [(None, 2), (None, 1), (None, 0), (None, None)]


def test_a_new_password_unlocks(connection: Connection) -> None:
    for number in (1, 2, 3):
        service_passwords.begin_try(connection, WANG, number, NOW)
    service_passwords.put(connection, [(WANG, "other")], NOW)
    assert service_passwords.begin_try(connection, WANG, 4, NOW) == Try("other", 2)


def test_what_is_taken_away_is_gone(connection: Connection) -> None:
    assert service_passwords.clear(connection, WANG)
    assert not service_passwords.clear(connection, WANG)
    assert service_passwords.begin_try(connection, WANG, 1, NOW).hash is None
