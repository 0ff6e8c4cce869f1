"""What is counted of text messages. Labels are links and outcomes, never a subscriber."""

from prometheus_client import CollectorRegistry, Counter, Gauge

from dialogs.words import DeliveryReport, MessagePart
from orders.arrival import Taken
from orders.links import LinkReport, LinkState


class Labelled(dict[tuple[str, ...], Counter]):
    """A counter's children by their labels: to find one through the library costs more than to count."""

    def __init__(self, counter: Counter) -> None:
        super().__init__()
        self._counter = counter

    def __missing__(self, labels: tuple[str, ...]) -> Counter:
        child = self[labels] = self._counter.labels(*labels)
        return child


class SmsMeters:
    def __init__(self, registry: CollectorRegistry) -> None:
        self._bound = Gauge("hall_link_bound", "1 while the link is bound", ["link"], registry=registry)
        self._out = Gauge("hall_link_out", "1 while the link is out of service", ["link"], registry=registry)
        self._throttled = Gauge("hall_link_throttled", "1 while the peer slows us down", ["link"], registry=registry)
        self._in_flight = Gauge("hall_link_in_flight", "Segments without an answer yet", ["link"], registry=registry)
        self._waiting = Gauge("hall_link_waiting", "Segments not yet submitted", ["link"], registry=registry)
        self._pace = Gauge(
            "hall_link_pace",
            "Segments a second that were found to be allowed; 0: no limit met",
            ["link"],
            registry=registry,
        )
        self._heard = Labelled(
            Counter(
                "hall_sms_heard",
                "What came over a link: message, part, receipt, other",
                ["link", "what"],
                registry=registry,
            )
        )
        self._taken = Labelled(
            Counter("hall_sms_taken", "What became of it: taken, repeated, quarantined", ["outcome"], registry=registry)
        )
        self._sent = Labelled(Counter("hall_sms_sent", "Messages by outcome", ["outcome"], registry=registry))
        self._gave_up = Labelled(
            Counter("hall_sms_given_up", "Messages that became dead letters, and why", ["why"], registry=registry)
        )
        self._segments = Labelled(
            Counter("hall_sms_segments", "Segments handed to a link", ["link"], registry=registry)
        )
        self._doubtful = Labelled(
            Counter(
                "hall_sms_retried",
                "Messages to be sent again, and why: refused, unanswered",
                ["link", "why"],
                registry=registry,
            )
        )
        self._receipts = Labelled(
            Counter("hall_sms_receipts", "Delivery receipts by state", ["state"], registry=registry)
        )

        self._alerts = Labelled(
            Counter("hall_sms_alerts", "Subscribers said to be reachable again", ["link"], registry=registry)
        )
        self._queries = Labelled(
            Counter(
                "hall_sms_queries",
                "Answers to query_sm: final, open, none",
                ["link", "answer"],
                registry=registry,
            )
        )

    def alerted(self, link: str) -> None:
        self._alerts[(link,)].inc()

    def queried(self, link: str, answer: str) -> None:
        self._queries[link, answer].inc()

    def bound(self, link: str, bound: bool) -> None:
        self._bound.labels(link).set(bound)

    def link(self, report: LinkReport) -> None:
        self._bound.labels(report.name).set(report.state is LinkState.BOUND)
        self._out.labels(report.name).set(report.state is LinkState.OUT)
        self._throttled.labels(report.name).set(report.throttled)
        self._in_flight.labels(report.name).set(report.in_flight)
        self._waiting.labels(report.name).set(report.waiting)
        self._pace.labels(report.name).set(report.pace)

    def forget(self, link: str) -> None:
        """It is no longer configured."""
        for gauge in (self._bound, self._out, self._throttled, self._in_flight, self._waiting, self._pace):
            gauge.remove(link)

    def heard(self, link: str, kind: object) -> None:
        if isinstance(kind, DeliveryReport):
            self._receipts[(kind.state,)].inc()
            self._heard[link, "receipt"].inc()
        else:
            self._heard[link, "part" if isinstance(kind, MessagePart) else "message"].inc()

    def unheard(self, link: str) -> None:
        self._heard[link, "other"].inc()

    def taken(self, taken: Taken) -> None:
        self._taken[(taken.value,)].inc()

    def sent(self, outcome: str) -> None:
        self._sent[(outcome,)].inc()

    def gave_up(self, why: str) -> None:
        self._gave_up[(why,)].inc()

    def segments(self, link: str, number: int) -> None:
        self._segments[(link,)].inc(number)

    def doubtful(self, link: str, unanswered: bool) -> None:
        self._doubtful[link, "unanswered" if unanswered else "refused"].inc()
