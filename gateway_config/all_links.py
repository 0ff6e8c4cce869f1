"""The links of text messages and those of USSD, for all who care for links and not for what is said over them.

Each kind runs by itself, with a gate of its own; names are given once over both.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from twisted.internet.defer import Deferred, DeferredList

from channels.sms.gateway import Gateway
from channels.sms.links import Links
from gateway_config.settings import Settings
from orders.links import LinkReport


@dataclass(slots=True)
class AllLinks:
    sms: Links
    ussd: Links
    held: frozenset[str] = frozenset()

    @property
    def gateway(self) -> Gateway:
        """That of text messages."""
        assert isinstance(self.sms.gateway, Gateway)
        return self.sms.gateway

    def follow(self, settings: Settings, held: frozenset[str]) -> None:
        self.held = held
        self.sms.follow(settings.sms.link, settings.sms.route, held)
        self.ussd.follow(settings.ussd.link, (), held)

    def hold(self, held: frozenset[str]) -> None:
        self.held = held
        for links in self._both():
            links.hold(held)

    async def stop(self) -> None:
        await DeferredList([Deferred.fromCoroutine(links.stop()) for links in self._both()])

    def reports(self) -> list[LinkReport]:
        return [report for links in self._both() for report in links.reports()]

    def missing(self) -> list[str]:
        return [name for links in self._both() for name in links.missing()]

    def _both(self) -> Iterator[Links]:
        yield from (self.sms, self.ussd)
