"""Coming in by an identity provider (authorization code with PKCE), and going out by it.

    GET  /desk/oidc/begin   ─► the provider, with a cookie for the way back
    GET  /desk/oidc/back    ◄─ from there: code for token, token believed, session opened ─► /desk/
    POST /desk/oidc/ended   the provider says that somebody is gone there (back-channel logout): so he is here

Whoever does not come in goes to `/desk/?door=why`, and the page says it in words.
"""

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlencode

from channels.desk.oidc import journey, tokens, vouching
from channels.desk.oidc.errors import BadToken, NobodyHere
from channels.desk.oidc.journey import Journey
from channels.desk.oidc.provider import Provider
from channels.desk.oidc.settings import OidcSettings
from orders.signing_in import By, Entry, NotKnown, Vouched

BACK = "/desk/oidc/back"

Admit = Callable[[Vouched, Entry], Awaitable[None]]


class Visits:
    """home: how the outside calls this site. secret: something that nobody guesses."""

    def __init__(
        self,
        settings: OidcSettings,
        provider: Provider,
        home: str,
        now: Callable[[], float],
        secret: Callable[[], str],
    ) -> None:
        self.settings = settings
        self._provider = provider
        self._back = home + BACK
        self._home = home + "/desk/"
        self._now = now
        self._secret = secret
        self._expected = tokens.Expected(settings.issuer, settings.client_id, settings.skew)

    async def begin(self) -> tuple[str, bytes]:
        """Where he is sent, and the cookie that he takes with him."""
        begun = Journey(self._secret(), self._secret(), self._secret() + self._secret(), self._now())
        to = await self._provider.described()
        url = journey.leads_to(begun, to, self.settings.client_id, self.settings.scopes, self._back)
        return url, begun.packed()

    async def back(self, cookie: bytes | None, said: dict[str, str], address: str, admit: Admit) -> None:
        begun = journey.unpacked(cookie)
        to = await self._provider.described()
        code = journey.code_of(begun, said, to, self._now())
        answer = await self._provider.exchange(code, begun.verifier, self._back)
        raw = answer.get("id_token")
        if not isinstance(raw, str):
            raise BadToken("there is no ID token")
        claims = tokens.id_token(raw, await self._provider.keys_for(raw), self._expected, begun.nonce, self._now())
        if vouching.lacking(claims, self.settings):
            claims = await self._with_more(claims, str(answer.get("access_token", "")))
        entry = Entry(By.PROVIDER, address, raw, str(claims.get("sid", "")))
        try:
            await admit(vouching.vouched(claims, self.settings), entry)
        except NotKnown as problem:
            raise NobodyHere(str(problem)) from problem

    async def _with_more(self, claims: tokens.Claims, access_token: str) -> tokens.Claims:
        more = await self._provider.about(access_token)
        if more and more.get("sub") != claims["sub"]:
            raise BadToken("what the provider says of him is about somebody else (sub)")
        return {**more, **claims}

    async def ended(self, raw: str) -> tuple[str, str]:
        """The subject and the session that a logout token is about; one of them may be empty."""
        claims = tokens.logout_token(raw, await self._provider.keys_for(raw), self._expected, self._now())
        subject, sid = str(claims.get("sub", "")), str(claims.get("sid", ""))
        if not subject and not sid:
            raise BadToken("the token does not say who is gone")
        return subject, sid

    async def way_out(self, id_token: str) -> str:
        """Where somebody who leaves is sent, so that he is out there too; empty if that is nowhere."""
        place = (await self._provider.described()).end_session
        if not place or not id_token:
            return ""
        asked: dict[str, Any] = {
            "id_token_hint": id_token,
            "client_id": self.settings.client_id,
            "post_logout_redirect_uri": self._home,
        }
        return f"{place}{'&' if '?' in place else '?'}{urlencode(asked)}"
