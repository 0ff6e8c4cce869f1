"""Who is asking, and how often."""

from hashlib import sha256

import pytest
from twisted.internet.task import Clock

from channels.tmf.clients import LOCAL, Clients
from channels.tmf.errors import Refusal
from orders.halls import Client

WEB, WAP = Client("web", rate=2.0), Client("wap")


def clients(clock: Clock) -> Clients:
    tokens = [(WEB, "secret"), (WAP, "another")]
    return Clients([(client, sha256(token.encode()).hexdigest()) for client, token in tokens], clock.seconds)


def test_a_client_is_known_by_its_token() -> None:
    known = clients(Clock())
    assert known.who(b"Bearer secret", None) is WEB
    assert known.who(b"bearer   another ", b"cross-site") is WAP


@pytest.mark.parametrize(
    "said", [None, b"", b"Bearer", b"Bearer ", b"secret", b"Basic secret", b"Bearer Secret", b"\xff"]
)
def test_nobody_else_is(said: bytes | None) -> None:
    with pytest.raises(Refusal) as refused:
        clients(Clock()).who(said, None)
    assert (refused.value.status, "WWW-Authenticate" in refused.value.headers) == (401, True)


def test_a_client_may_ask_so_often_and_twice_as_often_at_once() -> None:
    clock = Clock()
    known = clients(clock)
    for _ in range(4):
        known.who(b"Bearer secret", None)
    with pytest.raises(Refusal) as refused:
        known.who(b"Bearer secret", None)
    assert (refused.value.status, refused.value.headers["Retry-After"]) == (429, "1")
    known.who(b"Bearer another", None)
    clock.advance(0.5)
    known.who(b"Bearer secret", None)
    with pytest.raises(Refusal):
        known.who(b"Bearer secret", None)
    clock.advance(60)
    for _ in range(4):
        known.who(b"Bearer secret", None)


def test_where_no_token_is_asked_for_everybody_is_local_but_no_other_sites_page() -> None:
    known = Clients(None, Clock().seconds)
    assert known.who(None, None) is LOCAL
    assert known.who(None, b"same-origin").sees_all
    with pytest.raises(Refusal) as refused:
        known.who(None, b"cross-site")
    assert refused.value.status == 403
