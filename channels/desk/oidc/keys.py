"""A provider's keys, as values: what stands in its key set, without what is of no use here.

A key set may hold keys for encryption, of kinds that nobody knows yet, or secrets: they are left out, so that one odd
key does not keep everybody from signing in. A token that names no key is tried with the only one of its kind.
"""

from collections.abc import Mapping
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, KeySet, RSAKey

from channels.desk.oidc.errors import BadToken, ProviderAway

KINDS: Mapping[str, Any] = {"RSA": RSAKey, "EC": ECKey}
BY_ALGORITHM = {"RS": "RSA", "PS": "RSA", "ES": "EC"}


def read(document: object) -> KeySet:
    listed = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(listed, list):
        raise ProviderAway("its key set has no keys")
    found = [key for each in listed if (key := _key(each)) is not None]
    if not found:
        raise ProviderAway("its key set has no key that signs")
    return KeySet(found)


def named(raw: str, keys: KeySet) -> KeySet:
    """The keys that may have signed it; empty when they are not known, and it is time to ask for newer ones."""
    try:
        header = jws.extract_compact(raw.encode()).headers()
    except (JoseError, ValueError) as problem:
        raise BadToken(f"this is no signed token: {problem}") from None
    kind = BY_ALGORITHM.get(str(header.get("alg", ""))[:2])
    able = [key for key in keys.keys if key.key_type == kind and key.get("alg", header["alg"]) == header["alg"]]
    if "kid" in header:
        return KeySet([key for key in able if key.kid == header["kid"]])
    return KeySet(able if len(able) == 1 else [])


def _key(document: object) -> Key | None:
    if not isinstance(document, dict) or document.get("use", "sig") != "sig" or document.get("kty") not in KINDS:
        return None
    try:
        return KINDS[document["kty"]].import_key(document)  # type: ignore[no-any-return]
    except (JoseError, ValueError, TypeError):
        return None
