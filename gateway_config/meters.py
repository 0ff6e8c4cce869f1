"""What is counted of the ledger. Names begin with `hall_`; no label carries a subscriber or an order."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from orders.ledger.load import Written

SIZES = (1, 2, 5, 10, 20, 50, 100, 200, 500)
SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)


class LedgerMeters:
    def __init__(self, registry: CollectorRegistry) -> None:
        self._size = Histogram("hall_batch_size", "Arrivals in a transaction", buckets=SIZES, registry=registry)
        self._seconds = Histogram(
            "hall_batch_seconds", "From the thread taking a load to its commit", buckets=SECONDS, registry=registry
        )
        self._turns = Counter("hall_turns", "Turns taken", registry=registry)
        self._intents = Counter("hall_commands", "What words were understood as", ["intent"], registry=registry)
        self._away = Gauge("hall_ledger_away", "1 while the database cannot be reached", registry=registry)
        self._lookups = Counter("hall_lookups", "Questions to systems outside", ["service"], registry=registry)
        self._orders = Counter("hall_orders", "Orders placed, by state", ["state"], registry=registry)
        self.expired = Counter("hall_outbox_expired", "Messages that nobody took in time", registry=registry)
        self.waiting = Gauge("hall_ledger_waiting", "Arrivals that wait to be committed", registry=registry)
        self.outbox = Gauge("hall_outbox_depth", "Messages that are still to be sent", registry=registry)
        self.oldest = Gauge(
            "hall_outbox_oldest_seconds", "Age of the oldest message still to be sent", registry=registry
        )

    def written(self, written: Written) -> None:
        self._away.set(written.away is not None)
        if written.verdicts:
            self._size.observe(len(written.verdicts))
            self._seconds.observe(written.seconds)
        for batch in written.batches:
            self._turns.inc(batch.turns)
            for intent in batch.intents:
                self._intents.labels(intent).inc()
            for lookup in batch.lookups:
                self._lookups.labels(lookup.service).inc()
            for state in batch.orders:
                self._orders.labels(state).inc()
