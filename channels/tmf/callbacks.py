"""Where events may be sent: hosts that the operator has named, and no address that a name may be bent to.

    "crm.example.com"        this host, any port; also where it has a private address, for it was named
    "10.1.2.3:8443"          this address and port
    "*.example.com"          whatever is called so below example.com, where its address is a public one

A callback is checked when a hall asks for it, and its address each time something is sent, after the name was resolved
and before anything is connected to: names can be made to point elsewhere meanwhile. Addresses that are nobody's host
(of the link alone, where clouds keep their secrets; of groups; reserved ones) are never connected to.
"""

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

LONGEST = 1_000
_HOST = re.compile(r"(\*\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\]|[0-9a-f:]+")
PORTS = {"http": 80, "https": 443}


class NotAllowed(Exception):
    """Nothing is sent there, and why."""


@dataclass(frozen=True, slots=True)
class Callback:
    """named: the operator named this very host, not only what it is below."""

    scheme: str
    host: str
    port: int
    named: bool


def require_entry(entry: str) -> None:
    """Raises ValueError for what cannot be an entry of the configuration."""
    host, port = _split(entry)
    if not _HOST.fullmatch(host.lower()) or (port is not None and not 0 < port < 65536):
        raise ValueError(f'{entry!r} is not as "crm.example.com", "crm.example.com:8443" or "*.example.com"')


def allowed(url: str, entries: Sequence[str]) -> Callback:
    """Raises NotAllowed."""
    callback = _parsed(url)
    for entry in entries:
        host, port = _split(entry.lower())
        if port is not None and port != callback.port:
            continue
        if host.strip("[]") == callback.host:
            return Callback(callback.scheme, callback.host, callback.port, True)
        if host.startswith("*.") and callback.host.endswith(host[1:]) and not _is_address(callback.host):
            return callback
    raise NotAllowed(f"{callback.host}:{callback.port} is not among the hosts that [web] callbacks names")


def require_address(address: str, callback: Callback) -> None:
    """Raises NotAllowed for an address that this callback must not lead to."""
    found = ipaddress.ip_address(address)
    found = getattr(found, "ipv4_mapped", None) or found
    if found.is_link_local or found.is_multicast or found.is_unspecified:
        raise NotAllowed(f"{callback.host} leads to {address}, which is nobody's host")
    if not (found.is_global or callback.named):
        raise NotAllowed(f"{callback.host} leads to {address}, which is not public: name the host itself to allow it")


def _parsed(url: str) -> Callback:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as problem:
        raise NotAllowed(f"it is no URL: {problem}") from None
    host = (parts.hostname or "").rstrip(".")
    if parts.scheme not in PORTS or not host or len(url) > LONGEST or not url.isascii() or not url.isprintable():
        raise NotAllowed("it must be an http or https URL of ASCII")
    if " " in url or "\\" in url or parts.username is not None or parts.fragment:
        raise NotAllowed("it must be a URL without user, fragment, spaces and backslashes")
    if not _HOST.fullmatch(host) or host.startswith("*"):
        raise NotAllowed(f"{host} is no host")
    return Callback(parts.scheme, host, PORTS[parts.scheme] if port is None else port, False)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _split(entry: str) -> tuple[str, int | None]:
    host, colon, port = entry.rpartition(":")
    if colon and port.isdigit() and (":" not in host or host.endswith("]")):
        return host, int(port)
    return entry, None
