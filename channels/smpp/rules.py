"""What is done about a message that was refused: rules as data, by class, by status, and by a link's own settings.

    at_link   how often the link itself tries it, in its place in the order, before it is handed back (throttling)
    tries     how often the message centre is asked about it in all, before it is given up
    delays    seconds until each next try; the last one goes on
    crowd     the link is throttled all the same when so many different subscribers meet it among the last ten answers

    [[sms.link.status]]          # this message centre says 0x45 when a phone is switched off for good
    code = 0x45
    treat = "permanent"

A link's settings change only what they name. A status that stands nowhere has the rule of its class (see status).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from channels.smpp.status import ESME_RINVSCHED, ESME_RMSGQFUL, Class, classify
from channels.smpp.wire_settings import StatusSettings

DELAYS: Final = (5.0, 15.0, 60.0, 300.0, 900.0)
TRIES: Final = 12


@dataclass(frozen=True, slots=True)
class Rule:
    klass: Class
    at_link: int = 1
    tries: int = TRIES
    delays: tuple[float, ...] = DELAYS
    crowd: int = 0

    def delay(self, attempts: int) -> float:
        """Until the next try, after so many that were counted before this one."""
        return self.delays[min(attempts, len(self.delays) - 1)]


BY_CLASS: Final[Mapping[Class, Rule]] = {
    Class.THROTTLE: Rule(Class.THROTTLE, at_link=20),
    Class.TEMPORARY: Rule(Class.TEMPORARY),
    Class.PERMANENT: Rule(Class.PERMANENT, tries=1),
    Class.SESSION: Rule(Class.SESSION),
}
BY_STATUS: Final[Mapping[int, Rule]] = {
    ESME_RMSGQFUL: Rule(Class.TEMPORARY, at_link=3, delays=(30.0, 60.0, 180.0, 300.0, 900.0), crowd=5),  # see crowd
    ESME_RINVSCHED: Rule(Class.TEMPORARY, tries=3, delays=(300.0,)),
}


class Rules:
    """Of one link."""

    def __init__(self, changes: tuple[StatusSettings, ...] = ()) -> None:
        self._changed = {change.code: _changed(change) for change in changes}

    def of(self, status: int) -> Rule:
        return self._changed.get(status) or _standard(status)

    def classify(self, status: int) -> Class:
        return self.of(status).klass


@lru_cache
def rules_of(changes: tuple[StatusSettings, ...]) -> Rules:
    return Rules(changes)


def _standard(status: int) -> Rule:
    return BY_STATUS.get(status) or BY_CLASS[classify(status)]


def _changed(change: StatusSettings) -> Rule:
    rule = _standard(change.code)
    if change.treat is not None and (change.treat is not rule.klass or rule.crowd):
        rule = BY_CLASS[change.treat]
    named = {"at_link": change.at_link, "tries": change.tries, "delays": change.delays}
    return replace(rule, **{name: value for name, value in named.items() if value is not None})  # type: ignore[arg-type]
