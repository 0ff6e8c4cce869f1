"""For whom an identity provider vouches: who that is here, as what, and whose sessions the provider may end."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine

from orders.desk_words import Role
from orders.ledger import access_log, agents, vouching
from orders.signing_in import By, Entry, NotKnown, SessionRules, Vouched
from tests.orders.ledger.desk_seed import NOW

ISSUER = "https://id.example"
MATCHED = Vouched(ISSUER, "42", "li", None, False)
MADE = Vouched(ISSUER, "43", "sun", Role.SUPERVISOR, True)


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    with engine.begin() as connection:
        agents.add(connection, "li", Role.AGENT, "hash", NOW)
        yield connection


def noted(connection: Connection) -> list[tuple[str, str, str]]:
    return [(each.who, each.act, each.what) for each in access_log.listed(connection)]


def test_who_is_an_agent_already_is_taken_for_him_and_keeps_his_role(connection: Connection) -> None:
    assert vouching.who(connection, MATCHED, NOW) == "li"
    assert agents.role(connection, "li") == "agent"
    assert noted(connection) == [(ISSUER, "agent_matched", "agent li")]


def test_from_then_on_it_is_he_whatever_he_is_called_there(connection: Connection) -> None:
    vouching.who(connection, MATCHED, NOW)
    renamed = Vouched(ISSUER, "42", "li.si", None, False)
    assert vouching.who(connection, renamed, NOW + 1) == "li"
    assert len(noted(connection)) == 1


def test_nobody_takes_the_name_of_another(connection: Connection) -> None:
    vouching.who(connection, MATCHED, NOW)
    with pytest.raises(NotKnown, match="somebody else"):
        vouching.who(connection, Vouched(ISSUER, "666", "li", Role.ADMIN, False), NOW)
    assert agents.role(connection, "li") == "agent"


def test_who_may_be_new_is_made_and_never_somebody_who_is_there(connection: Connection) -> None:
    assert vouching.who(connection, MADE, NOW) == "sun"
    assert agents.role(connection, "sun") == "supervisor"
    assert agents.try_sign_in(connection, "sun", NOW) is None  # he has no password, whatever is typed
    with pytest.raises(NotKnown, match="another name"):
        vouching.who(connection, Vouched(ISSUER, "44", "li", Role.ADMIN, True), NOW)
    assert noted(connection) == [(ISSUER, "agent_make", "agent sun")]


def test_who_is_nobody_here_stays_out(connection: Connection) -> None:
    with pytest.raises(NotKnown, match="no agent sun"):
        vouching.who(connection, Vouched(ISSUER, "43", "sun", None, False), NOW)


def test_another_provider_of_that_subject_is_another_person(connection: Connection) -> None:
    vouching.who(connection, MATCHED, NOW)
    other = Vouched("https://other.example", "42", "li", None, True)
    with pytest.raises(NotKnown):
        vouching.who(connection, other, NOW)


def test_a_role_that_the_provider_gives_is_his_from_each_sign_in_on(connection: Connection) -> None:
    vouching.who(connection, MADE, NOW)
    vouching.who(connection, Vouched(ISSUER, "43", "sun", Role.AGENT, True), NOW + 1)
    assert agents.role(connection, "sun") == "agent"
    assert noted(connection)[-1] == (ISSUER, "agent_role", "agent sun")
    vouching.who(connection, Vouched(ISSUER, "43", "sun", None, True), NOW + 2)
    assert agents.role(connection, "sun") == "agent"


def comes(connection: Connection, token_hash: bytes, sid: str) -> None:
    entry = Entry(By.PROVIDER, "203.0.113.9", f"token of {sid}", sid)
    name = vouching.who(connection, MATCHED, NOW)
    vouching.entered(connection, token_hash, MATCHED, entry, NOW)
    assert agents.open_session(connection, name, token_hash, "csrf", NOW, entry)


def test_the_provider_ends_a_session_or_all_of_somebodys(connection: Connection) -> None:
    comes(connection, b"1", "s1")
    comes(connection, b"2", "s2")
    assert vouching.sessions_of(connection, ISSUER, "42", "s2") == [b"2"]
    assert sorted(vouching.sessions_of(connection, ISSUER, "42", "")) == [b"1", b"2"]
    assert vouching.sessions_of(connection, "https://other.example", "42", "") == []
    assert vouching.left(connection, b"2") == "token of s2"
    assert vouching.left(connection, b"2") == ""
    assert vouching.left(connection, b"of a password") == ""


def test_of_sessions_that_are_gone_nothing_is_kept(connection: Connection) -> None:
    comes(connection, b"1", "s1")
    agents.set_password(connection, "li", "another")
    comes(connection, b"2", "s2")
    assert vouching.sessions_of(connection, ISSUER, "42", "") == [b"2"]


def test_how_long_sessions_are_is_a_setting(connection: Connection) -> None:
    rules = SessionRules(idle=60.0, shift=600.0)
    agents.open_session(connection, "li", b"1", "csrf", NOW, rules=rules)
    assert agents.session(connection, b"1", NOW + 59, rules)
    assert agents.session(connection, b"1", NOW + 61, rules) is None
