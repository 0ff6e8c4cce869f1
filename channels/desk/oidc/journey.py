"""Somebody on his way to the provider and back. What he must bring back travels with his browser, in a cookie.

    here ─► provider      state, nonce, challenge = SHA-256 of the verifier
    provider ─► here      state and a code; the cookie has state, nonce and verifier, and is used up

A page of somebody else can send a browser back here with a code of its own, but not with our cookie; a stolen code is
worth nothing without the verifier, nor a stolen token without the nonce. Any node may take whoever comes back, and
nothing need be kept here. The cookie is `SameSite=Lax`, for it is another site that sends him back.
"""

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import dataclass
from urllib.parse import urlencode

from channels.desk.oidc.description import Description
from channels.desk.oidc.errors import Declined, Stale

LONGEST = 600.0  # seconds until he must have come back


@dataclass(frozen=True, slots=True)
class Journey:
    state: str
    nonce: str
    verifier: str
    begun_at: float

    def packed(self) -> bytes:
        said = json.dumps([self.state, self.nonce, self.verifier, self.begun_at])
        return base64.urlsafe_b64encode(said.encode()).rstrip(b"=")


def unpacked(cookie: bytes | None) -> Journey:
    try:
        state, nonce, verifier, at = json.loads(base64.urlsafe_b64decode((cookie or b"") + b"==="))
        return Journey(str(state), str(nonce), str(verifier), float(at))
    except (ValueError, TypeError, binascii.Error):
        raise Stale("there is no cookie of a journey") from None


def leads_to(journey: Journey, to: Description, client_id: str, scopes: tuple[str, ...], back: str) -> str:
    """The address at the provider."""
    digest = hashlib.sha256(journey.verifier.encode()).digest()
    asked = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": back,
        "scope": " ".join(scopes),
        "state": journey.state,
        "nonce": journey.nonce,
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }
    return f"{to.authorization}{'&' if '?' in to.authorization else '?'}{urlencode(asked)}"


def code_of(journey: Journey, said: dict[str, str], to: Description, now: float) -> str:
    """The code that he brings; raises `Stale`, `Declined`."""
    if not hmac.compare_digest(said.get("state", "").encode(), journey.state.encode()):
        raise Stale("the state is not that of this browser's journey")
    if not 0 <= now - journey.begun_at <= LONGEST:
        raise Stale("the journey took too long")
    if said.get("iss", to.issuer if not to.says_who else "") != to.issuer:
        raise Stale(f"it is {said.get('iss')!r} who sends him back")
    if "error" in said:
        raise Declined(f"{said['error']}: {said.get('error_description', '')}")
    if not said.get("code"):
        raise Stale("there is no code")
    return said["code"]
