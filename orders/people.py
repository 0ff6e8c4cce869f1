"""Who may change what of the people at the desk. Pure.

A supervisor looks after agents; an administrator after everybody. Nobody changes his own role or shuts himself out, so
that the last administrator stays. What was changed, by whom, stands in the access log (`orders/access.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from orders.desk_words import Role


class PersonAct(StrEnum):
    MAKE = "make"
    DISABLE = "disable"
    ENABLE = "enable"
    UNLOCK = "unlock"
    PASSWORD = "password"
    ROLE = "role"
    PHONE = "phone"
    SKILLS = "skills"


NOT_TO_ONESELF = (PersonAct.DISABLE, PersonAct.ROLE)


class MayNot(Exception):
    """Not by him, not to him."""


class BadPerson(Exception):
    """What is said of somebody cannot be."""


@dataclass(frozen=True, slots=True)
class By:
    """Whoever does it: at the desk, or at the machine, where everything is allowed."""

    name: str
    role: Role | None = None

    @property
    def called(self) -> str:
        return "operator" if self.role is None else self.role.value


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody as those see him who look after him. provider: who vouches for him, if it is not his password."""

    name: str
    role: Role
    disabled: bool
    locked_until: float | None
    phone: str
    provider: str
    seen_at: float | None
    changeable: bool = False
    languages: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lore:
    """What can be said of somebody: languages that the house speaks, and skills that orders need."""

    languages: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()


def may(by: By, act: PersonAct, name: str, *roles: Role) -> None:
    """Raises `MayNot`. roles: that he has, and that he is to have."""
    if by.role is None:
        return
    if by.name == name and act in NOT_TO_ONESELF:
        raise MayNot("nobody changes his own role or shuts himself out: have somebody else do it")
    if by.role is not Role.ADMIN and not looks_after(by.role, *roles):
        raise MayNot("supervisors look after agents; an administrator may do this")


def looks_after(role: Role, *others: Role) -> bool:
    if role is Role.ADMIN:
        return True
    return role is Role.SUPERVISOR and all(other is Role.AGENT for other in others)


def must_be_a_name(name: str) -> str:
    if not 0 < len(name) <= 64 or not name.isprintable() or name != name.strip() or "/" in name:
        raise BadPerson("a name has 1 to 64 characters, no slash and no space before or behind")
    return name


def must_be_known(told: Sequence[str], known: Sequence[str], what: str) -> None:
    if unknown := [each for each in told if each not in known]:
        raise BadPerson(f"unknown {what} {', '.join(unknown)}; known are {', '.join(known) or 'none'}")


def must_be_a_phone(phone: str) -> str:
    if len(phone) > 128 or not phone.isascii() or not phone.isprintable() or " " in phone:
        raise BadPerson("a telephone is what Asterisk dials, as PJSIP/8001; nothing for somebody who dials by hand")
    return phone
