from collections.abc import Mapping
from dataclasses import dataclass

from dialogs.words import NOTHING, OfferFacts, Values


@dataclass(frozen=True, slots=True)
class Understanding:
    """An intent of the contract (or `language`, `yes`, `no`), what was named with it, and how sure that is (0 to 1)."""

    intent: str
    slots: Values = NOTHING
    confidence: float = 0.0


def understand(text: str, offers: Mapping[str, OfferFacts]) -> Understanding:
    raise NotImplementedError
