"""A provider as it is asked: its description and its keys, kept for a while, tokens for a code, more about somebody.

    GET  {issuer}/.well-known/openid-configuration     kept for an hour
    GET  jwks_uri                                       kept for an hour; asked again for a key that nobody knows
    POST token_endpoint  code, verifier                 the ID token
    GET  userinfo_endpoint                              what the ID token leaves out

A provider changes its keys while tokens are on their way: a token by an unknown key has them asked for again, but not
more often than every few seconds, for anybody can write a token that names a key.
"""

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, urlencode

import treq
from joserfc.jwk import KeySet
from twisted.internet.defer import CancelledError, TimeoutError, ensureDeferred
from twisted.internet.error import ConnectError, ConnectionClosed, DNSLookupError
from twisted.web.client import RequestTransmissionFailed, ResponseFailed, ResponseNeverReceived
from twisted.web.http_headers import Headers

from channels.clock import Clock, limited
from channels.desk.oidc import description, keys
from channels.desk.oidc.description import Description
from channels.desk.oidc.errors import Declined, ProviderAway
from channels.desk.oidc.settings import OidcSettings

KEPT = 3_600.0
AGAIN = 5.0
LONGEST = 1 << 20
_LOST = (
    ConnectError,
    ConnectionClosed,
    DNSLookupError,
    RequestTransmissionFailed,
    ResponseFailed,
    ResponseNeverReceived,
    TimeoutError,
)


class Provider:
    """client: treq's. clock: the reactor. now: seconds since 1970."""

    def __init__(self, settings: OidcSettings, client: Any, clock: Clock, now: Callable[[], float]) -> None:
        self._settings = settings
        self._client = client
        self._clock = clock
        self._now = now
        self._described: tuple[float, Description] | None = None
        self._keys: tuple[float, KeySet] | None = None

    async def described(self) -> Description:
        if self._described is None or self._now() - self._described[0] > KEPT:
            document = await self._document(description.address(self._settings.issuer))
            self._described = self._now(), description.read(document, self._settings.issuer)
        return self._described[1]

    async def keys_for(self, raw: str) -> KeySet:
        """The keys that may have signed a token."""
        at, known = self._keys or (None, KeySet([]))
        found = keys.named(raw, known) if at is not None and self._now() - at < KEPT else KeySet([])
        if not found and (at is None or self._now() - at > AGAIN):
            known = keys.read(await self._document((await self.described()).keys))
            self._keys = self._now(), known
            found = keys.named(raw, known)
        return found

    async def exchange(self, code: str, verifier: str, back: str) -> Mapping[str, Any]:
        """The tokens for a code."""
        to, settings = await self.described(), self._settings
        form = {"grant_type": "authorization_code", "code": code, "code_verifier": verifier, "redirect_uri": back}
        headers = Headers({"Content-Type": ["application/x-www-form-urlencoded"]})
        if settings.client_secret and to.basic:
            said = f"{quote(settings.client_id, safe='')}:{quote(settings.client_secret, safe='')}"
            headers.setRawHeaders("Authorization", [f"Basic {base64.b64encode(said.encode()).decode()}"])
        else:
            form["client_id"] = settings.client_id
            form |= {"client_secret": settings.client_secret} if settings.client_secret else {}
        return await self._document(to.token, "POST", headers, urlencode(form).encode())

    async def about(self, access_token: str) -> Mapping[str, Any]:
        """What it says of somebody beside his ID token; nothing, where it has no page for that."""
        place = (await self.described()).userinfo
        if not place or not access_token:
            return {}
        return await self._document(place, headers=Headers({"Authorization": [f"Bearer {access_token}"]}))

    async def _document(
        self, url: str, method: str = "GET", headers: Headers | None = None, body: bytes = b""
    ) -> Mapping[str, Any]:
        asked = ensureDeferred(self._asked(url, method, headers or Headers(), body))
        try:
            status, content = await limited(asked, self._settings.timeout, self._clock)
        except CancelledError:
            raise
        except _LOST as lost:
            raise ProviderAway(f"{url}: {type(lost).__name__}") from lost
        return _understood(url, method, status, content)

    async def _asked(self, url: str, method: str, headers: Headers, body: bytes) -> tuple[int, bytes]:
        headers.setRawHeaders("Accept", ["application/json"])
        response = await self._client.request(
            method, url, headers=headers, data=body or None, allow_redirects=False, unbuffered=True
        )
        content = bytearray()

        def take(chunk: bytes) -> None:
            content.extend(chunk)
            if len(content) > LONGEST:
                raise ProviderAway(f"{url}: it answers more than {LONGEST} bytes")

        await treq.collect(response, take)
        return response.code, bytes(content)


def _understood(url: str, method: str, status: int, content: bytes) -> Mapping[str, Any]:
    try:
        document = json.loads(content)
    except ValueError:
        document = None
    if method == "POST" and 400 <= status < 500:  # it will not have this code, or us
        why = document if isinstance(document, dict) else {}
        raise Declined(f"{url}: {status} {why.get('error', '')} {why.get('error_description', '')}")
    if status != 200 or not isinstance(document, dict):
        raise ProviderAway(f"{url}: it answers {status}, and not 200 with JSON")
    return document
