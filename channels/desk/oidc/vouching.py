"""Who somebody is here, by what a provider's token says of him. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from channels.desk.forms import LONGEST_NAME
from channels.desk.oidc.errors import BadToken, NoRole
from channels.desk.oidc.settings import OidcSettings
from orders.desk_words import Role
from orders.signing_in import Vouched

HIGHEST_FIRST = (Role.ADMIN, Role.SUPERVISOR, Role.AGENT)

Claims = Mapping[str, Any]


def lacking(claims: Claims, settings: OidcSettings) -> bool:
    """Whether something is wanted that only the provider's page about the user may have."""
    wanted = [settings.name, *([settings.role] if settings.role else [])]
    return any(_claim(claims, name) is None for name in wanted)


def vouched(claims: Claims, settings: OidcSettings) -> Vouched:
    name = _claim(claims, settings.name)
    if not isinstance(name, str) or not 0 < len(name) <= LONGEST_NAME or not name.isprintable() or name != name.strip():
        raise BadToken(f"its claim {settings.name} is {name!r}, and no name: mend [desk.oidc] name")
    return Vouched(str(claims["iss"]), str(claims["sub"]), name, _role(claims, settings), settings.agents == "made")


def _role(claims: Claims, settings: OidcSettings) -> Role | None:
    if not settings.roles:
        return None
    said = _words(_claim(claims, settings.role))
    for role in HIGHEST_FIRST:
        if said & set(settings.roles.get(role, ())):
            return role
    raise NoRole(f"{settings.role} says {sorted(said)}, and none of it is a role here")


def _claim(claims: Claims, name: str) -> Any:
    """By its name, or by a path: `realm_access.roles`."""
    if name in claims:
        return claims[name]
    found: Any = claims
    for step in name.split("."):
        found = found.get(step) if isinstance(found, Mapping) else None
    return found


def _words(value: Any) -> set[str]:
    if isinstance(value, str):
        return {value, *value.split()}
    if isinstance(value, Sequence):
        return {each for each in value if isinstance(each, str)}
    return set()
