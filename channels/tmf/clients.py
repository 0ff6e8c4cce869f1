"""Who is asking: a client of the configuration, by its token; and whether it asks too often.

Of a token only the SHA-256 is known here. It is compared with each client's, and each comparison takes as long as any
other, so that the time of an answer tells nothing. Where the configuration asks for no token (on loopback only, which
the configuration sees to) everybody is `local` and sees all; but not a page that some other site has opened in a
browser on this machine.
"""

import hashlib
import hmac
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from channels.tmf.errors import Refusal
from orders.halls import Client

LOCAL = Client("local", sees_all=True)
BURST = 2.0  # seconds' worth of requests that may come at once
FROM_HERE = (None, b"same-origin", b"none")
_AUTHENTICATE = {"WWW-Authenticate": 'Bearer realm="hall"'}


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


class Clients:
    """known: each client with the SHA-256 of its token, in hexadecimal; None: whoever comes is `local`."""

    def __init__(self, known: Sequence[tuple[Client, str]] | None, now: Callable[[], float]) -> None:
        self._known = None if known is None else [(client, bytes.fromhex(digest)) for client, digest in known]
        self._now = now
        self._buckets: dict[str, _Bucket] = {}

    def who(self, authorization: bytes | None, fetch_site: bytes | None) -> Client:
        """Raises Refusal."""
        client = self._local(fetch_site) if self._known is None else self._by_token(authorization)
        self._not_too_often(client)
        return client

    def _local(self, fetch_site: bytes | None) -> Client:
        if fetch_site not in FROM_HERE:
            raise Refusal("forbidden", "not for a page of another site")
        return LOCAL

    def _by_token(self, authorization: bytes | None) -> Client:
        kind, _, token = (authorization or b"").strip().partition(b" ")
        given = hashlib.sha256(token.strip()).digest()
        found = None
        for client, digest in self._known or ():
            if hmac.compare_digest(given, digest):
                found = client
        if found is None or kind.lower() != b"bearer":
            raise Refusal("unauthorized", "send Authorization: Bearer and the token of a client", _AUTHENTICATE)
        return found

    def _not_too_often(self, client: Client) -> None:
        if not client.rate:
            return
        now, most = self._now(), max(client.rate * BURST, 1.0)
        bucket = self._buckets.setdefault(client.name, _Bucket(most, now))
        bucket.left = min(most, bucket.left + (now - bucket.at) * client.rate)
        bucket.at = now
        if bucket.left < 1.0:
            wait = max(1, math.ceil((1.0 - bucket.left) / client.rate))
            raise Refusal(
                "tooMany", f"{client.name} may ask {client.rate:g} times a second", {"Retry-After": f"{wait}"}
            )
        bucket.left -= 1.0
