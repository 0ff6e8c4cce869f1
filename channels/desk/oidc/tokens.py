"""What a provider's tokens say, once they are believed. Pure: keys, what is expected and the time are arguments.

An ID token is believed when a key of the provider signed it, by one of `ALGORITHMS` (never by "none", never by a secret
that somebody could mistake a public key for); when the provider made it, for us, in this sign-in (nonce), and it has
not expired. A logout token says that somebody is gone from the provider; it must say so, and must not be an ID token.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry
from joserfc.jwt import JWTClaimsRegistry

from channels.desk.oidc.errors import BadToken

ALGORITHMS = ("RS256", "PS256", "ES256", "ES384")
LOGGED_OUT = "http://schemas.openid.net/event/backchannel-logout"
LONGEST = 32_768

Claims = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Expected:
    """skew: seconds by which the provider's clock may be off."""

    issuer: str
    client_id: str
    skew: int


def id_token(raw: str, keys: KeySet, expected: Expected, nonce: str, now: float) -> Claims:
    claims = _signed(raw, keys)
    _believed(claims, expected, now, nonce={"essential": True, "value": nonce}, exp={"essential": True})
    audience = claims["aud"]
    several = isinstance(audience, list) and len(audience) > 1
    if claims.get("azp", expected.client_id) != expected.client_id or (several and "azp" not in claims):
        raise BadToken("the token was made for another client (azp)")
    return claims


def logout_token(raw: str, keys: KeySet, expected: Expected, now: float) -> Claims:
    claims = _signed(raw, keys)
    _believed(claims, expected, now, jti={"essential": True})
    events = claims.get("events")
    if not isinstance(events, dict) or LOGGED_OUT not in events or "nonce" in claims:
        raise BadToken("the token does not say that somebody is gone")
    return claims


def _signed(raw: str, keys: KeySet) -> dict[str, Any]:
    if len(raw) > LONGEST:
        raise BadToken(f"the token is longer than {LONGEST} characters")
    try:
        return dict(
            jwt.decode(raw, keys, registry=JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)).claims
        )
    except (JoseError, ValueError, TypeError) as problem:
        raise BadToken(f"the token's signature: {problem or type(problem).__name__}") from None


def _believed(claims: Claims, expected: Expected, now: float, **more: Any) -> None:
    rules = JWTClaimsRegistry(
        now=int(now),
        leeway=expected.skew,
        iss={"essential": True, "value": expected.issuer},
        aud={"essential": True, "value": expected.client_id},
        iat={"essential": True},
        sub={"essential": "jti" not in more},
        **more,
    )
    try:
        rules.validate(dict(claims))
    except JoseError as problem:
        raise BadToken(f"the token: {problem}") from None
