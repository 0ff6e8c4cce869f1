"""What of a person is shown to whom. Whoever needs to know somebody apart gets enough for that, and no more.

             number          recipient   address             identity
agent        138****8000     王**        杭州市****           never
supervisor   138****8000     王先生       杭州市西湖区文三路…     never
auditor      138****8000     ****        ****                never, but what was written when, and its seal

The identity is a token for those who proved it; nobody is shown it. The whole number is seen by an agent who dials it,
and by whoever exports it with a reason that is noted (see `access`).
"""

from enum import StrEnum

AT_HOME = "86"
COVER = "****"
PLACE = 3  # characters of an address that say roughly where


class Sees(StrEnum):
    AGENT = "agent"
    SUPERVISOR = "supervisor"
    AUDITOR = "auditor"


def dialled(subscriber: str) -> str:
    """The number as it is dialled here: national without the country code, else with + before it."""
    if not subscriber.isdigit():
        return subscriber  # of somebody who was erased: it stands for him
    return subscriber.removeprefix(AT_HOME) if _national(subscriber) else f"+{subscriber}"


def number(subscriber: str) -> str:
    whole = dialled(subscriber)
    if not subscriber.isdigit():
        return whole
    return f"{whole[:-8]}{COVER}{whole[-4:]}" if len(whole) > 8 else COVER


def name(of: str | None, sees: Sees) -> str | None:
    if not of or sees is Sees.SUPERVISOR:
        return of
    return COVER if sees is Sees.AUDITOR else f"{of[0]}**"


def address(of: str | None, sees: Sees) -> str | None:
    if not of or sees is Sees.SUPERVISOR:
        return of
    return COVER if sees is Sees.AUDITOR else of[:PLACE] + COVER


def _national(subscriber: str) -> bool:
    return subscriber.startswith(AT_HOME) and len(subscriber) == 13
