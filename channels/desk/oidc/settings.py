"""`[desk.oidc]`: the identity provider by which people may come in, and what its words mean here."""

from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from orders.desk_words import Role

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class OidcSettings(BaseModel):
    """
    issuer:         the provider, as it calls itself; its description is below `/.well-known/openid-configuration`.
    client_secret:  none for a public client: PKCE guards the code in either case.
    name:           the claim that has the agent's name. role: the claim that has his roles, a dotted path into others
                    if need be (`realm_access.roles`); none: his role is as it stands here.
    roles:          which words of that claim mean which role; the highest counts, and whoever has none stays out.
    agents:         "made" when somebody new comes, or "matched" with those that there are, by name.
    called:         what the button says behind "Sign in with".
    passwords:      whether the desk's own passwords open the door as well.
    skew:           seconds by which the provider's clock may be off.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    issuer: str
    client_id: str = Field(min_length=1)
    client_secret: str = Field(default="", repr=False)
    scopes: tuple[str, ...] = ("openid", "profile")
    name: str = Field(default="preferred_username", min_length=1)
    role: str = ""
    roles: dict[Role, tuple[str, ...]] = {}
    agents: Literal["made", "matched"] = "matched"
    called: str = Field(default="OpenID", min_length=1, max_length=40)
    passwords: bool = True
    skew: int = Field(default=60, ge=0, le=600)
    timeout: float = Field(default=10.0, gt=0.0, le=60.0)

    @field_validator("issuer")
    @classmethod
    def _secret_way(cls, issuer: str) -> str:
        parts = urlsplit(issuer)
        if parts.query or parts.fragment or not parts.hostname or not guarded(issuer):
            raise ValueError('is an https:// address without query, as "https://id.example.com/realms/staff"')
        return issuer

    @field_validator("scopes")
    @classmethod
    def _openid(cls, scopes: tuple[str, ...]) -> tuple[str, ...]:
        if "openid" not in scopes:
            raise ValueError('must have "openid" among them')
        return scopes

    @model_validator(mode="after")
    def _roles(self) -> Self:
        if bool(self.role) != bool(self.roles):
            raise ValueError("role names a claim and roles says what its words mean: give both, or neither")
        return self


def guarded(url: str) -> bool:
    """Whether nobody on the way can read or change what goes there: TLS, or this very machine."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
