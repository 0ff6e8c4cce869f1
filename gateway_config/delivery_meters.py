"""What is counted of deliveries. Names begin with `hall_`; no label carries a subscriber, an order or a parcel."""

from prometheus_client import CollectorRegistry, Counter, Gauge


class DeliveryMeters:
    def __init__(self, registry: CollectorRegistry) -> None:
        self.steps = Counter(
            "hall_consignment_steps", "Steps of consignments that were taken", ["carrier", "step"], registry=registry
        )
        self.asked = Counter(
            "hall_carrier_requests", "What carriers were asked, and whether they were reached", ["carrier", "result"],
            registry=registry,
        )  # fmt: skip
        self.refused = Counter(
            "hall_consignment_refused", "What carriers told that cannot be", ["carrier"], registry=registry
        )
        self.late = Counter("hall_consignments_late", "Consignments that were found to be late", registry=registry)
        self.standing = Gauge(
            "hall_consignments", "Consignments that are not at an end, by state", ["state"], registry=registry
        )
