"""What a link has in hand of one message: its segments, each a token (message, place) until its fate is known."""

from dataclasses import dataclass, field

from channels.smpp.rules import BY_CLASS, Rule
from channels.smpp.settings import LinkSettings
from channels.smpp.status import Class
from orders.outbound import Outbound


@dataclass(slots=True)
class Pending:
    """A message whose segments are with a link.

    left:       so many of them are not settled yet.
    reference:  by which a phone knows its parts.
    tried:      the message centre was asked about at least one of them.
    unanswered: the places of those of which nobody knows whether they were sent on.
    """

    message: Outbound
    link: LinkSettings
    ids: list[str]
    left: int
    lease_until: float
    reference: int = 0
    refused: str = ""
    status: int = 0
    rule: Rule = BY_CLASS[Class.TEMPORARY]
    tried: bool = False
    unanswered: set[int] = field(default_factory=set)

    @property
    def sent(self) -> bool:
        return not (self.left or self.refused or self.unanswered)


def unpacked(token: object) -> tuple[Pending, int]:
    assert isinstance(token, tuple)
    return token
