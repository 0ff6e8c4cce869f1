"""What is counted of USSD. Labels are places and outcomes, never a subscriber or a session."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from orders.links import LinkReport, LinkState

BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8)


class UssdMeters:
    def __init__(self, registry: CollectorRegistry) -> None:
        def counter(name: str, what: str, *labels: str) -> Counter:
            return Counter(f"hall_ussd_{name}", what, labels, registry=registry)

        def gauge(name: str, what: str) -> Gauge:
            return Gauge(f"hall_ussd_link_{name}", what, ["link"], registry=registry)

        self.open = Gauge("hall_ussd_sessions", "Sessions that are open", registry=registry)
        self.committed = Histogram(
            "hall_ussd_commit_seconds", "From an input to its commit", buckets=BOUNDS, registry=registry
        )
        self._heard = counter("inputs", "What was dialled or typed", "place", "what")
        self._unheard = counter("unheard", "What belongs to no session", "place")
        self._answered = counter("answers", "Answers: more, last, slow (the budget was spent)", "place", "what")
        self._closed = counter("closed", "Sessions that ended without a last word, and why", "place", "why")
        self._refused = counter("refused", "Answers that the peer refused", "place")
        self._by_text = counter("by_text", "Replies that went as a text message, as their session was over")
        self._dropped = counter("dropped", "Replies that were not said, and why", "why")
        self._pushed = counter("pushed", "Sessions begun from here: asks, tells", "what")
        self._turned_away = counter("turned_away", "Requests of a gateway that were not let in", "place")
        self._bound = gauge("bound", "1 while the link is bound")
        self._out = gauge("out", "1 while the link is out of service")
        self._in_flight = gauge("in_flight", "Answers that the peer has not confirmed yet")

    def heard(self, place: str, opens: bool) -> None:
        self._heard.labels(place, "dialled" if opens else "typed").inc()

    def unheard(self, place: str) -> None:
        self._unheard.labels(place).inc()

    def answered(self, place: str, what: str) -> None:
        self._answered.labels(place, what).inc()

    def closed(self, place: str, why: str) -> None:
        self._closed.labels(place, why).inc()

    def refused(self, place: str) -> None:
        self._refused.labels(place).inc()

    def by_text(self) -> None:
        self._by_text.inc()

    def dropped(self, why: str) -> None:
        self._dropped.labels(why).inc()

    def pushed(self, what: str) -> None:
        self._pushed.labels(what).inc()

    def turned_away(self, place: str) -> None:
        self._turned_away.labels(place).inc()

    def link(self, report: LinkReport) -> None:
        self._bound.labels(report.name).set(report.state is LinkState.BOUND)
        self._out.labels(report.name).set(report.state is LinkState.OUT)
        self._in_flight.labels(report.name).set(report.in_flight)

    def forget(self, link: str) -> None:
        """It is no longer configured."""
        for each in (self._bound, self._out, self._in_flight):
            each.remove(link)
