"""Passwords, by argon2. Slow on purpose: never on the reactor."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 8
LONGEST = 200

_hasher = PasswordHasher()


@cache
def _nobody() -> str:
    """Compared with for names that do not exist, so that they take as long as those that do."""
    return _hasher.hash("")


def hashed(password: str) -> str:
    return _hasher.hash(password)


def is_right(password: str, stored: str | None) -> bool:
    nobody = _nobody()  # made for whoever comes first, whether there is such a name or not
    try:
        return _hasher.verify(nobody if stored is None else stored, password) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def weakness(password: str) -> str | None:
    """Why this password will not do, or None."""
    if len(password) < SHORTEST:
        return f"a password has {SHORTEST} characters or more"
    if len(password) > LONGEST:
        return f"a password has {LONGEST} characters at most"
    if len(set(password)) < 4:
        return "a password has more than a few different characters"
    return None
