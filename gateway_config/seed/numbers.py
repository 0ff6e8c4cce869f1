"""The numbers of the demonstration: some thousands, the same on every machine, and lucky ones of every grade."""

import random
from collections.abc import Iterator

from orders.number_grades import GradeRules, grade_of
from orders.number_import import Listed

MANY = 5_000
LUCKY = (
    "88888", "66666", "8888", "6666", "9999", "4444", "12345", "56789", "98765", "668899", "868686", "168168", "888666",
    "888", "666", "999", "444", "5678", "6789", "1688", "8866", "6688", "8899", "8686", "9898", "168", "518", "1314",
    "520", "678", "88", "66", "99",
)  # fmt: skip
REGIONS = ("杭州", "宁波", "温州")


def seed_numbers(rules: GradeRules, many: int = MANY) -> Iterator[Listed]:
    """So many, and the lucky ones."""
    for line, number in enumerate(sorted(_numbers(many)), 2):
        yield Listed(line, number, REGIONS[line % len(REGIONS)], grade_of(number, rules))


def _numbers(many: int) -> set[str]:
    chance = random.Random(10086)
    made = {f"139{chance.randrange(10**8):08d}" for _ in range(many)}
    for tail in LUCKY:
        room = 8 - len(tail)
        made |= {f"137{chance.randrange(10**room):0{room}d}{tail}" for _ in range(4)}
    return made
