"""The library as it ships, the demonstration's offers, and a back office that answers what scripts ask."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest

from dialogs.conversation import Answer, Conversation, nobody
from dialogs.turn import Library, load_library
from dialogs.words import Facts, OfferFacts, Request, Value

NOW = 1_795_000_000.0  # 18 November 2026 in Shanghai

OFFERS = {
    "F800": OfferFacts("F800", "1001", {"zh": "酷派F800", "en": "Coolpad F800"}, 99900, ("酷派",)),
    "TD80T": OfferFacts("TD80T", "1002", {"zh": "联想TD80t", "en": "Lenovo TD80t"}, 128000),
    "G3ZJ": OfferFacts("G3ZJ", "2001", {"zh": "G3座机", "en": "G3 desk phone"}, 39900),
    "SJK": OfferFacts("SJK", "2002", {"zh": "数据卡", "en": "Data card"}, 19900),
    "GAT": OfferFacts("GAT", "2003", {"zh": "关爱通", "en": "Care phone"}, 29900),
}


def back_office(request: Request) -> Answer | None:
    """Everything goes well, and every order is taken at once."""
    arguments = request.arguments
    order: dict[str, Value] = {
        "number": "1000000017", "state": "held", "offer": "F800", "quantity": 2, "total": 199800, "at": NOW,
    }  # fmt: skip
    match request.service:
        case "billing.balance":
            return "found", {"amount": 1888}
        case "billing.bill":
            rent: Value = {"name": {"zh": "月租", "en": "Rent"}, "amount": 1888}
            return "found", {"total": 2888, "month": "2026-11", "items": [rent, {"name": "SMS", "amount": 1000}]}
        case "orders.place":
            if "chosen" in arguments:
                return "placed", {"number": "1000000025", "total": arguments["price"]}
            quantity = arguments["quantity"]
            assert isinstance(quantity, int)
            return "placed", {"number": "1000000025", "total": OFFERS[str(arguments["offer"])].price * quantity}
        case "orders.list":
            return "found", {"orders": [order, {**order, "number": "1000000009", "offer": "GONE"}]}
        case "numbers.search":
            found: list[Value] = [{"chosen": f"1391234888{last}", "prepaid": 50000, "grade": "A3"} for last in range(8)]
            return "found", {"numbers": found, "next": "1-2-0"}
        case "numbers.hold":
            terms: dict[str, Value] = {"prepaid": 50000, "monthly": 5800, "months": 24, "penalty": 30}
            return "held", terms | {"chosen": arguments["chosen"], "total": 51000, "offer": "HM", "minutes": 15}
        case "numbers.release":
            return "released", {"chosen": arguments["chosen"]}
        case "parcels.list":
            return "none", {}
        case "orders.returnable":
            return "none", {}
        case "orders.return":
            return "unknown", {"number": arguments["number"]}
        case "orders.answer":
            return "none", {}
        case "orders.cancel":
            return "cancelled", {"number": arguments["number"]}
    raise AssertionError(f"nobody answers {request.service}")


@pytest.fixture(scope="session")
def library() -> Library:
    return load_library()


@pytest.fixture
def talk(library: Library) -> Callable[..., Conversation]:
    def begin(language: str = "zh", answering: Callable[[Request], Answer | None] = back_office) -> Conversation:
        facts = Facts(language, OFFERS)
        return Conversation(library, facts, answering, zone=ZoneInfo("Asia/Shanghai"), now=NOW)

    return begin


@pytest.fixture
def impatient(talk: Callable[..., Conversation]) -> Conversation:
    """Nobody answers by himself: each answer is given by the test, when it likes."""
    return talk("zh", nobody)
