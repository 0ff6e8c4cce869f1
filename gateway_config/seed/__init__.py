"""What the demonstration begins with."""

from decimal import Decimal
from pathlib import Path

from orders import catalogue, stock
from orders.catalogue import Offer
from orders.stock import Stock

CATALOGUE = Path(__file__).with_name("catalogue.yaml")
STOCK = Path(__file__).with_name("stock.yaml")
SUBSCRIBERS = Path(__file__).with_name("subscribers.yaml")
ANY_TIME = Path(__file__).with_name("calling_hours.yaml")
BALANCE = Decimal("18.88")


def seed_offers() -> list[Offer]:
    return catalogue.parse(CATALOGUE.read_text(encoding="utf-8"), CATALOGUE.name)


def seed_stock() -> list[Stock]:
    return stock.parse(STOCK.read_text(encoding="utf-8"), STOCK.name, {offer.code for offer in seed_offers()})
