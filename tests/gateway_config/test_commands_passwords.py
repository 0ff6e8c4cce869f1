"""Service passwords as operators set them: from standard input, and never in what is said or stored."""

import time
from pathlib import Path

import pytest
from sqlalchemy import select

from channels.desk.passwords import hashed, is_right
from orders.ledger import service_passwords
from orders.ledger.engine import open_engine
from orders.ledger.tables import service_passwords as table
from tests.gateway_config.test_commands import Operator

WANG, LI = "8613800138000", "8613900139000"


@pytest.fixture
def operator(tmp_path: Path) -> Operator:
    operator = Operator(tmp_path)
    operator.types("db", "upgrade")
    return operator


def stored(operator: Operator) -> dict[str, str]:
    engine = open_engine(operator.url)
    with engine.begin() as connection:
        rows = {row.subscriber: row.hash for row in connection.execute(select(table))}
    engine.dispose()
    return rows


def test_it_is_set_shown_and_taken_away(operator: Operator) -> None:
    said = operator.types("subscribers", "password", "set", "13800138000", "--password-stdin", stdin="135790\n").output
    assert "135790" not in said
    assert is_right("135790", stored(operator)[WANG])
    assert operator.types("subscribers", "password", "show", "13800138000").output == f"{WANG}\tset\t3 tries\n"
    operator.types("subscribers", "password", "clear", "13800138000")
    assert stored(operator) == {}


def test_what_is_easily_guessed_is_refused(operator: Operator) -> None:
    told = operator.refused("subscribers", "password", "set", "13800138000", "--password-stdin", stdin="123456\n")
    assert "in a row" in told
    assert "123456" not in told


def test_many_are_taken_over_with_hashes_that_were_made_elsewhere(operator: Operator) -> None:
    made = hashed("246802")
    operator.types("subscribers", "password", "import", stdin=f"13800138000 135790\n\n{LI} {made}\n")
    rows = stored(operator)
    assert is_right("135790", rows[WANG])
    assert rows[LI] == made


def test_nothing_is_half_taken_over(operator: Operator) -> None:
    told = operator.refused("subscribers", "password", "import", stdin="13800138000 135790\nwang 135790\n139 111111\n")
    assert "standard input:2" in told
    assert "standard input:3" in told
    assert "135790" not in told
    assert stored(operator) == {}


def test_who_has_tried_too_often_is_let_try_again(operator: Operator) -> None:
    engine = open_engine(operator.url)
    with engine.begin() as connection:
        for number in (1, 2, 3):
            service_passwords.begin_try(connection, WANG, number, time.time())
    engine.dispose()
    assert "locked until" in operator.types("subscribers", "password", "show", WANG).output
    operator.types("subscribers", "password", "unlock", WANG)
    assert "3 tries" in operator.types("subscribers", "password", "show", WANG).output
