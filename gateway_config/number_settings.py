"""How telephone numbers are chosen and kept: `[numbers]`."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from orders import number_grades
from orders.number_grades import GradeRules
from orders.numbers import DAY, HoldRules
from orders.rows import Problem, Refused


class NumberSettings(BaseModel):
    """grades: a file of rules in place of the standard ones. offer: what is ordered with a number.
    hold_minutes, holds: for how long a number is kept while somebody decides, and how many at a time.
    hall_holds:   how many numbers another hall may hold at a time.
    cooling_days: until a returned number may be chosen again. per_person: how many one person may have.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    grades: Path | None = None
    offer: str = "HM"
    hold_minutes: float = Field(default=15.0, gt=0.0, le=1440.0)
    holds: int = Field(default=3, ge=1, le=100)
    hall_holds: int = Field(default=1_000, ge=1)
    cooling_days: float = Field(default=90.0, ge=0.0, le=3650.0)
    per_person: int = Field(default=5, ge=1, le=1000)

    @property
    def rules(self) -> HoldRules:
        browsing, cooling = self.hold_minutes * 60, self.cooling_days * DAY
        return HoldRules(browsing, self.holds, cooling, self.per_person, self.offer, self.hall_holds)


def grades_of(settings: NumberSettings) -> GradeRules:
    """Raises Refused with every problem by line."""
    if settings.grades is None:
        return number_grades.standard()
    try:
        return number_grades.parse(settings.grades.read_text(encoding="utf-8"), str(settings.grades))
    except OSError as problem:
        raise Refused([Problem(str(settings.grades), 1, f"cannot be read ({problem.strerror})")]) from None
