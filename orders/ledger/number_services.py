"""What scripts ask about numbers, answered within the turn's own transaction.

    numbers.search   {tail, without_4?, least?, next?}   found {numbers: [{chosen, prepaid, grade}], next} | none | bad
    numbers.hold     {chosen}    held {chosen, prepaid, monthly, months, penalty, total, offer, minutes}
                                 | taken {chosen} | too_many {most} | unknown {chosen}
    numbers.release  {chosen}    released {chosen}

`next` is where the next page begins; empty when all have been shown. `total` is what an order of it costs: the card and
the prepayment.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, cast

from dialogs.words import OfferFacts, Value
from orders.ledger.number_finding import find
from orders.ledger.number_holding import Held, Hold, hold, let_go
from orders.lookup import Answer
from orders.number_patterns import BadPattern
from orders.number_search import Criteria, begin, mark_of, wanted
from orders.numbers import PoolNumber

if TYPE_CHECKING:  # the services know these, and these only need to be told what one is asked
    from orders.ledger.at_hand import Deed
    from orders.ledger.services import Ask

PAGE = 8


def _search(deed: "Deed", asked: "Sequence[Ask]") -> list[Answer]:
    return [_found(deed, ask) for ask in asked]


def _found(deed: "Deed", ask: "Ask") -> Answer:
    told = ask.request.arguments
    try:
        criteria = wanted(str(told.get("tail") or ""))
    except BadPattern:
        return Answer("bad")
    least = told.get("least")
    criteria = Criteria(
        tail=criteria.tail,
        pattern=criteria.pattern,
        without_4=told.get("without_4") is True,
        least=least if isinstance(least, int) and least > 0 else None,
    )
    mark = mark_of(str(told.get("next") or "")) or begin(ask.request.id)
    page = find(deed.connection, criteria, deed.now, PAGE, mark)
    if not page.numbers:
        return Answer("none")
    shown = [{"chosen": each.number, "prepaid": each.terms.prepaid, "grade": each.terms.grade} for each in page.numbers]
    return Answer("found", {"numbers": cast(Value, shown), "next": str(page.next or "")})


def _hold(deed: "Deed", asked: "Sequence[Ask]") -> list[Answer]:
    card = deed.house.offers.get(deed.house.holds.offer)
    if card is None:
        return [Answer("failed", {"reason": "not_sold"})] * len(asked)
    return [_held(deed, card, hold(deed, _chosen(ask), ask.inbound.subscriber), _chosen(ask)) for ask in asked]


def _held(deed: "Deed", card: OfferFacts, tried: Hold, chosen: str) -> Answer:
    rules = deed.house.holds
    if tried.result is Held.TOO_MANY:
        return Answer(tried.result.value, {"chosen": chosen, "most": rules.at_once})
    if tried.result is not Held.HELD or tried.number is None:
        return Answer(tried.result.value, {"chosen": chosen})
    priced: dict[str, Value] = {"offer": card.code, "total": card.price + tried.number.terms.prepaid}
    return Answer("held", _terms(tried.number) | priced | {"minutes": round(rules.browsing / 60)})


def _terms(number: PoolNumber) -> dict[str, Value]:
    terms = number.terms
    return {
        "chosen": number.number, "prepaid": terms.prepaid, "monthly": terms.monthly, "months": terms.months,
        "penalty": terms.penalty,
    }  # fmt: skip


def _release(deed: "Deed", asked: "Sequence[Ask]") -> list[Answer]:
    for ask in asked:
        let_go(deed, _chosen(ask), ask.inbound.subscriber)
    return [Answer("released", {"chosen": _chosen(ask)}) for ask in asked]


def _chosen(ask: "Ask") -> str:
    return str(ask.request.arguments.get("chosen") or "")


SERVICES: "Mapping[str, Callable[[Deed, Sequence[Ask]], list[Answer]]]" = {
    "numbers.search": _search,
    "numbers.hold": _hold,
    "numbers.release": _release,
}
