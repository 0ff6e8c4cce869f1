"""What the subscribers of the benchmark say: each turn is a text, and a mark by which its answer is known."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Turn:
    text: str
    answer: bytes

    @staticmethod
    def of(text: str, mark: str) -> "Turn":
        return Turn(text, mark.encode("utf-16-be"))


CONVERSATIONS: dict[str, tuple[Turn, ...]] = {
    "balance": (Turn.of("YE", "18.88"),),
    "order": (Turn.of("DG F800", "回复Y"), Turn.of("Y", "订单号")),
}
