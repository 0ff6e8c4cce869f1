"""Which links run: as configured, less those that were taken out of service.

    wanted (settings, held) ── follow ──► for each name, one after the other:
                                            running otherwise than wanted?  leave: drain, unbind, close
                                            not running, and wanted?        start

A link that changed leaves before it comes back, because an account may allow one bind only; the others notice nothing.
A new wish that comes while a link still leaves is taken up when it has left. What was given to a link and not yet
submitted goes back to the gateway when it leaves, and over another link if there is one.
"""

from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from twisted.internet.defer import Deferred, DeferredList
from twisted.logger import Logger

from channels.smpp.client import SmppClient
from channels.smpp.settings import LinkSettings
from channels.sms.routes import RouteSettings
from orders.links import LinkReport, LinkState

log = Logger()


class Meters(Protocol):
    def link(self, report: LinkReport) -> None: ...
    def forget(self, link: str) -> None: ...


class Gateway(Protocol):
    """Who speaks over the links: the gateway of text messages, or that of USSD."""

    clients: list[SmppClient]

    @property
    def meters(self) -> Meters: ...
    def configure(self, settings: Mapping[str, LinkSettings], routes: Sequence[RouteSettings]) -> None: ...


@dataclass(slots=True)
class Berth:
    """One name's place. client: who runs there; turning: it is being brought to what is wanted.
    faulty: settings by which nothing can be started; they are tried again when the configuration is read again.
    """

    client: SmppClient | None = None
    faulty: LinkSettings | None = None
    leaving: bool = False
    turning: bool = False
    state: LinkState = LinkState.OUT
    since: float = 0.0


@dataclass(slots=True)
class Links:
    """make: a client for a link; own: runs a coroutine, and logs when it fails."""

    gateway: Gateway
    make: Callable[[LinkSettings], SmppClient]
    own: Callable[[Coroutine[Any, Any, None]], None]
    now: Callable[[], float]
    held: frozenset[str] = frozenset()
    _wanted: dict[str, LinkSettings] = field(default_factory=dict)
    _routes: tuple[RouteSettings, ...] = ()
    _berths: dict[str, Berth] = field(default_factory=dict)
    _stopping: bool = False

    # ── what is wanted ──

    def follow(self, settings: Iterable[LinkSettings], routes: Iterable[RouteSettings], held: frozenset[str]) -> None:
        """What has not changed is not touched."""
        self._wanted, self._routes = {link.name: link for link in settings}, tuple(routes)
        self._tell_gateway()
        for berth in self._berths.values():
            berth.faulty = None
        self.hold(held)

    def hold(self, held: frozenset[str]) -> None:
        self.held = held
        for name in {**self._wanted, **self._berths}:
            self._turn_soon(name)

    async def stop(self) -> None:
        """All of them at once, each in good order."""
        self._stopping = True
        clients = [berth.client for berth in self._berths.values() if berth.client is not None]
        await DeferredList([Deferred.fromCoroutine(client.stop()) for client in clients])

    # ── each name by itself ──

    def _turn_soon(self, name: str) -> None:
        berth = self._berths.setdefault(name, Berth(since=self.now()))
        if not (berth.turning or self._fits(name, berth)):
            berth.turning = True
            self.own(self._turn(name, berth))

    def _fits(self, name: str, berth: Berth) -> bool:
        running = None if berth.client is None else berth.client.settings
        target = self._target(name)
        return self._stopping or running == target or (running is None and target == berth.faulty)

    def _target(self, name: str) -> LinkSettings | None:
        return None if name in self.held else self._wanted.get(name)

    async def _turn(self, name: str, berth: Berth) -> None:
        try:
            while not self._fits(name, berth):
                settings = self._target(name)
                if berth.client is not None:
                    await self._leave(name, berth, berth.client)
                elif settings is not None:
                    self._start(settings, berth)
        finally:
            berth.turning = False
            if name not in self._wanted and berth.client is None:
                del self._berths[name]
                self.gateway.meters.forget(name)
            self._tell_gateway()

    def _start(self, settings: LinkSettings, berth: Berth) -> None:
        try:
            berth.client = self.make(settings)
        except Exception as problem:  # noqa: BLE001 - a key file that is gone, an endpoint of a kind we have not got
            log.warn(
                "link {link} cannot be started: {problem}; mend it and send SIGHUP",
                link=settings.name,
                problem=str(problem),
            )
            berth.faulty = settings
            return
        self._tell_gateway()
        self.gateway.clients.append(berth.client)
        self.own(berth.client.run())

    async def _leave(self, name: str, berth: Berth, client: SmppClient) -> None:
        log.info("link {link} leaves: it is out of service, or has changed", link=name)
        berth.leaving = True
        try:
            await client.stop()
        finally:
            self.gateway.clients.remove(client)
            berth.client, berth.leaving = None, False

    def _tell_gateway(self) -> None:
        """A link that leaves is heard as it was configured when it came."""
        running = {name: berth.client.settings for name, berth in self._berths.items() if berth.client is not None}
        self.gateway.configure({**self._wanted, **running}, self._routes)

    # ── how they are ──

    def reports(self) -> list[LinkReport]:
        return [self._report(name, berth) for name, berth in self._berths.items() if name in self._wanted]

    def _report(self, name: str, berth: Berth) -> LinkReport:
        state = _state(berth)
        if state is not berth.state:
            berth.state, berth.since = state, self.now()
        account, client = self._wanted[name].called, berth.client
        if client is None:
            report = LinkReport(name, account, state, berth.since)
        else:
            report = LinkReport(
                name=name,
                account=account,
                state=state,
                since=berth.since,
                in_flight=client.in_flight,
                waiting=client.waiting,
                throttled=client.throttled,
                pace=round(client.pace, 2),
                trouble=client.trouble,
            )
        self.gateway.meters.link(report)
        return report

    def missing(self) -> list[str]:
        """The links that Hall is not ready without, are wanted, and are not bound."""
        return [
            name
            for name, link in self._wanted.items()
            if link.required and name not in self.held and not self._bound(name)
        ]

    def _bound(self, name: str) -> bool:
        berth = self._berths.get(name)
        return berth is not None and berth.client is not None and berth.client.bound


def _state(berth: Berth) -> LinkState:
    if berth.client is None:
        return LinkState.OUT
    if berth.leaving:
        return LinkState.LEAVING
    return LinkState.BOUND if berth.client.bound else LinkState.UNBOUND
