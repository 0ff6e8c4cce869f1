"""Which of the links that are bound carries a message now, and how long it waits when none does.

The routes say which links may (see routes); without any, the account on which the subscriber was heard last comes
first, as far as that is remembered: of so many subscribers, and until a restart. Of the first group that has one bound,
those with room take turns by weight. A message whose links are all away is stranded: the longer it waits, and the more
of them wait, the seldomer it is looked at, so that an account that is down for a day does not keep the ledger busy. The
next bind hurries them all.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from channels.smpp.client import SmppClient
from channels.smpp.settings import LinkSettings
from channels.sms.routes import NoRoute, Router, RouteSettings, Shares
from orders.outbound import Outbound

SOONEST: Final = 5.0
LONGEST: Final = 60.0
MOST_HOMES: Final = 50_000  # subscribers of whom it is known where they were heard
CROWD: Final = 200  # so many stranded make each of them wait a second longer


class Carriers:
    """clients: those that run, as they come and go."""

    def __init__(self, clients: Sequence[SmppClient]) -> None:
        self._clients = clients
        self._router = Router((), ())
        self._shares = Shares()
        self._stranded = 0
        self._homes: dict[str, str] = {}  # subscriber: account; who was heard last stands last

    def heard(self, subscriber: str, account: str) -> None:
        if not self._router.by_home:
            return
        self._homes.pop(subscriber, None)
        self._homes[subscriber] = account
        if len(self._homes) > MOST_HOMES:
            del self._homes[next(iter(self._homes))]

    def configure(self, routes: Sequence[RouteSettings], links: Iterable[LinkSettings]) -> None:
        self._router = Router(routes, links)

    @property
    def open(self) -> bool:
        """Whether any link is bound that sends."""
        return any(client.bound and client.settings.bind != "receiver" for client in self._clients)

    def next_for(self, message: Outbound) -> SmppClient | None:
        """The bound link whose turn it is; one that has room, if any has. Raises `NoRoute`."""
        bound = self._bound_for(message)
        if len(bound) <= 1:
            return bound[0] if bound else None
        roomy = [client for client in bound if client.room]
        return self._shares.take(roomy or bound, lambda each: each.settings.name, lambda each: each.settings.weight)

    def has_one_for(self, message: Outbound) -> bool:
        try:
            return bool(self._bound_for(message))
        except NoRoute:
            return False

    def _bound_for(self, message: Outbound) -> list[SmppClient]:
        for names in self._router.able(message, self._homes.get(message.subscriber, "")):
            bound = [client for client in self._clients if client.settings.name in names and client.bound]
            if bound:
                return bound
        return []

    def strand(self, message: Outbound, now: float) -> float:
        """Seconds until it is looked at again. While no link at all is bound nothing is claimed, so there is none."""
        if not self.open:
            return 0.0
        self._stranded += 1
        return min(max(SOONEST, (now - message.created_at) / 10, self._stranded / CROWD), LONGEST)

    def relieved(self) -> bool:
        """A link is bound again. Whether any message was stranded, and may be looked at now."""
        stranded, self._stranded = self._stranded, 0
        return stranded > 0
