from zoneinfo import ZoneInfo

import pytest
from klein import Klein
from treq.testing import StubTreq
from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.error import ConnectionRefusedError
from twisted.internet.task import Clock
from twisted.python.failure import Failure
from twisted.web.client import ResponseNeverReceived

from channels.backends.billing import BILLS, BUCKETS, RATES, Tmf654
from channels.backends.circuit import Stance
from channels.backends.settings import BillingSettings
from orders.lookup import Answer, Lookup
from tests.channels.backends.http_script import Said, ScriptedHttp

LI = "8613800138000"
BUCKET = {
    "usageType": "monetary",
    "logicalResource": [{"id": LI}],
    "remainingValue": {"amount": 18.88, "units": "CNY"},
}
UNAVAILABLE = Answer("failed", {"reason": "unavailable"})
TIMEOUT = Answer("failed", {"reason": "timeout"})


def lookup(service="billing.balance"):
    return Lookup(1, LI, "sms", "10086", "", service, {}, asked_at=0, give_up_at=5)


class House:
    def __init__(self, *lines, **settings):
        self.clock = Clock()
        self.clock.advance(1000)
        self.http = ScriptedHttp(*lines)
        given = {"kind": "tmf654", "url": "https://billing/", "timeout": 3} | settings
        self.billing = Tmf654(
            BillingSettings(**given), self.http, self.clock, jitter=lambda: 1.0, time_zone=ZoneInfo("Asia/Shanghai")
        )

    def ask(self, service="billing.balance", within=5.0):
        said = []
        Deferred.fromCoroutine(self.billing.answer(lookup(service), within)).addBoth(said.append)
        return said


def test_a_balance():
    house = House(Said([BUCKET]), token="s3cret")
    assert house.ask() == [Answer("found", {"amount": 1888, "at": 1000.0})]
    assert house.http.asked == [(BUCKETS, {"logicalResource.id": LI, "limit": "100", "offset": "0"})]
    assert house.http.headers[0].getRawHeaders("Authorization") == ["Bearer s3cret"]


def test_every_page_of_his_buckets_is_counted():
    house = House(Said([BUCKET, BUCKET], X_Total_Count=3), Said([BUCKET], X_Total_Count=3))
    assert house.ask()[0].values["amount"] == 3 * 1888
    assert [params["offset"] for _, params in house.http.asked] == ["0", "2"]


@pytest.mark.parametrize("nothing", [Said([]), Said(b"", code=404)])
def test_an_unknown_account_is_an_answer_and_no_failure(nothing):
    house = House(nothing, open_after=1)
    assert house.ask() == [Answer("unknown_account")]
    assert house.billing.stance is Stance.CLOSED


def test_a_bill():
    house = House(
        Said(
            [
                {
                    "id": "4711",
                    "billDate": "2026-12-01T00:00:00+08:00",
                    "billingAccount": {"id": LI},
                    "billingPeriod": {"startDateTime": "2026-11-01T00:00:00+08:00"},
                    "taxIncludedAmount": {"unit": "CNY", "value": 58.00},
                }
            ]
        ),
        Said([{"name": "月租费", "taxIncludedAmount": {"unit": "CNY", "value": 38.5}}]),
    )
    items = [{"name": "月租费", "amount": 3850}]
    assert house.ask("billing.bill") == [Answer("found", {"total": 5800, "month": "2026-11", "items": items})]
    assert [path for path, _ in house.http.asked] == [BILLS, RATES]
    assert house.http.asked[1][1]["bill.id"] == "4711"


def test_what_it_does_not_know_is_unsupported_and_not_asked():
    house = House()
    assert house.ask("billing.topup") == [Answer("failed", {"reason": "unsupported"})]


@pytest.mark.parametrize(
    "trouble",
    [ConnectionRefusedError(), ResponseNeverReceived([Failure(ConnectionRefusedError())])]
    + [Said(b"", code=code) for code in (429, 502, 503, 504)],
)
def test_what_passes_is_tried_again_within_the_time(trouble):
    house = House(trouble, Said([BUCKET]))
    said = house.ask()
    assert said == []
    house.clock.advance(0.2)
    assert said[0].values["amount"] == 1888
    assert house.billing.stance is Stance.CLOSED


