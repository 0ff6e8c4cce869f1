"""What is measured of calls."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram


class IvrMeters:
    def __init__(self, registry: CollectorRegistry) -> None:
        self._active = Gauge("hall_ivr_calls", "Calls in hand.", registry=registry)
        self._lasted = Histogram(
            "hall_ivr_call_seconds",
            "How long calls lasted.",
            buckets=(5, 15, 30, 60, 120, 300, 600, 1800),
            registry=registry,
        )
        self._keys = Counter("hall_ivr_keys", "Keys pressed.", registry=registry)
        self._refused = Counter("hall_ivr_refused", "Calls not taken or broken off.", ["why"], registry=registry)
        self._connected = Gauge("hall_ivr_asterisk_connected", "Asterisks heard.", ["asterisk"], registry=registry)

        self._waiting = Gauge("hall_ivr_waiting", "Callers who wait for an agent, or talk with one.", registry=registry)
        self._waited = Histogram(
            "hall_ivr_waited_seconds",
            "From asking for an agent to the end of it, by how it ended.",
            ["ending"],
            buckets=(5, 15, 30, 60, 120, 300, 600, 1800),
            registry=registry,
        )

    def waiting(self, callers: int) -> None:
        self._waiting.set(callers)

    def waited(self, ending: str, seconds: float) -> None:
        self._waited.labels(ending).observe(seconds)

    def active(self, calls: int) -> None:
        self._active.set(calls)

    def lasted(self, seconds: float) -> None:
        self._lasted.observe(seconds)

    def key(self) -> None:
        self._keys.inc()

    def refused(self, why: str) -> None:
        self._refused.labels(why).inc()

    def connected(self, name: str, connected: bool) -> None:
        self._connected.labels(name).set(connected)
