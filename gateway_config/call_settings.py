"""`[calls]`: when customers are rung, how often, and which of these calls the house makes by itself."""

from datetime import tzinfo
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from orders import calling_hours, retry_rules
from orders.calling import CallsOut
from orders.calling_hours import CallingHours
from orders.desk import CallRules


class CallSettings(BaseModel):
    """
    retries:    a file of rules of ringing again, in place of the standard ones.
    hours:      a file of calling hours by region, in place of the standard ones.
    by_keys:    whether the house rings by itself about orders that its flag rules let be confirmed by keys.
    after:      seconds from the order to the first such call.
    head_start: hours for which agents leave an order to it.
    at_once:    how many such calls all nodes together make at a time.
    a_minute:   how many of them a node begins within a minute.
    texts:      whether a customer is written to after the first call that did not reach him.
    record:     whether calls between agents and customers are recorded, once both have been told.
    recordings: the folder they are kept in; else `recordings` among the node's data. Nodes share it.
    kept:       days for which they are.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    retries: Path | None = None
    hours: Path | None = None
    by_keys: bool = False
    after: float = Field(default=60.0, ge=0)
    head_start: float = Field(default=4.0, gt=0)
    at_once: int = Field(default=10, ge=1)
    a_minute: float = Field(default=30.0, gt=0)
    texts: bool = True
    record: bool = False
    recordings: Path | None = None
    kept: int = Field(default=90, ge=1, le=3_660)

    @property
    def retry_rules(self) -> CallRules:
        """Raises Refused with every problem of the file by line."""
        if self.retries is None:
            return retry_rules.standard()
        return retry_rules.parse(self.retries.read_text(encoding="utf-8"), str(self.retries))

    def calling_hours(self, zone: tzinfo) -> CallingHours:
        """Raises Refused with every problem of the file by line."""
        if self.hours is None:
            return calling_hours.standard(zone)
        return calling_hours.parse(self.hours.read_text(encoding="utf-8"), str(self.hours), zone)

    @property
    def calls_out(self) -> CallsOut:
        return CallsOut(self.by_keys, self.after, self.head_start * 3_600, self.texts)
