"""A message centre that misbehaves as real ones do, each way as often as it is told to.

Fractions are of 1, by chance; the same seed does the same. What is refused or not answered may also happen to a good
message centre on a bad day: an ESME has to live with all of it, and lose and repeat nothing that it could help.
"""

from collections.abc import Sequence
from random import Random
from typing import Annotated, Final, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, field_validator

from channels.smpp.pdus import Bind, DeliverSm
from channels.smpp.status import ESME_RALYBND, ESME_RMSGQFUL, ESME_ROK, ESME_RSYSERR, ESME_RTHROTTLED
from channels.smpp.tlvs import CONGESTION_STATE, Tlvs
from channels.sms.centre.manners import Manners
from channels.sms.centre.odd_receipts import EARLY, FORMS
from channels.sms.centre.receipts import Report

Fraction: TypeAlias = Annotated[float, Field(ge=0, le=1)]

OVERTAKEN_BY: Final = (0.02, 0.3)  # seconds that a reordered answer is late
_BIND_REFUSALS: Final = (ESME_RALYBND, ESME_RSYSERR)
_REFUSALS: Final = (ESME_RSYSERR, ESME_RMSGQFUL)


class MischiefSettings(BaseModel):
    """
    delay:        answers to submit_sm come up to so many seconds late.
    throttle:     more submit_sm a second than this are answered with ESME_RTHROTTLED; 0: as many as come.
    drop:         messages that are taken and never answered.
    refuse:       messages that are refused for the moment (ESME_RSYSERR, ESME_RMSGQFUL).
    reorder:      answers that others overtake.
    duplicate:    deliver_sm that come a second time before the first is acknowledged.
    receipts:     forms (see odd_receipts) that take turns by chance.
    refuse_binds: binds that are refused (ESME_RALYBND, ESME_RSYSERR).
    congestion:   the congestion_state of every answer, in percent.
    disconnect, rubbish_pdus, rubbish_bytes:
                  seconds between connections cut, PDUs that make no sense, and octets that are none, on the average.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    delay: float = Field(default=0, ge=0, le=600)
    throttle: float = Field(default=0, ge=0)
    drop: Fraction = 0
    refuse: Fraction = 0
    reorder: Fraction = 0
    duplicate: Fraction = 0
    receipts: tuple[str, ...] = ()
    refuse_binds: Fraction = 0
    congestion: int | None = Field(default=None, ge=0, le=100)
    disconnect: float = Field(default=0, ge=0)
    rubbish_pdus: float = Field(default=0, ge=0)
    rubbish_bytes: float = Field(default=0, ge=0)

    @field_validator("receipts")
    @classmethod
    def _known(cls, forms: tuple[str, ...]) -> tuple[str, ...]:
        known = {*FORMS, EARLY}
        unknown = [form for form in forms if form not in known]
        if unknown:
            raise ValueError(f"no such form of receipt: {', '.join(unknown)}; there are {', '.join(sorted(known))}")
        if {"hex", "decimal"} <= set(forms):
            raise ValueError("hex and decimal exclude each other: an ESME is told once how to read the ids")
        return forms

    @property
    def decimal_ids(self) -> bool:
        """Whether submit_sm_resp gives decimal ids, so that a hexadecimal receipt is another."""
        return "hex" in self.receipts


class Mischief(Manners):
    def __init__(self, settings: MischiefSettings, chance: Random, accounts: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(accounts)
        self._settings = settings
        self._chance = chance
        self._forms = [form for form in settings.receipts if form != EARLY] or ["same"]
        self._second = 0
        self._this_second = 0

    def judge(self, bind: Bind) -> int:
        status = super().judge(bind)
        if status == ESME_ROK and self._happens(self._settings.refuse_binds, "binds refused: on purpose"):
            return self._chance.choice(_BIND_REFUSALS)
        return status

    def refuses(self, now: float) -> int:
        if self._too_many(int(now)):
            self.counts["messages throttled"] += 1
            return ESME_RTHROTTLED
        if self._happens(self._settings.refuse, "messages refused for the moment"):
            return self._chance.choice(_REFUSALS)
        return ESME_ROK

    def answers_after(self) -> float | None:
        if self._happens(self._settings.drop, "answers never given"):
            return None
        delay = self._chance.uniform(0, self._settings.delay)
        if self._happens(self._settings.reorder, "answers reordered"):
            delay += self._chance.uniform(*OVERTAKEN_BY)
        return delay

    def adds(self) -> Tlvs:
        state = self._settings.congestion
        return () if state is None else ((CONGESTION_STATE, bytes((state,))),)

    def reports_early(self) -> bool:
        return EARLY in self._settings.receipts and self._happens(0.5, "receipts before the answer")

    def repeats(self) -> bool:
        return self._happens(self._settings.duplicate, "deliver_sm sent twice")

    def receipts(self, report: Report) -> list[DeliverSm]:
        form = self._chance.choice(self._forms)
        self.counts[f"receipts of the form {form}"] += 1
        return FORMS[form](report)

    def _happens(self, fraction: float, what: str) -> bool:
        if not fraction or self._chance.random() >= fraction:
            return False
        self.counts[what] += 1
        return True

    def _too_many(self, second: int) -> bool:
        if not self._settings.throttle:
            return False
        if second != self._second:
            self._second, self._this_second = second, 0
        self._this_second += 1
        return self._this_second > self._settings.throttle
