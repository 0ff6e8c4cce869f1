import json
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.backends import tmf654, tmf678
from channels.backends.money import Unreadable, exact, in_fen, whole_fen

NOW = datetime(2026, 11, 15, tzinfo=UTC)
LI = "8613800138000"
KEY = "logicalResource.id"


def bucket(amount, units="CNY", owner=LI, **more):
    bucket = {"id": "b", "usageType": "monetary", "remainingValue": {"amount": amount, "units": units}, **more}
    return bucket | ({"logicalResource": [{"id": owner}]} if owner else {})


def read(*buckets):
    said = json.loads(json.dumps(buckets), parse_float=Decimal)
    return tmf654.balance(said, LI, KEY, "CNY", NOW)


@pytest.mark.parametrize(
    ("buckets", "fen"),
    [
        ([bucket(18.88)], 1888),
        ([bucket("18.88")], 1888),
        ([bucket(18)], 1800),
        ([bucket(0.1), bucket(0.2)], 30),
        ([bucket(1.005), bucket(1.005)], 201),
        ([bucket(1.009)], 100),
        ([bucket(-3.2)], -320),
        ([bucket(1888, units="分")], 1888),
        ([bucket(18.88, units="yuan")], 1888),
        ([bucket(18.88, units=None)], 1888),
        ([bucket(18.88, owner=None)], 1888),
        ([bucket(18.88, owner="+" + LI)], 1888),
        ([bucket(18.88), bucket(99, owner="8613900139000")], 1888),
        ([bucket(18.88), bucket(500, units="MB", usageType="data")], 1888),
        ([bucket(18.88), bucket(9, status="expired"), bucket(7, status="suspended")], 1888),
        ([bucket(5, status="expired")], 0),
        ([bucket(5), bucket(9, validFor={"endDateTime": "2026-11-14T00:00:00Z"})], 500),
        ([bucket(5), bucket(9, validFor={"startDateTime": "2026-11-16T00:00:00+08:00"})], 500),
        ([bucket(5, validFor={"startDateTime": "2026-11-01T00:00:00", "endDateTime": None})], 500),
        ([bucket(99, owner="8613900139000")], None),
        ([bucket(500, units="MB", usageType="data")], None),
        ([], None),
    ],
)
def test_a_balance_is_the_money_in_his_usable_buckets(buckets, fen):
    assert read(*buckets) == fen


@pytest.mark.parametrize(
    "bad",
    [
        bucket(18.88, units="USD"),
        bucket(18.88, units=7),
        bucket(True),
        bucket(None),
        bucket("eighteen"),
        bucket("NaN"),
        bucket("1E+999999"),
        bucket(10**20),
        bucket(1) | {"remainingValue": 18.88},
        bucket(1, validFor={"endDateTime": "yesterday"}),
    ],
)
def test_what_is_no_balance_is_refused_rather_than_guessed(bad):
    with pytest.raises(Unreadable):
        read(bad)


@given(st.lists(st.decimals(min_value=-(10**9), max_value=10**9, places=2), max_size=30))
def test_fen_are_exact(amounts):
    assert whole_fen(sum((in_fen(amount, "CNY", "CNY") for amount in amounts), Decimal(0))) == sum(
        int(amount.scaleb(2)) for amount in amounts
    )


@given(st.text(max_size=30))
def test_no_text_can_make_an_amount_of_itself_that_hurts(text):
    with suppress(Unreadable):
        assert abs(whole_fen(exact(text))) < 10**16


def bill(number, date, owner=LI, **more):
    return {"id": number, "billDate": date, "billingAccount": {"id": owner}, **more}


def test_the_latest_bill_of_his_own_is_told():
    bills = [
        bill("old", "2026-10-01T00:00:00+08:00"),
        bill("new", "2026-11-01T00:00:00+08:00"),
        bill("held", "2026-12-01T00:00:00+08:00", state="onHold"),
        bill("hers", "2026-12-01T00:00:00+08:00", owner="8613900139000"),
    ]
    assert tmf678.latest(bills, LI, "billingAccount.id")["id"] == "new"
    assert tmf678.latest([bills[3]], LI, "billingAccount.id") is None


def test_a_month_is_that_of_the_place_where_he_lives():
    whole = bill("1", "2026-12-01T00:00:00Z", billingPeriod={"startDateTime": "2026-10-31T16:00:00Z"})
    assert tmf678.month(whole, ZoneInfo("Asia/Shanghai")) == "2026-11"
    assert tmf678.month(bill("1", "2026-11-30T17:00:00Z"), ZoneInfo("Asia/Shanghai")) == "2026-12"


def test_a_bill_has_a_total_and_items():
    whole = bill("1", "2026-12-01T00:00:00Z", amountDue={"unit": "CNY", "value": Decimal("58.00")})
    rates = [
        {"name": "月租费", "taxIncludedAmount": {"unit": "CNY", "value": Decimal("38")}, "bill": {"id": "1"}},
        {"name": "别人的", "taxIncludedAmount": {"unit": "CNY", "value": Decimal("9")}, "bill": {"id": "2"}},
    ]
    assert tmf678.total(whole, "CNY") == 5800
    assert tmf678.items(rates, whole, "CNY") == [{"name": "月租费", "amount": 3800}]
    with pytest.raises(Unreadable):
        tmf678.total(bill("1", "2026-12-01T00:00:00Z"), "CNY")
