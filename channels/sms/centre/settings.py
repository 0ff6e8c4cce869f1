"""The embedded message centre's settings: `[demo.message_centre]`, or whatever the house calls it."""

from pydantic import BaseModel, ConfigDict, Field


class CentreSettings(BaseModel):
    """short_codes: destinations that are a service's and not a handset's.

    application: the system_id whose binds serve all short codes, whatever address_range they give.
    window:      deliver_sm in flight on one bind.
    retry, …:    seconds before a message that was refused for the moment, or not answered, is delivered again.
    retention:   seconds after which a message that nobody took is given up.
    accounts:    (system_id, password) of those who may bind; if nobody is named, anybody may.
    grace:       seconds for which a handset that was played by a tool waits for that tool to come back.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    system_id: str = Field(default="hall-smsc", max_length=15)
    short_codes: tuple[str, ...] = ("10086",)
    application: str = "hall"
    window: int = Field(default=10, ge=1)
    session_init: float = Field(default=30, gt=0)
    enquire_link: float = Field(default=30, gt=0)
    response_timeout: float = Field(default=30, gt=0)
    retry: float = Field(default=1, gt=0)
    longest_retry: float = Field(default=30, gt=0)
    retention: float = Field(default=86_400, gt=0)
    grace: float = Field(default=60, ge=0)
    decimal_ids: bool = Field(default=False, description="message ids are decimal, not hexadecimal")
    accounts: tuple[tuple[str, str], ...] = Field(default=(), repr=False)
    waiting: int = Field(default=10_000, ge=1, description="messages kept for one destination")
    handsets: int = Field(default=2_000, ge=1, description="handsets remembered")
    fates: int = Field(default=20_000, ge=1, description="submitted messages of which query_sm knows")
    remembered: int = Field(default=200, ge=1, description="messages remembered for each")
