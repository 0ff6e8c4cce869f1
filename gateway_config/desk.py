"""The desk of a running Hall: what stands behind each of its pages, made and told of the others.

What only reads is read beside the ledger's thread, as far as somebody may wait for it. The stream of news is its own
(`newsroom`), and whatever moves a call or a task hurries it.
"""

import time
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from twisted.web.resource import IResource

from channels.desk.admission import Admission
from channels.desk.app import Desk
from channels.desk.guard import Aside
from channels.desk.leading import Leading
from channels.desk.live import Newsroom
from dialogs.words import AgentDecided, Inbound
from gateway_config.calls import Calls
from gateway_config.charts import LedgerCharts
from gateway_config.desk_abnormal import LedgerTroubles
from gateway_config.desk_callers import LedgerCallers
from gateway_config.desk_parcels import LedgerParcels
from gateway_config.desk_people import LedgerPeople
from gateway_config.desk_recordings import DeskRecordings
from gateway_config.desk_reports import LedgerReports
from gateway_config.desk_reviews import LedgerReviews
from gateway_config.desk_rules import LedgerRules, configured
from gateway_config.desk_supervision import LedgerSupervision
from gateway_config.desk_visits import make_visits
from gateway_config.settings import Settings
from gateway_config.shelf import Shelf
from gateway_config.telephone import DeskTelephone
from orders.arrival import Arrival, Taken
from orders.desk_news import News, Viewer
from orders.ledger import desk_news
from orders.ledger.desk_numbers import DeskNumbers
from orders.ledger.desk_presences import LedgerPresences
from orders.ledger.desk_store import DeskLedger, Run
from orders.ledger.desk_work import DeskWork
from orders.ledger.house import House
from orders.ledger.ids import Ids
from orders.ledger.writer import Writer


class DeskRoom:
    """settings: as they are now. look: reads beside the ledger's thread. aside: does what is slow, elsewhere."""

    def __init__(
        self,
        settings: Callable[[], Settings],
        writer: Writer,
        ids: Ids,
        shelf: Shelf,
        calls: Calls,
        look: Run,
        aside: Aside,
        reactor: Any,
    ) -> None:
        self._settings = settings
        self._writer = writer
        self._ids = ids
        self._shelf = shelf
        self._calls = calls
        self._look = look
        self._aside = aside
        self._reactor = reactor
        self.newsroom = Newsroom(self._news, time.time, reactor)

    def opened(self, own: Callable[[Coroutine[Any, Any, None]], None]) -> IResource:
        """own: takes up what runs until the server stops."""
        run = self._writer.run
        telephone = self._telephone()
        own(telephone.run(self._reactor))
        return Desk(
            self._store(),
            time.time,
            self._aside,
            LedgerCharts(self._shelf, run),
            telephone,
            LedgerParcels(self._writer, time.time),
            LedgerTroubles(run, self._house, time.time),
            LedgerPresences(run, time.time, self._node),
            self.newsroom,
            DeskWork(run, self._house, time.time),
            self._admission(),
            self._leading(),
            self._callers(),
            DeskNumbers(run, self._house, time.time),
        ).resource

    @property
    def _node(self) -> str:
        return self._settings().node.name

    def _house(self) -> House:
        return self._writer.house

    def _records(self) -> bool:
        return self._settings().calls.record

    def _store(self) -> DeskLedger:
        lease, rules = self._house().call_rules.lease, self._settings().desk
        told = time.time, lease, self._node, self._house, rules.sessions, rules.door
        return DeskLedger(self._writer.run, self._decide, *told)

    def _telephone(self) -> DeskTelephone:
        self._calls.room.records = self._records
        hurry = self.newsroom.hurry
        return DeskTelephone(self._calls, self._writer, self._decide, time.time, hurry, self._records)

    def _admission(self) -> Admission:
        settings = self._settings()
        people = LedgerPeople(self._writer.run, time.time, lambda: self._house().desk.skills)
        return Admission(people, make_visits(settings.desk, settings.web.public, self._reactor, time.time))

    def _leading(self) -> Leading:
        look, run, settings = self._look, self._writer.run, self._settings()
        zone = settings.service.zone
        return Leading(
            LedgerReports(look, run, zone, time.time),
            DeskRecordings(run, settings.recordings_folder, time.time),
            LedgerRules(look, run, configured(self._settings), zone, time.time),
            LedgerReviews(look, run, self._ids, zone, time.time),
            LedgerSupervision(run, time.time, self._node, zone, self._house().call_rules.lease),
        )

    def _callers(self) -> LedgerCallers:
        self._calls.keeper.moved = self.newsroom.hurry
        return LedgerCallers(self._writer.run, self.newsroom.hurry)

    async def _news(self, viewers: Sequence[Viewer], beat: bool) -> News:
        node, now = self._node, time.time()
        rules = self._settings().desk.sessions, self._house().calling_hours
        return await self._writer.run(lambda connection: desk_news.news(connection, viewers, now, node, beat, *rules))

    async def _decide(self, subscriber: str, decided: AgentDecided) -> Taken:
        now = time.time()
        inbound = Inbound(self._ids.next(now), "desk", subscriber, "", now, decided)
        return await self._writer.accept(Arrival(inbound))
