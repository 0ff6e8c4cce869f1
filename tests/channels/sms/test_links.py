"""Links that come and go while Hall runs: each in good order, and the others notice nothing."""

from collections.abc import Coroutine, Iterable
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry
from twisted.internet.defer import Deferred

from channels.smpp.settings import LinkSettings
from channels.sms.links import Links
from channels.sms.meters import SmsMeters
from channels.sms.routes import RouteSettings
from orders.links import LinkState
from tests.channels.sms.gateway_house import NOW, House, link


@dataclass
class Slow:
    """A link that leaves when the test says that what was in flight has been answered."""

    settings: LinkSettings
    bound: bool = False
    in_flight: int = 0
    waiting: int = 0
    throttled: bool = False
    pace: float = 0.0
    trouble: str = ""
    room: int = 10
    leaving: list["Deferred[None]"] = field(default_factory=list)
    ended: "Deferred[None]" = field(default_factory=Deferred)

    async def run(self) -> None:
        self.bound = True
        await self.ended

    async def stop(self) -> None:
        self.bound = False
        left: Deferred[None] = Deferred()
        self.leaving.append(left)
        await left

    def has_left(self) -> None:
        self.ended.callback(None)
        for each in self.leaving:
            each.callback(None)


class Port:
    def __init__(self) -> None:
        self.now = NOW
        self.made: list[Slow] = []
        self.failures: list[object] = []
        house = House()
        self.gateway = house.gateway
        self.gateway.clients.clear()
        self.registry = CollectorRegistry()
        self.gateway.meters = SmsMeters(self.registry)
        self.links = Links(self.gateway, self._make, self._own, lambda: self.now)

    def _make(self, settings: LinkSettings) -> Any:
        if settings.connect == "broken":
            raise ValueError("there is no such key file")
        self.made.append(Slow(settings))
        return self.made[-1]

    def _own(self, task: Coroutine[Any, Any, None]) -> None:
        Deferred.fromCoroutine(task).addErrback(self.failures.append)

    def follow(self, *links: LinkSettings, held: Iterable[str] = (), routes: Iterable[RouteSettings] = ()) -> None:
        self.links.follow(links, routes, frozenset(held))

    @property
    def running(self) -> list[str]:
        return [client.settings.name for client in self.gateway.clients if client.bound]

    def states(self) -> dict[str, LinkState]:
        return {report.name: report.state for report in self.links.reports()}


@pytest.fixture
def port() -> Iterable[Port]:
    port = Port()
    yield port
    assert port.failures == []


def test_what_is_configured_runs_and_what_is_held_does_not(port: Port) -> None:
    port.follow(link("a"), link("b"), held=["b"])
    assert port.running == ["a"]
    assert port.states() == {"a": "bound", "b": "out"}
    assert set(port.gateway.settings) == {"a", "b"}, "what only b carries waits, and is not given up"


def test_a_link_taken_out_leaves_when_what_is_in_flight_is_answered_and_comes_back_on_demand(port: Port) -> None:
    port.follow(link("a"), link("b"))
    a = port.made[0]
    a.in_flight = 3
    port.links.hold(frozenset({"a"}))
    assert port.states() == {"a": "leaving", "b": "bound"}
    assert a in port.gateway.clients, "answers and receipts are still heard"
    a.has_left()
    assert port.states() == {"a": "out", "b": "bound"} and a not in port.gateway.clients
    port.links.hold(frozenset())
    assert port.running == ["b", "a"] and len(port.made) == 3


def test_a_wish_that_comes_while_it_leaves_is_taken_up_when_it_has_left(port: Port) -> None:
    port.follow(link("a"))
    port.links.hold(frozenset({"a"}))
    port.links.hold(frozenset())
    assert len(port.made) == 1, "two binds of one account at a time may be refused"
    port.made[0].has_left()
    assert port.running == ["a"] and len(port.made) == 2


def test_a_changed_link_leaves_first_and_the_others_are_not_touched(port: Port) -> None:
    port.follow(link("a"), link("b"))
    (a, b) = port.made
    port.follow(link("a", window=5), link("b"), link("c"))
    assert a.leaving and not b.leaving and port.running == ["b", "c"]
    assert port.gateway.settings["a"].window == 50, "what it still hears is read as it was configured then"
    a.has_left()
    assert port.made[-1].settings.window == 5 and port.gateway.settings["a"].window == 5
    assert sorted(port.running) == ["a", "b", "c"]


