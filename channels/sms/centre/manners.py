"""How a message centre behaves where it has a choice: well. `mischief` has the other ways."""

from collections import Counter
from collections.abc import Sequence

from channels.smpp.pdus import Bind, DeliverSm
from channels.smpp.status import ESME_RINVPASWD, ESME_ROK
from channels.smpp.tlvs import Tlvs
from channels.sms.centre.receipts import Report, receipt


class Manners:
    """accounts: (system_id, password) of those who may bind; nobody named, anybody may.

    counts: what happened how often, by a name that a reader of the summary understands.
    """

    def __init__(self, accounts: Sequence[tuple[str, str]] = ()) -> None:
        self._accounts = frozenset(accounts)
        self.counts: Counter[str] = Counter()

    def judge(self, bind: Bind) -> int:
        """The status of the answer to a bind."""
        if self._accounts and (bind.system_id, bind.password) not in self._accounts:
            self.counts["binds refused: no such account"] += 1
            return ESME_RINVPASWD
        return ESME_ROK

    def refuses(self, now: float) -> int:
        """The status of the answer to a message that could be taken."""
        return ESME_ROK

    def answers_after(self) -> float | None:
        """Seconds until a message is answered; None: it is taken, and never answered."""
        return 0

    def adds(self) -> Tlvs:
        """Optional parameters of the answer to a message."""
        return ()

    def reports_early(self) -> bool:
        """Whether this message's receipt may overtake the answer to it."""
        return False

    def repeats(self) -> bool:
        """Whether this deliver_sm is sent twice."""
        return False

    def receipts(self, report: Report) -> list[DeliverSm]:
        return [receipt(report)]
