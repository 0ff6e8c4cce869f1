"""Who proved to be who, as a masked token: what a hall or an agent has checked, and never the document's own number.

    token:3f9a1c7be2      what an identity service gave for it
    330***********1234    the number with all but a few digits masked

A number that could be read off the store would make of every order a copy of somebody's papers. So what looks like one
is refused, whatever it calls itself.
"""

import re

MOST = 64
MOST_DIGITS = 8  # that a masked number may show

_token = re.compile(r"token:[A-Za-z0-9._~-]{6,58}")
_masked = re.compile(r"[0-9A-Za-z*]{6,32}")
_born = r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])"
_resident = re.compile(rf"\d{{6}}{_born}\d{{3}}[\dXx]")  # the resident identity number, wherever it stands
_whole = re.compile(r"\d{15}|\d{17}[\dXx]|[A-Za-z]{1,2}\d{7,9}")  # that of old, of any kind; passports, permits


class BadIdentity(ValueError):
    """It shows too much, or is nothing of the kind."""


def masked(text: str) -> str:
    """The token as it is kept; raises BadIdentity, whose text does not repeat what was given."""
    token = text.strip()
    shown = re.sub(r"[\s._~-]", "", token.removeprefix("token:"))
    if _resident.search(shown) or _whole.fullmatch(shown):
        raise BadIdentity("identity: this shows a document's number; give a token, or mask all but a few digits")
    if _token.fullmatch(token):
        return token
    if "*" not in token or not _masked.fullmatch(token):
        raise BadIdentity('identity: write "token:…", or a number masked by stars, as 330***********1234')
    if sum(character.isdigit() for character in token) > MOST_DIGITS:
        raise BadIdentity(f"identity: a masked number shows {MOST_DIGITS} digits at most")
    return token
