"""`[survey]`: how people are asked after a delivery."""

import re
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from orders.surveying import HOUR, SurveyRules


class SurveySettings(BaseModel):
    """Seconds, and hours of the hall's clock; see `orders/surveying.py`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ask: bool = True
    after: float = Field(default=2 * HOUR, ge=0)
    valid: float = Field(default=72 * HOUR, gt=0)
    hours: tuple[int, int] = (8, 21)
    low: int = Field(default=2, ge=0, le=5)
    again: float = Field(default=600.0, ge=1)
    call_back: bool = False
    respect_optout: bool = False
    ring: tuple[Literal["sms", "ussd", "ivr", "web", "wap", "desk"], ...] = ()
    no_texts: str = ""
    tries: int = Field(default=2, ge=1, le=10)

    @field_validator("no_texts")
    @classmethod
    def _a_pattern(cls, pattern: str) -> str:
        try:
            re.compile(pattern)
        except re.error as problem:
            raise ValueError(f"{pattern!r} is no regular expression: {problem}") from None
        return pattern

    @model_validator(mode="after")
    def _whole(self) -> Self:
        first, last = self.hours
        if not 0 <= first < last <= 24:
            raise ValueError("hours is from one hour of the day until a later one, as in [8, 21]")
        return self

    @property
    def rules(self) -> SurveyRules | None:
        if not self.ask:
            return None
        return SurveyRules(
            after=self.after,
            valid=self.valid,
            hours=self.hours,
            low=self.low,
            again=self.again,
            call_back=self.call_back,
            respect_optout=self.respect_optout,
            ring=frozenset(self.ring),
            no_texts=self.no_texts,
            tries=self.tries,
        )
