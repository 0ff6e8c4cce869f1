"""What a provider says of itself at `/.well-known/openid-configuration`, with defaults for what it leaves out.

It must call itself as we were told that it does: else somebody else's description would be believed. Where it sends
secrets, codes or tokens must be as guarded as it is itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from channels.desk.oidc.errors import ProviderAway
from channels.desk.oidc.settings import guarded

PATH = "/.well-known/openid-configuration"


@dataclass(frozen=True, slots=True)
class Description:
    """basic: whether the secret goes into a header, or else into the form. says_who: whether it puts its name (`iss`)
    beside the code."""

    issuer: str
    authorization: str
    token: str
    keys: str
    userinfo: str = ""
    end_session: str = ""
    basic: bool = True
    says_who: bool = False


def address(issuer: str) -> str:
    return issuer.rstrip("/") + PATH


def read(document: Mapping[str, Any], issuer: str) -> Description:
    if document.get("issuer") != issuer:
        raise ProviderAway(f"it calls itself {document.get('issuer')!r}, and not {issuer!r}: mend [desk.oidc] issuer")
    ways = document.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    return Description(
        issuer,
        _place(document, "authorization_endpoint"),
        _place(document, "token_endpoint"),
        _place(document, "jwks_uri"),
        _place(document, "userinfo_endpoint", needed=False),
        _place(document, "end_session_endpoint", needed=False),
        "client_secret_basic" in ways,
        document.get("authorization_response_iss_parameter_supported") is True,
    )


def _place(document: Mapping[str, Any], name: str, needed: bool = True) -> str:
    url = document.get(name)
    if isinstance(url, str) and guarded(url):
        return url
    if url is None and not needed:
        return ""
    raise ProviderAway(f"its {name} is {url!r}, and not an https:// address")
