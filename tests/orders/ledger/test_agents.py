from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine

from orders.desk_words import AgentExists, DeskSession, LockedOut, NoSuchAgent, Role
from orders.ledger import agents
from tests.orders.ledger.desk_seed import NOW

TOKEN = b"sha-256 of a token"


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    with engine.begin() as connection:
        agents.add(connection, "li", Role.AGENT, "hash", NOW)
        yield connection


def test_a_name_is_taken_once(connection: Connection) -> None:
    with pytest.raises(AgentExists, match="passwd li"):
        agents.add(connection, "li", Role.ADMIN, "other", NOW)
    assert [(person.name, person.role) for person in agents.listed(connection)] == [("li", Role.AGENT)]


def test_whoever_tries_gets_the_hash_to_compare_with(connection: Connection) -> None:
    assert agents.try_sign_in(connection, "li", NOW) == "hash"
    assert agents.try_sign_in(connection, "nobody", NOW) is None


def test_five_wrong_passwords_lock_the_name_for_a_while(connection: Connection) -> None:
    for _ in range(agents.TRIES):
        assert agents.try_sign_in(connection, "li", NOW) == "hash"
    with pytest.raises(LockedOut, match="15 minutes"):
        agents.try_sign_in(connection, "li", NOW)
    assert agents.try_sign_in(connection, "li", NOW + agents.LOCKED) == "hash"


def test_the_right_password_forgets_the_wrong_ones(connection: Connection) -> None:
    for _ in range(3):
        for _ in range(agents.TRIES):
            agents.try_sign_in(connection, "li", NOW)
        assert agents.open_session(connection, "li", TOKEN, "csrf", NOW)
        agents.close_session(connection, TOKEN)


def test_a_session_is_known_until_it_is_closed(connection: Connection) -> None:
    opened = agents.open_session(connection, "li", TOKEN, "csrf", NOW)
    assert opened == agents.session(connection, TOKEN, NOW) == DeskSession("li", Role.AGENT, "csrf", NOW)
    assert agents.session(connection, b"another", NOW) is None
    agents.close_session(connection, TOKEN)
    assert agents.session(connection, TOKEN, NOW) is None


def test_a_session_ends_when_nobody_uses_it(connection: Connection) -> None:
    agents.open_session(connection, "li", TOKEN, "csrf", NOW)
    assert agents.session(connection, TOKEN, NOW + agents.USUAL.idle - 1)
    assert agents.session(connection, TOKEN, NOW + 2 * agents.USUAL.idle - 2)
    assert agents.session(connection, TOKEN, NOW + 3 * agents.USUAL.idle) is None


def test_a_session_ends_with_the_shift_however_busy(connection: Connection) -> None:
    agents.open_session(connection, "li", TOKEN, "csrf", NOW)
    at = NOW
    while at + 1_800 < NOW + agents.USUAL.shift:
        at += 1_800
        assert agents.session(connection, TOKEN, at)
    assert agents.session(connection, TOKEN, NOW + agents.USUAL.shift) is None


def test_who_is_disabled_is_out_at_once(connection: Connection) -> None:
    agents.open_session(connection, "li", TOKEN, "csrf", NOW)
    agents.disable(connection, "li")
    assert agents.session(connection, TOKEN, NOW) is None
    assert agents.try_sign_in(connection, "li", NOW) is None
    assert agents.open_session(connection, "li", TOKEN, "csrf", NOW) is None


def test_a_new_password_ends_the_sessions_of_the_old_one_and_unlocks(connection: Connection) -> None:
    agents.open_session(connection, "li", TOKEN, "csrf", NOW)
    for _ in range(agents.TRIES):
        agents.try_sign_in(connection, "li", NOW)
    agents.set_password(connection, "li", "new hash")
    assert agents.session(connection, TOKEN, NOW) is None
    assert agents.try_sign_in(connection, "li", NOW) == "new hash"


def test_only_those_who_exist_can_be_changed(connection: Connection) -> None:
    for change in (agents.disable, lambda connection, name: agents.set_password(connection, name, "hash")):
        with pytest.raises(NoSuchAgent, match="agents list"):
            change(connection, "nobody")
