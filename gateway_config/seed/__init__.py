"""What the demonstration begins with."""

from decimal import Decimal
from pathlib import Path

from orders import catalogue
from orders.catalogue import Offer

CATALOGUE = Path(__file__).with_name("catalogue.yaml")
SUBSCRIBERS = Path(__file__).with_name("subscribers.yaml")
BALANCE = Decimal("18.88")


def seed_offers() -> list[Offer]:
    return catalogue.parse(CATALOGUE.read_text(encoding="utf-8"), CATALOGUE.name)
