"""What makes a token believed, and each thing that makes it not."""

import hashlib
import hmac
import json

import pytest

from channels.desk.oidc import keys, tokens
from channels.desk.oidc.errors import BadToken, ProviderAway
from tests.channels.desk.oidc.identity_provider import ISSUER, EcKey, RsaKey, segment, signed

NOW = 1_800_000_000.0
EXPECTED = tokens.Expected(ISSUER, "hall", 60)
RSA, EC, OTHER = RsaKey("r1"), EcKey("e1"), RsaKey("r1")
KNOWN = keys.read({"keys": [RSA.public(), EC.public()]})
CLAIMS = {"iss": ISSUER, "aud": "hall", "sub": "42", "nonce": "n", "iat": NOW - 1, "exp": NOW + 300}
GONE = {"iss": ISSUER, "aud": "hall", "sub": "42", "iat": NOW, "jti": "j", "events": {tokens.LOGGED_OUT: {}}}


def believed(raw):
    return tokens.id_token(raw, keys.named(raw, KNOWN), EXPECTED, "n", NOW)


@pytest.mark.parametrize("key", [RSA, EC])
def test_a_token_signed_by_either_kind_of_key(key):
    assert believed(signed(key, CLAIMS))["sub"] == "42"


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": ["hall"]},
        {"aud": ["hall", "other"], "azp": "hall"},
        {"exp": NOW - 59},  # the provider's clock may be off by a minute
        {"iat": NOW + 59},
        {"sid": "s", "whatever": {"else": 1}},
    ],
)
def test_what_is_allowed(claims):
    assert believed(signed(RSA, CLAIMS | claims))


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://evil.example"},
        {"iss": ISSUER + "/"},
        {"aud": "other"},
        {"aud": ["other"]},
        {"aud": ["hall", "other"]},  # without azp nobody knows whom it was made for
        {"azp": "other"},
        {"nonce": "of another sign-in"},
        {"exp": NOW - 61},
        {"iat": NOW + 61},
        {"nbf": NOW + 61},
        {"exp": "tomorrow"},
        {"sub": 42},
    ],
)
def test_what_is_not_believed(claims):
    with pytest.raises(BadToken):
        believed(signed(RSA, CLAIMS | claims))


@pytest.mark.parametrize("name", ["iss", "aud", "sub", "nonce", "iat", "exp"])
def test_what_may_not_be_missing(name):
    with pytest.raises(BadToken):
        believed(signed(RSA, {key: value for key, value in CLAIMS.items() if key != name}))


def test_a_signature_by_somebody_elses_key_of_that_name():
    with pytest.raises(BadToken, match="signature"):
        believed(signed(OTHER, CLAIMS))


def test_a_token_without_a_signature():
    head, body = (segment(json.dumps(each).encode()) for each in ({"alg": "none"}, CLAIMS))
    with pytest.raises(BadToken):
        tokens.id_token(f"{head}.{body}.", KNOWN, EXPECTED, "n", NOW)


def test_a_public_key_is_no_secret_of_ours():
    """An HMAC with the public key as its secret: the old trick."""
    head, body = (segment(json.dumps(each).encode()) for each in ({"alg": "HS256", "kid": "r1"}, CLAIMS))
    mac = hmac.new(json.dumps(RSA.public()).encode(), f"{head}.{body}".encode(), hashlib.sha256).digest()
    with pytest.raises(BadToken):
        tokens.id_token(f"{head}.{body}.{segment(mac)}", KNOWN, EXPECTED, "n", NOW)


@pytest.mark.parametrize("raw", ["", "a.b", "a.b.c", "x" * 40_000, "é.é.é"])
def test_what_is_no_token(raw):
    with pytest.raises(BadToken):
        tokens.id_token(raw, KNOWN, EXPECTED, "n", NOW)


def test_of_a_token_that_names_no_key_the_only_one_of_its_kind_may_be_meant():
    raw = _unnamed(EC)
    assert believed(raw)["sub"] == "42"
    two = keys.read({"keys": [EC.public(), EcKey("e2").public()]})
    assert not keys.named(raw, two)


def _unnamed(key):
    said = ".".join(segment(json.dumps(each).encode()) for each in ({"alg": key.alg}, CLAIMS))
    return f"{said}.{segment(key.sign(said.encode()))}"


def test_a_key_that_is_of_no_use_is_left_out():
    odd = [
        {"kty": "AKP", "kid": "new", "alg": "ML-DSA-44", "pub": "x"},
        {"kty": "oct", "k": "c2VjcmV0", "kid": "r1"},
        RSA.public() | {"use": "enc", "kid": "enc"},
        {"kty": "RSA", "n": "!", "e": "AQAB"},
        "no key at all",
    ]
    assert [key.kid for key in keys.read({"keys": [*odd, RSA.public()]}).keys] == ["r1"]
    with pytest.raises(ProviderAway, match="no key that signs"):
        keys.read({"keys": odd})
    with pytest.raises(ProviderAway, match="no keys"):
        keys.read([])


def test_a_logout_token_says_that_somebody_is_gone():
    raw = signed(RSA, GONE, typ="logout+jwt")
    assert tokens.logout_token(raw, KNOWN, EXPECTED, NOW)["sub"] == "42"


@pytest.mark.parametrize("claims", [{"nonce": "n"}, {"events": {}}, {"events": None}, {"aud": "other"}, {"jti": None}])
def test_nothing_else_is_a_logout_token(claims):
    with pytest.raises(BadToken):
        tokens.logout_token(signed(RSA, GONE | claims), KNOWN, EXPECTED, NOW)
    with pytest.raises(BadToken):
        tokens.logout_token(signed(RSA, CLAIMS), KNOWN, EXPECTED, NOW)
