"""Who really asks, and whether in secret, where something else ends TLS before us.

    browser ── https ──► proxy ── http, X-Forwarded-Proto: https, X-Forwarded-For: 203.0.113.9 ──► Hall

Anybody can write those headers, so they are believed only of peers that the operator has named. Of X-Forwarded-For the
last address counts that is not a trusted proxy's itself: what stands left of it was said by whoever came, and may be
a lie. The scheme is what the nearest proxy says.

A request that came in secret has cookies marked `Secure`, and its answer tells browsers not to come otherwise again.
"""

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any, cast

from twisted.internet.address import IPv4Address, UNIXAddress
from twisted.internet.address import IPv6Address as IPv6Peer
from twisted.internet.interfaces import IAddress

from channels.web.bounds import BoundedRequest, BoundedSite

UNIX = "unix"  # in a list of proxies: whoever comes over a socket of this machine
COME_IN_SECRET = b"max-age=31536000"

Network = IPv4Network | IPv6Network


def require_proxy(entry: str) -> str:
    """An address, a network, or `unix`; raises ValueError."""
    if entry == UNIX:
        return entry
    try:
        ip_network(entry)
    except ValueError:
        raise ValueError(
            f'{entry!r} is no address and no network, as "10.0.0.7" or "10.0.0.0/24" (or "unix")'
        ) from None
    return entry


class Trusted:
    """The proxies whose word is taken."""

    def __init__(self, entries: Sequence[str]) -> None:
        self._unix = UNIX in entries
        self._networks: tuple[Network, ...] = tuple(ip_network(each) for each in entries if each != UNIX)

    def peer(self, address: object) -> bool:
        return self._unix if isinstance(address, UNIXAddress) else self.host(getattr(address, "host", ""))

    def host(self, text: str) -> bool:
        try:
            found = ip_address(text)
        except ValueError:
            return False
        if isinstance(found, IPv6Address) and found.ipv4_mapped:
            found = found.ipv4_mapped
        return any(found in network for network in self._networks)


def client_of(forwarded: str, trusted: Trusted) -> str | None:
    """The client among the addresses of X-Forwarded-For; None if there is none that can be believed."""
    for said in reversed([each.strip() for each in forwarded.split(",")]):
        host = _bare(said)
        if host is None:
            return None
        if not trusted.host(host):
            return host
    return None


def _bare(said: str) -> str | None:
    """An address without its port: `203.0.113.9:4711`, `[2001:db8::1]:4711`."""
    if said.startswith("["):
        said = said[1:].partition("]")[0]
    elif said.count(":") == 1:
        said = said.partition(":")[0]
    try:
        return str(ip_address(said))
    except ValueError:
        return None


class ProxiedRequest(BoundedRequest):
    """A request as its client made it. Subclasses have `trusted`."""

    trusted = Trusted(())

    def process(self) -> None:
        if self.isSecure():
            self.setHeader(b"strict-transport-security", COME_IN_SECRET)  # type: ignore[no-untyped-call]
        super().process()  # type: ignore[no-untyped-call]

    def isSecure(self) -> bool:
        if self._by_proxy():
            said = self.getHeader(b"x-forwarded-proto") or b""
            return said.rpartition(b",")[2].strip().lower() in (b"https", b"wss")
        return bool(super().isSecure())  # type: ignore[no-untyped-call]

    def getClientAddress(self) -> IAddress:
        peer = self._peer()
        if not self._by_proxy():
            return peer
        forwarded = ",".join(_texts(self.requestHeaders.getRawHeaders(b"x-forwarded-for")))
        client = client_of(forwarded, self.trusted)
        return peer if client is None else _address(client)

    def _by_proxy(self) -> bool:
        return self.trusted.peer(self._peer())

    def _peer(self) -> IAddress:
        return cast(IAddress, super().getClientAddress())  # type: ignore[no-untyped-call]


def _texts(values: Any) -> list[str]:
    return [value.decode("ascii", "replace") for value in values or ()]


def _address(host: str) -> IAddress:
    kind = IPv6Peer if ":" in host else IPv4Address
    return cast(IAddress, kind("TCP", host, 0))


def proxied_site(resource: Any, proxies: Sequence[str], **options: Any) -> BoundedSite:
    """A site that believes these proxies, and nobody else."""
    kind = type("TrustingRequest", (ProxiedRequest,), {"trusted": Trusted(proxies)})
    return BoundedSite(resource, requestFactory=kind, **options)
