"""What has become of the messages that were submitted, for those who ask with query_sm.

The newest are remembered; of older ones, and of those that somebody else submitted, nothing is known.
"""

from collections import OrderedDict
from dataclasses import dataclass

from channels.msisdn import normalise
from channels.smpp.instants import absolute
from channels.smpp.pdus import QuerySm, QuerySmResp
from channels.smpp.status import ESME_RINVMSGID
from channels.sms.centre.receipts import ENROUTE


@dataclass(frozen=True, slots=True)
class Fate:
    source: str
    state: int = ENROUTE
    ended_at: float | None = None


class Fates:
    def __init__(self, remembered: int) -> None:
        self._remembered = remembered
        self._fates: OrderedDict[str, Fate] = OrderedDict()

    def begun(self, message_id: str, source: str) -> None:
        self._fates[message_id] = Fate(source)
        if len(self._fates) > self._remembered:
            self._fates.popitem(last=False)

    def ended(self, message_id: str, state: int, at: float) -> None:
        fate = self._fates.get(message_id)
        if fate is not None:
            self._fates[message_id] = Fate(fate.source, state, at)

    def told(self, query: QuerySm) -> QuerySmResp:
        fate = self._fates.get(query.message_id)
        if fate is None or _one(fate.source) != _one(query.source_addr):
            return QuerySmResp(sequence=query.sequence, status=ESME_RINVMSGID)
        final = "" if fate.ended_at is None else absolute(fate.ended_at)
        return QuerySmResp(
            sequence=query.sequence, message_id=query.message_id, final_date=final, message_state=fate.state
        )


def _one(address: str) -> str:
    return normalise(address) or address
