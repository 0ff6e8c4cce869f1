"""Why a link is not bound, in words for the one who has to mend it, who knows no exception of Twisted's or OpenSSL's.

What fails with TLS fails after the connection stands, and nobody says so but the reason for which it was lost.
"""

from collections.abc import Iterable
from typing import Final

from OpenSSL import SSL
from service_identity import VerificationError
from twisted.internet.error import ConnectionDone, ConnectionLost, ConnectionRefusedError, DNSLookupError, TimeoutError

_SSL: Final = (
    ("certificate verify failed", "its certificate is not of an authority that we trust: see trustRoots in `connect`"),
    ("unknown ca", "it does not trust our certificate: see certificate in `connect`"),
    ("certificate required", "it wants a certificate of ours: see certificate and privateKey in `connect`"),
    ("bad certificate", "it does not take our certificate: see certificate in `connect`"),
    ("certificate unknown", "it does not take our certificate: see certificate in `connect`"),
    ("certificate expired", "it says that our certificate has expired"),
    ("wrong version number", "what answers there does not speak TLS: is it `tcp:`, or another port?"),
    ("record layer failure", "what answers there does not speak TLS: is it `tcp:`, or another port?"),
    ("protocol version", "it speaks no TLS 1.2 or newer"),
)
_KINDS: Final[tuple[tuple[type[BaseException], str], ...]] = (
    (ConnectionRefusedError, "nothing listens there"),
    (TimeoutError, "nothing answers there"),
    (DNSLookupError, "its name is not known"),
    (VerificationError, "its certificate is another host's: see the name in `connect`"),
    (ConnectionDone, "the message centre closed the connection"),
    (ConnectionLost, "the connection broke off"),
)


def why(error: BaseException) -> str:
    for kind, words in _KINDS:
        if isinstance(error, kind):
            return words
    if isinstance(error, SSL.Error):
        return _of_ssl([str(part) for each in _entries(error) for part in each])
    return str(error) or type(error).__name__


def _entries(error: SSL.Error) -> Iterable[tuple[object, ...]]:
    """OpenSSL keeps a list of (library, function, reason); what came of the wire alone has none."""
    told = error.args[0] if error.args else ()
    return [entry for entry in told if isinstance(entry, tuple)] if isinstance(told, list | tuple) else []


def _of_ssl(told: list[str]) -> str:
    said = ", ".join(part for part in told if part)
    return next((words for mark, words in _SSL if mark in said), f"TLS failed: {said}" if said else "TLS failed")
