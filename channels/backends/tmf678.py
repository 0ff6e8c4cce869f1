"""What TMF678 (customer bill, v4) says of an account, read: TMF654 knows balances and no bills.

    [{"id": "4711", "billDate": "2026-12-01T00:00:00+08:00", "state": "sent",
      "billingAccount": {"id": "8613800138000"},
      "billingPeriod": {"startDateTime": "2026-11-01T00:00:00+08:00", …},
      "taxIncludedAmount": {"unit": "CNY", "value": 58.00},
      "amountDue": {"unit": "CNY", "value": 58.00}}, …]

The latest bill is the one that is told. What stands on it are its applied billing rates:

    [{"id": "1", "name": "月租费", "taxIncludedAmount": {"unit": "CNY", "value": 38.00}}, …]
"""

from collections.abc import Mapping, Sequence
from datetime import tzinfo
from decimal import Decimal

from channels.backends.money import Unreadable, in_fen, whole_fen
from channels.backends.tmf654 import Resource, may_be_of, moment
from dialogs.words import Value

_UNSEEN = ("onHold",)  # not yet the customer's to see
_UNDATED = "1970-01-01T00:00:00Z"


def latest(bills: Sequence[Resource], subscriber: str, key: str) -> Resource | None:
    his = [bill for bill in bills if may_be_of(bill, key, subscriber) and bill.get("state") not in _UNSEEN]
    return max(his, key=lambda bill: moment(bill.get("billDate") or _UNDATED), default=None)


def month(bill: Resource, zone: tzinfo) -> str:
    """`2026-11`: of the period's beginning, where the subscriber lives."""
    period = bill.get("billingPeriod")
    start = period.get("startDateTime") if isinstance(period, Mapping) else None
    return moment(start or bill.get("billDate")).astimezone(zone).strftime("%Y-%m")


def total(bill: Resource, currency: str) -> int:
    return whole_fen(_money(bill, ("taxIncludedAmount", "amountDue"), currency))


def items(rates: Sequence[Resource], bill: Resource, currency: str) -> list[Value]:
    return [_item(rate, currency) for rate in rates if may_be_of(rate, "bill.id", str(bill.get("id")))]


def _item(rate: Resource, currency: str) -> Value:
    name = rate.get("name") or rate.get("description") or rate.get("type") or "-"
    amount = _money(rate, ("taxIncludedAmount", "taxExcludedAmount"), currency)
    return {"name": str(name)[:60], "amount": whole_fen(amount)}


def _money(resource: Resource, names: Sequence[str], currency: str) -> Decimal:
    for name in names:
        money = resource.get(name)
        if isinstance(money, Mapping):
            return in_fen(money.get("value"), money.get("unit"), currency)
    raise Unreadable(f"there is neither {' nor '.join(names)}")
