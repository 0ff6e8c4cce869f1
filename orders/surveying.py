"""How a subscriber found his delivery: when he is asked, until when he may answer, and what a low score leads to.

    delivered ──after──► due ──decent hour, and he is in no other conversation──► asked ──within `valid`──► a score
                                                                                                              │
                                                   a comment, kept as he wrote it ◄──asked why◄── low ◄───────┘

Once for each order. A survey about his own order is a notice and no marketing; an operator who wants to treat it as
marketing says `respect_optout`. He is never asked in the night, whatever the hour of the delivery, and never in the
middle of something else: whoever comes by at a bad moment comes again later, until it has been too long.

Who has ordered by telephone may be one who does not read texts. So the operator may have those of some channels, or
some numbers, rung instead: within the hours in which anybody is rung, a few times, and who was not reached is asked by
text.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

HOUR = 3_600.0


@dataclass(frozen=True, slots=True)
class SurveyRules:
    """after:  seconds from the delivery until he is asked.
    valid:  seconds for which an answer counts, and after which nobody asks any more.
    hours:  from which hour on, and until which, he may be asked, by the clock of the hall.
    low:    a score that is not higher than this is followed by the question why.
    again:  seconds until another try, when he was busy.
    call_back: whether somebody rings him about a low score.
    respect_optout: whether who wants no marketing is not asked either.
    ring:   channels whose orders are asked after by telephone.
    no_texts: a pattern of numbers, with country code, that cannot read texts: they are rung, and never texted.
    tries:  how often such a call is made, until he is asked by text.
    """

    after: float = 2 * HOUR
    valid: float = 72 * HOUR
    hours: tuple[int, int] = (8, 21)
    low: int = 2
    again: float = 600.0
    call_back: bool = False
    respect_optout: bool = False
    ring: frozenset[str] = frozenset()
    no_texts: str = ""
    tries: int = 2

    @property
    def rings(self) -> bool:
        """Whether anybody is."""
        return bool(self.ring or self.no_texts)

    def reads(self, subscriber: str) -> bool:
        return not self.no_texts or re.fullmatch(self.no_texts, subscriber) is None

    def is_rung(self, channel: str, subscriber: str) -> bool:
        return channel in self.ring or not self.reads(subscriber)


def decent(at: float, hours: tuple[int, int], zone: tzinfo) -> float:
    """The first moment from `at` on that lies within the hours."""
    local = datetime.fromtimestamp(at, zone)
    first, last = hours
    if first <= local.hour < last:
        return at
    morning = local.replace(hour=first, minute=0, second=0, microsecond=0)
    if local.hour >= first:
        morning += timedelta(days=1)
    return max(at, morning.timestamp())