def test_a_removed_link_is_heard_until_it_has_left_and_then_forgotten(port: Port) -> None:
    port.follow(link("a"), link("b"))
    port.follow(link("b"))
    assert "a" in port.gateway.settings
    assert port.registry.get_sample_value("hall_link_bound", {"link": "a"}) is None
    port.made[0].has_left()
    assert set(port.gateway.settings) == {"b"} and port.states() == {"b": "bound"}
    port.follow(link("a"), link("b"))
    assert port.states() == {"a": "bound", "b": "bound"}


def test_a_held_link_that_is_changed_stays_out(port: Port) -> None:
    port.follow(link("a"), held=["a"])
    port.follow(link("a", window=5), held=["a"])
    assert port.made == [] and port.gateway.settings["a"].window == 5


def test_a_link_that_cannot_be_started_waits_for_the_next_reload_and_harms_no_other(port: Port) -> None:
    port.follow(link("a", connect="broken"), link("b"))
    port.links.hold(frozenset())
    assert port.running == ["b"] and port.states() == {"a": "out", "b": "bound"}
    port.follow(link("a"), link("b"))
    assert sorted(port.running) == ["a", "b"]


def test_routes_follow_the_configuration(port: Port) -> None:
    port.follow(link("a"), routes=[RouteSettings(accounts=("a",))])
    assert [route.accounts for route in port.gateway.routes] == [("a",)]


def test_stopping_takes_all_of_them_at_once_also_those_that_leave_already(port: Port) -> None:
    port.follow(link("a"), link("b"))
    port.links.hold(frozenset({"a"}))
    stopped: list[None] = []
    Deferred.fromCoroutine(port.links.stop()).addCallback(stopped.append)
    assert all(client.leaving for client in port.made) and not stopped
    port.made[0].has_left()
    assert not stopped
    port.made[1].has_left()
    assert stopped
    port.links.hold(frozenset())
    assert len(port.made) == 2, "nothing comes back while Hall stops"


def test_a_report_says_since_when_and_what_is_in_hand(port: Port) -> None:
    port.follow(link("a", account="mobile"))
    port.links.reports()
    port.now += 60
    port.made[0].in_flight, port.made[0].waiting, port.made[0].throttled = 2, 7, True
    port.made[0].pace = 18.456
    (report,) = port.links.reports()
    assert report.pace == 18.46
    assert (report.account, report.since, report.in_flight, report.waiting, report.throttled) == (
        "mobile", NOW, 2, 7, True,
    )  # fmt: skip
    assert port.registry.get_sample_value("hall_link_waiting", {"link": "a"}) == 7
    port.made[0].bound = False
    (report,) = port.links.reports()
    assert (report.state, report.since) == (LinkState.UNBOUND, NOW + 60)


def test_only_a_required_link_that_is_wanted_is_missed(port: Port) -> None:
    port.follow(link("a", required=True), link("b"), link("c", required=True), held=["c"])
    assert port.links.missing() == []
    for client in port.made:
        client.bound = False
    assert port.links.missing() == ["a"]


# ── Whatever is wished, in whatever order ────────────────────────────────────────────────────────────────────────────

NAMES = ("a", "b", "c")
wishes = st.one_of(
    st.tuples(st.just("follow"), st.dictionaries(st.sampled_from(NAMES), st.integers(1, 2))),
    st.tuples(st.just("hold"), st.frozensets(st.sampled_from(NAMES))),
    st.tuples(st.just("left"), st.integers(0, 5)),
)


@settings(max_examples=100, deadline=None)
@given(st.lists(wishes, max_size=25))
def test_in_the_end_what_is_wished_runs_and_never_two_of_one_name(steps: list[tuple[str, Any]]) -> None:
    port, wanted = Port(), dict[str, int]()
    held: frozenset[str] = frozenset()
    port.follow()
    for kind, what in steps:
        if kind == "left":
            leaving = [client for client in port.made if client.leaving and not client.ended.called]
            if leaving:
                leaving[what % len(leaving)].has_left()
        else:
            wanted, held = (what, held) if kind == "follow" else (wanted, what)
            port.follow(*(link(name, window=size) for name, size in wanted.items()), held=held)
        there = [client.settings.name for client in port.made if not client.ended.called]
        assert len(there) == len(set(there)), "one of them would be refused"
    while leaving := [client for client in port.made if client.leaving and not client.ended.called]:
        leaving[0].has_left()
    running = {client.settings.name: client.settings.window for client in port.made if not client.ended.called}
    assert running == {name: size for name, size in wanted.items() if name not in held}
    assert set(port.gateway.settings) == set(wanted) and port.failures == []
