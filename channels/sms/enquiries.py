"""Messages that a message centre took and has not reported on: whom to ask about, and when.

    submit_sm_resp ──► noted ──(query_after)──► due ──► query_sm ──► a state that is final: as good as a receipt
                         ▲                                └──► none yet, or no answer: later, thrice as late
                         └── a receipt in the meantime: forgotten

`query_sm` asks by the id that `submit_sm_resp` gave, so it can tell of a message that was taken and not reported on; of
one whose `submit_sm` was never answered it cannot tell anything, for that has no id. What is noted is kept in memory
only, and only so much of it: who is not asked about is merely not asked about.
"""

from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import Final

from channels.smpp.settings import LinkSettings
from channels.sms.receipts import canonical_id

MOST: Final = 20_000
AT_ONCE: Final = 20  # of one round, so that asking does not crowd out sending
TIMES: Final = 3


@dataclass(frozen=True, slots=True)
class Enquiry:
    """`remote_id` as the message centre wrote it: that is how it must be asked."""

    link: LinkSettings
    remote_id: str
    subscriber: str
    service: str
    due_at: float
    times: int = 0

    @property
    def key(self) -> tuple[str, str]:
        return self.link.called, canonical_id(self.remote_id)


class Enquiries:
    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._noted: OrderedDict[tuple[str, str], Enquiry] = OrderedDict()

    def __len__(self) -> int:
        return len(self._noted)

    def note(self, link: LinkSettings, remote_id: str, subscriber: str, service: str, now: float) -> None:
        if not link.query_after or not link.receipts or not remote_id:
            return
        enquiry = Enquiry(link, remote_id, subscriber, service, now + link.query_after)
        self._noted[enquiry.key] = enquiry
        if len(self._noted) > self._most:
            self._noted.popitem(last=False)

    def reported(self, account: str, remote_id: str) -> None:
        self._noted.pop((account, canonical_id(remote_id)), None)

    def take_due(self, now: float) -> list[Enquiry]:
        """They are under way from now on, until `again` or for good."""
        due: list[Enquiry] = []
        for enquiry in self._noted.values():
            if enquiry.due_at <= now:
                due.append(enquiry)
                if len(due) == AT_ONCE:
                    break
        for enquiry in due:
            del self._noted[enquiry.key]
        return due

    def again(self, enquiry: Enquiry, now: float) -> None:
        """Nothing final was to be learned."""
        times = enquiry.times + 1
        if times < TIMES:
            later = replace(enquiry, times=times, due_at=now + enquiry.link.query_after * 3**times)
            self._noted[later.key] = later