def test_tries_are_spaced_wider_and_wider_and_end_before_the_time_does():
    house = House(*[ConnectionRefusedError() for _ in range(20)])
    said = house.ask()
    for _ in range(300):
        house.clock.advance(0.01)
        if said:
            break
    assert said == [UNAVAILABLE]
    assert len(house.http.asked) == 5  # at 0, 0.1, 0.3, 0.7 and 1.5 seconds; the next would be at 3.1
    assert house.clock.getDelayedCalls() == []


def test_a_server_that_asks_for_longer_than_there_is_is_not_waited_for():
    house = House(Said(b"", code=503, Retry_After=30))
    assert house.ask() == [UNAVAILABLE]


@pytest.mark.parametrize(
    "nonsense",
    [
        Said(b"<html>"),
        Said({"code": "1"}),
        Said([1]),
        Said(b"[" * 100_000),
        Said(b'[{"remainingValue": {"amount": NaN}}]'),
        Said(b" " * (2 << 20)),
        Said([], code=500),
        Said([], code=401),
        Said([], code=302),
    ],
    ids=lambda said: f"{said.code}-{said.body[:12]!r}",
)
def test_nonsense_is_not_tried_again(nonsense):
    house = House(nonsense)
    assert house.ask() == [UNAVAILABLE]
    assert len(house.http.asked) == 1


def test_silence_ends_with_the_time_of_the_settings_or_of_the_question():
    house = House(None, None)
    said = house.ask(within=1.0)
    house.clock.advance(1.0)
    assert said == [TIMEOUT]
    said = house.ask(within=60.0)
    house.clock.advance(2.9)
    assert said == []
    house.clock.advance(0.1)
    assert said == [TIMEOUT]
    assert house.clock.getDelayedCalls() == []


def test_being_cut_off_is_not_taken_for_a_lost_connection():
    """An HTTP client answers to cancelling with its own errors, not always with CancelledError."""
    house = House(None)
    said = house.ask(within=2.0)
    request = house.http.silences[0]
    request._canceller = lambda cut: cut.errback(ResponseNeverReceived([Failure(CancelledError())]))
    house.clock.advance(2.0)
    assert said == [TIMEOUT]
    house.clock.advance(10)
    assert len(house.http.asked) == 1


def test_billing_that_is_down_is_not_asked_until_the_pause_is_over():
    house = House(*[Said(b"", code=500)] * 2, Said([BUCKET]), open_after=2, pause=5)
    assert [house.ask()[0], house.ask()[0], house.ask()[0]] == [UNAVAILABLE] * 3
    assert len(house.http.asked) == 2
    assert house.billing.stance is Stance.OPEN
    house.clock.advance(5)
    assert house.ask()[0].result == "found"
    assert house.billing.stance is Stance.CLOSED


def test_over_a_real_http_client():
    app = Klein()

    @app.route(BUCKETS)
    def buckets(request):
        assert request.args[b"logicalResource.id"] == [LI.encode()]
        request.setHeader("Content-Type", "application/json;charset=utf-8")
        return b'[{"remainingValue": {"amount": 0.29, "units": "CNY"}}]'

    http, clock = StubTreq(app.resource()), Clock()
    billing = Tmf654(BillingSettings(kind="tmf654", url="https://billing"), http, clock, jitter=lambda: 0.0)
    said = []
    Deferred.fromCoroutine(billing.answer(lookup(), 5)).addBoth(said.append)
    http.flush()
    assert said == [Answer("found", {"amount": 29, "at": 0.0})]


@pytest.mark.parametrize(
    ("settings", "what"),
    [
        ({"kind": "tmf654"}, "billing.url"),
        ({"kind": "tmf654", "url": "billing:80"}, "billing.url"),
        ({"kind": "tmf654", "url": "http://b", "default_balance": 1}, "default_balance"),
        ({"kind": "embedded", "url": "http://b"}, "billing.url"),
        ({"default_balance": "18.888"}, "decimal places"),
        ({"defaultbalance": 1}, "defaultbalance"),
        ({"pause": 100}, "longest_pause"),
        ({"timeout": 0}, "timeout"),
    ],
)
def test_settings_that_make_no_sense_are_refused(settings, what):
    with pytest.raises(ValueError, match=what):
        BillingSettings(**settings)


def test_a_default_balance_is_read_exactly():
    assert str(BillingSettings(default_balance=18.88).default_balance) == "18.88"
