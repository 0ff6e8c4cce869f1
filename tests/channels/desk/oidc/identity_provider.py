"""An identity provider in memory, from OpenID Connect Core 1.0, RFC 7515 and RFC 7517, with `cryptography` alone.

It does what it is told, also what no honest provider would.
"""

import base64
import json
from urllib.parse import parse_qs

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from treq.testing import StubTreq
from twisted.web.resource import Resource

ISSUER = "https://id.example/realms/staff"


def segment(octets):
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def number(value, length=None):
    return segment(value.to_bytes(length or (value.bit_length() + 7) // 8, "big"))


class RsaKey:
    alg = "RS256"

    def __init__(self, kid):
        self.kid = kid
        self._key = rsa.generate_private_key(65537, 2048)

    def public(self):
        numbers = self._key.public_key().public_numbers()
        return {"kty": "RSA", "kid": self.kid, "use": "sig", "n": number(numbers.n), "e": number(numbers.e)}

    def sign(self, octets):
        return self._key.sign(octets, padding.PKCS1v15(), hashes.SHA256())


class EcKey:
    alg = "ES256"

    def __init__(self, kid):
        self.kid = kid
        self._key = ec.generate_private_key(ec.SECP256R1())

    def public(self):
        point = self._key.public_key().public_numbers()
        return {"kty": "EC", "kid": self.kid, "crv": "P-256", "x": number(point.x, 32), "y": number(point.y, 32)}

    def sign(self, octets):
        r, s = decode_dss_signature(self._key.sign(octets, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def signed(key, claims, **header):
    head = {"alg": key.alg, "typ": "JWT", "kid": key.kid} | header
    said = ".".join(segment(json.dumps(each).encode()) for each in (head, claims))
    return f"{said}.{segment(key.sign(said.encode()))}"


class IdentityProvider(Resource):
    isLeaf = True  # noqa: N815

    def __init__(self, *keys):
        super().__init__()
        self.keys = list(keys)
        self.asked = []
        self.token = {}
        self.about = {}
        self.status = {}
        self.described = {
            "issuer": ISSUER,
            "authorization_endpoint": f"{ISSUER}/auth",
            "token_endpoint": f"{ISSUER}/token",
            "userinfo_endpoint": f"{ISSUER}/me",
            "jwks_uri": f"{ISSUER}/keys",
            "end_session_endpoint": f"{ISSUER}/out",
        }
        self.client = StubTreq(self)

    def times(self, path):
        return sum(each[0] == path for each in self.asked)

    def render(self, request):
        path = request.path.decode().removeprefix("/realms/staff")
        form = {name: values[0] for name, values in parse_qs(request.content.read().decode()).items()}
        self.asked.append((path, form, request.getHeader("authorization")))
        request.setResponseCode(self.status.get(path, 200))
        answers = {
            "/.well-known/openid-configuration": self.described,
            "/keys": {"keys": [each if isinstance(each, dict) else each.public() for each in self.keys]},
            "/token": self.token,
            "/me": self.about,
        }
        return json.dumps(answers[path]).encode()
