"""Behind something that ends TLS: who asks and how is believed of those that are named, and of nobody else."""

from io import StringIO

import pytest
from twisted.internet.address import IPv4Address, IPv6Address, UNIXAddress
from twisted.internet.testing import StringTransport
from twisted.web.resource import Resource

from channels.web.proxied import Trusted, client_of, proxied_site, require_proxy
from gateway_config.logs import request_line

PROXIES = ["10.0.0.0/24", "2001:db8::7"]
INSIDE, OUTSIDE = IPv4Address("TCP", "10.0.0.7", 4711), IPv4Address("TCP", "203.0.113.9", 4711)


class Told(Resource):
    isLeaf = True  # noqa: N815

    def render_GET(self, request):
        request.addCookie(b"a", b"b", secure=request.isSecure())
        return str(getattr(request.getClientAddress(), "host", "unix")).encode()


def ask(peer, *headers, proxies=PROXIES, lines=None):

    def log(now, request):
        lines.append(request_line(now, request))
        return lines[-1]

    site = proxied_site(Told(), proxies, logFormatter=log)
    site.logFile = StringIO()
    channel = site.buildProtocol(peer)
    wire = StringTransport(peerAddress=peer)
    channel.makeConnection(wire)
    channel.dataReceived("\r\n".join(["GET / HTTP/1.1", "Host: hall", "Connection: close", *headers, "", ""]).encode())
    head, _, body = wire.value().decode().partition("\r\n\r\n")
    return head.lower(), body


@pytest.fixture
def lines():
    return []


SECRET = "X-Forwarded-Proto: https"


def test_a_trusted_proxy_says_that_it_came_in_secret_and_from_whom(lines):
    head, body = ask(INSIDE, SECRET, "X-Forwarded-For: 203.0.113.9", lines=lines)
    assert "203.0.113.9" in body
    assert "; secure" in head
    assert "strict-transport-security: max-age=" in head
    assert '"203.0.113.9"' in lines[0]


def test_anybody_else_may_say_what_he_likes(lines):
    head, body = ask(OUTSIDE, SECRET, "X-Forwarded-For: 198.51.100.1", lines=lines)
    assert "203.0.113.9" in body
    assert "; secure" not in head
    assert "strict-transport-security" not in head


def test_without_a_setting_nobody_is_trusted(lines):
    head, body = ask(INSIDE, SECRET, "X-Forwarded-For: 198.51.100.1", proxies=[], lines=lines)
    assert "10.0.0.7" in body
    assert "; secure" not in head


def test_a_proxy_that_speaks_plainly_to_the_outside_says_so(lines):
    head, _ = ask(INSIDE, "X-Forwarded-Proto: https, http", lines=lines)
    assert "; secure" not in head


def test_a_socket_of_this_machine_is_trusted_by_name(lines):
    head, body = ask(UNIXAddress(b"/run/hall"), SECRET, "X-Forwarded-For: 203.0.113.9", proxies=["unix"], lines=lines)
    assert "203.0.113.9" in body
    assert "; secure" in head
    assert "unix" in ask(UNIXAddress(b"/run/hall"), SECRET, lines=lines)[1]


@pytest.mark.parametrize(
    ("forwarded", "client"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("1.1.1.1, 203.0.113.9", "203.0.113.9"),  # the first was said by whoever came
        ("203.0.113.9, 10.0.0.8", "203.0.113.9"),  # two proxies in a row
        ("203.0.113.9:4711", "203.0.113.9"),
        ("[2001:db8::1]:4711, 10.0.0.8", "2001:db8::1"),
        ("2001:db8::1, 2001:db8::7", "2001:db8::1"),
        ("203.0.113.9, unknown", None),
        ("10.0.0.8", None),
        ("", None),
    ],
)
def test_the_last_address_that_is_no_proxys_own(forwarded, client):
    assert client_of(forwarded, Trusted(PROXIES)) == client


def test_an_address_of_four_numbers_in_one_of_sixteen_octets_is_the_same():
    assert Trusted(PROXIES).peer(IPv6Address("TCP", "::ffff:10.0.0.7", 1))


@pytest.mark.parametrize("entry", ["proxy.example", "10.0.0.7/24", ""])
def test_a_proxy_is_an_address(entry):
    with pytest.raises(ValueError, match="no address"):
        require_proxy(entry)
