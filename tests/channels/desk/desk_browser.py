"""The console without a network: the real application on a real database, and a browser's cookie jar."""

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any, Protocol, TypeVar, cast
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine
from treq.testing import StubTreq
from twisted.internet.task import Clock as Bells
from twisted.web.resource import Resource

from channels.desk.admission import Admission
from channels.desk.app import Desk
from channels.desk.leading import Leading
from channels.desk.live import Newsroom
from channels.desk.oidc.visits import Visits
from dialogs.words import AgentDecided, Inbound, Prompt
from gateway_config.charts import LedgerCharts
from gateway_config.desk_abnormal import LedgerTroubles
from gateway_config.desk_callers import LedgerCallers
from gateway_config.desk_people import LedgerPeople
from gateway_config.desk_reports import LedgerReports
from gateway_config.desk_reviews import LedgerReviews
from gateway_config.desk_rules import LedgerRules, configured
from gateway_config.desk_supervision import LedgerSupervision
from gateway_config.settings import Settings
from gateway_config.shelf import Shelf
from orders.arrival import LedgerAway
from orders.desk_news import News, Viewer
from orders.desk_words import Role
from orders.ledger import agents, decisions, desk_news
from orders.ledger.deed import Deed
from orders.ledger.desk_numbers import DeskNumbers
from orders.ledger.desk_presences import LedgerPresences
from orders.ledger.desk_store import DeskLedger
from orders.ledger.desk_work import DeskWork
from orders.ledger.house import House
from orders.ledger.ids import Ids

T = TypeVar("T")

LEASE = 300.0
PASSWORD = "demo-desk-10086"
ROOT = "http://desk.test"
ZONE = ZoneInfo("Asia/Shanghai")


def _never(*_: Any) -> Any:
    raise AssertionError("a decision takes no turn")


HOUSE = House(node="hall-1", ids=Ids(0), take_turn=_never, render=_never, join=_never)


class Seconds(Protocol):
    def seconds(self) -> float: ...


class Hall:
    """The house behind the desk, in one thread: what the writer does with a batch, done at once."""

    """bells: by which its streams look again and again; a test that has none looks by hand."""

    def __init__(
        self,
        engine: Engine,
        clock: Seconds,
        password_hash: str,
        visits: Visits | None = None,
        bells: Any = None,
    ) -> None:
        self.engine, self.clock = engine, clock
        self.away = False
        self.later: Callable[[float], None] = _never
        self.notices: list[tuple[str, Prompt, str]] = []
        self._hash = password_hash
        house = replace(HOUSE, render=lambda channel, prompt, language: f"{language}: {prompt.phrase}")
        self.house = house
        store = DeskLedger(self.run, self.decide, clock.seconds, LEASE, house=lambda: self.house)
        self.shelf = Shelf()
        charts = LedgerCharts(self.shelf, self.run, clock.seconds)
        work = DeskWork(self.run, lambda: self.house, clock.seconds)
        troubles = LedgerTroubles(self.run, lambda: house, clock.seconds)
        presences = LedgerPresences(self.run, clock.seconds, "hall-1")
        people = Admission(LedgerPeople(self.run, clock.seconds, lambda: self.house.desk.skills), visits)
        about: dict[str, Any] = {"troubles": troubles, "presences": presences, "worked": work, "admission": people}
        about["newsroom"] = self.newsroom = Newsroom(self._look, clock.seconds, bells or Bells())
        rules = LedgerRules(self.run, self.run, configured(Settings), ZONE, clock.seconds)
        supervision = LedgerSupervision(self.run, clock.seconds, "hall-1", ZONE, LEASE)
        reports = LedgerReports(self.run, self.run, ZONE, clock.seconds)
        reviews = LedgerReviews(self.run, self.run, Ids(0), ZONE, clock.seconds)
        about["led"] = Leading(reports, rules=rules, reviews=reviews, supervision=supervision)
        about["numbers"] = DeskNumbers(self.run, lambda: self.house, clock.seconds)
        about["called"] = LedgerCallers(self.run)
        self.resource = Desk(store, clock.seconds, self._aside, charts, **about).resource

    async def _at_once(self, job: Callable[[Connection], T]) -> T:
        if self.away:
            raise LedgerAway("the database cannot be reached; try again in a moment")
        with self.engine.begin() as connection:
            return job(connection)

    def run(self, job: Callable[[Connection], T], /) -> Awaitable[T]:
        return self._at_once(job)

    async def decide(self, subscriber: str, decided: AgentDecided) -> None:
        now = self.clock.seconds()
        told = Inbound(1, "desk", subscriber, "", now, decided)
        await self._at_once(
            lambda connection: decisions.take(
                Deed(connection, self.house, now, lambda *notice: self.notices.append(notice)), told
            )
        )

    async def _look(self, viewers: Sequence[Viewer], beat: bool) -> News:
        now = self.clock.seconds()
        return await self._at_once(lambda connection: desk_news.news(connection, viewers, now, "hall-1", beat))

    async def _aside(self, function: Callable[..., T], /, *arguments: str | None) -> T:
        return function(*arguments)

    def hire(self, name: str, role: Role = Role.AGENT) -> None:
        with self.engine.begin() as connection:
            agents.add(connection, name, role, self._hash, self.clock.seconds())


class Browser:
    def __init__(self, hall: Hall) -> None:
        root = Resource()
        root.putChild(b"desk", hall.resource)
        self._treq: Any = StubTreq(root)  # type: ignore[no-untyped-call]
        self.cookie = ""
        self.csrf = ""
        self.known = ""  # the other cookie
        self.headers: dict[str, str] = {}

    def sign_in(self, name: str, password: str = PASSWORD) -> tuple[int, Any]:
        status, body = self.post("session", {"name": name, "password": password})
        if status == 200:
            self.cookie, self.known = (each.partition(";")[0] for each in self.cookies)
            self.csrf = body["csrf"]
        return status, body

    def get(self, path: str, **headers: str) -> tuple[int, Any]:
        return self.ask("GET", path, b"", **headers)

    def post(self, path: str, document: Any = None, **headers: str) -> tuple[int, Any]:
        return self.ask("POST", path, b"" if document is None else json.dumps(document).encode(), **headers)

    def delete(self, path: str) -> tuple[int, Any]:
        return self.ask("DELETE", path)

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, Any]:
        status, content = self.fetch(method, f"/desk/api/v1/{path}", body, **headers)
        return status, json.loads(content) if content else None

    def fetch(self, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, bytes]:
        cookies = "; ".join(filter(None, (self.cookie, self.known)))
        sent = {"Cookie": cookies, "X-CSRF-Token": self.csrf} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        asked = self._treq.request(
            method, ROOT + path, data=body, headers={k: v for k, v in sent.items() if v}, allow_redirects=False
        )
        response = self._done(asked)
        content = self._done(response.content())
        raw = response.headers.getAllRawHeaders()
        self.cookies = [value.decode() for value in response.headers.getRawHeaders(b"set-cookie", [])]
        self.headers = {name.decode().lower(): values[0].decode() for name, values in raw}
        return response.code, cast(bytes, content)

    def _done(self, asked: Any) -> Any:
        results: list[Any] = []
        asked.addBoth(results.append)
        self._treq.flush()
        assert results, "the desk has not answered"
        return results[0]
