"""The operator's billing system, asked for balances (TMF654) and bills (TMF678).

    billing.balance   GET /tmf-api/prepayBalanceManagement/v4/bucket?logicalResource.id=8613800138000
                      → found {amount, at} | unknown_account | failed {reason}
    billing.bill      GET /tmf-api/customerBillManagement/v4/customerBill?billingAccount.id=8613800138000&sort=-billDate
                      GET /tmf-api/customerBillManagement/v4/appliedCustomerBillingRate?bill.id=4711
                      → found {total, month, items} | unknown_account | failed {reason}

One time limit holds for the whole of it, further pages and attempts included. Billing that was down a moment ago is not
asked at all: the circuit answers for it.
"""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, tzinfo
from typing import Any, cast

from treq.client import HTTPClient
from twisted.internet.defer import Deferred, TimeoutError
from twisted.logger import Logger
from twisted.python.failure import Failure
from twisted.web.client import Agent, HTTPConnectionPool
from twisted.web.iweb import IAgent

from channels.backends import tmf654, tmf678
from channels.backends.backend import Backend, failed
from channels.backends.circuit import Circuit, CircuitRules, Stance
from channels.backends.money import Unreadable
from channels.backends.queries import Away, HttpClient, Queries
from channels.backends.settings import BillingSettings
from channels.clock import Clock, limited
from orders.lookup import Answer, Lookup

BUCKETS = "/tmf-api/prepayBalanceManagement/v4/bucket"
BILLS = "/tmf-api/customerBillManagement/v4/customerBill"
RATES = "/tmf-api/customerBillManagement/v4/appliedCustomerBillingRate"

_PAGE = "100"


class Tmf654:
    _log = Logger()

    def __init__(
        self,
        settings: BillingSettings,
        client: HttpClient,
        clock: Clock,
        jitter: Callable[[], float],
        time_zone: tzinfo = UTC,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._time_zone = time_zone
        self._queries = Queries(settings.url, client, clock, jitter, settings.token)
        self._circuit = Circuit(CircuitRules(settings.open_after, settings.pause, settings.longest_pause))
        self._readers: dict[str, Callable[[str, float], Awaitable[Answer]]] = {
            "billing.balance": self._balance,
            "billing.bill": self._bill,
        }

    @property
    def stance(self) -> Stance:
        return self._circuit.stance

    async def answer(self, lookup: Lookup, within: float) -> Answer:
        reader = self._readers.get(lookup.service)
        if reader is None:
            return failed("unsupported")
        self._circuit, permit = self._circuit.ask(self._clock.seconds())
        if permit is None:
            return failed("unavailable")
        try:
            answer = await self._limited(reader, lookup.subscriber, min(within, self._settings.timeout))
        except (TimeoutError, Away, Unreadable) as trouble:
            self._circuit = self._circuit.failed(permit, self._clock.seconds())
            self._log.warn(
                "billing: {service} failed, the circuit is {stance}: {trouble!r}",
                service=lookup.service,
                stance=self._circuit.stance.value,
                trouble=trouble,
            )
            return failed("timeout" if isinstance(trouble, TimeoutError) else "unavailable")
        self._circuit = self._circuit.succeeded(permit)
        return answer

    async def _limited(
        self, reader: Callable[[str, float], Awaitable[Answer]], subscriber: str, limit: float
    ) -> Answer:
        async def read() -> Answer:
            return await reader(subscriber, self._clock.seconds() + limit)

        return await limited(Deferred.fromCoroutine(read()), limit, self._clock, _too_late)

    async def _balance(self, subscriber: str, deadline: float) -> Answer:
        key = self._settings.account_key
        buckets = await self._queries.collection(BUCKETS, {key: subscriber, "limit": _PAGE}, deadline)
        now = self._clock.seconds()
        moment = datetime.fromtimestamp(now, UTC)
        amount = tmf654.balance(buckets, subscriber, key, self._settings.currency, moment)
        return Answer("unknown_account") if amount is None else Answer("found", {"amount": amount, "at": now})

    async def _bill(self, subscriber: str, deadline: float) -> Answer:
        key, currency = self._settings.bill_key, self._settings.currency
        asked = {key: subscriber, "sort": "-billDate", "limit": _PAGE}
        bill = tmf678.latest(await self._queries.collection(BILLS, asked, deadline), subscriber, key)
        if bill is None:
            return Answer("unknown_account")
        rates = await self._queries.collection(RATES, {"bill.id": str(bill.get("id")), "limit": _PAGE}, deadline)
        return Answer(
            "found",
            {
                "total": tmf678.total(bill, currency),
                "month": tmf678.month(bill, self._time_zone),
                "items": tmf678.items(rates, bill, currency),
            },
        )


def _too_late(result: Answer | Failure, limit: float) -> Answer:
    """However the cut shows in what was cut (an HTTP client has several ways), it was ours.

    What was already there when the time was over is still an answer.
    """
    if isinstance(result, Answer):
        return result
    raise TimeoutError(limit, "billing did not answer in time") from result.value


def billing_backend(
    settings: BillingSettings, reactor: Any, jitter: Callable[[], float], time_zone: tzinfo = UTC
) -> dict[str, Backend]:
    """For an `Asker`. Empty when billing is embedded: then the ledger answers in its own transaction."""
    if settings.kind == "embedded":
        return {}
    agent = Agent(reactor, connectTimeout=settings.timeout, pool=HTTPConnectionPool(reactor))
    return {"billing": Tmf654(settings, HTTPClient(cast(IAgent, agent)), reactor, jitter, time_zone)}
