"""What is known of a message centre before the first octet: an `[[sms.link]]` of the configuration."""

from collections.abc import Iterable
from typing import Literal

from pydantic import Field

from channels.smpp.wire_settings import Octet, WireSettings


class LinkSettings(WireSettings):
    """One bind; how it speaks stands in WireSettings.

    account:          links of one account belong together, as a receipt of one may come on another; else by itself.
    rank, weight:     the lowest rank that has a link bound carries what is sent; in it each link its share.
    required:         Hall is not ready while it is not bound, unless it was taken out of service.
    window:           submit_sm in flight at most; the specification suggests 10, providers differ.
    throughput:       segments a second, fractions allowed; 0 is no limit.
    account_throughput: the same for all links of the account together.
    backlog:          messages heard and not yet acknowledged at most; what comes on top is told to come again.
    response_timeout: after so many seconds the outcome of a request is unknown.
    receipt_ids:      how the id in a receipt must be turned to be the id in submit_sm_resp.
    plain_receipts:   receipts come as if a person had written them, and are told by their text alone.
    max_parts:        segments of one message at most; more is an error, not a shorter message.
    reconnect, …:     seconds before the first new attempt, and the most that doubling may make of them while nothing
                      comes of it; `refused` is for a bind that was answered with a refusal, which somebody has to mend.
    """

    name: str = Field(min_length=1)
    connect: str = ""
    bind: Literal["transceiver", "transmitter", "receiver"] = "transceiver"
    system_id: str = Field(max_length=15)
    password: str = Field(default="", max_length=64, repr=False)
    system_type: str = Field(default="", max_length=12)
    short_codes: tuple[str, ...] = ()
    account: str = ""
    rank: int = Field(default=0, ge=0)
    weight: float = Field(default=1, gt=0)
    required: bool = False

    window: int = Field(default=50, ge=1, le=10_000)
    throughput: float = Field(default=0, ge=0)
    account_throughput: float = Field(default=0, ge=0)
    backlog: int = Field(default=5_000, ge=1)
    enquire_link: float = Field(default=30, gt=0)
    response_timeout: float = Field(default=60, gt=0)

    source_ton: Octet = 0
    source_npi: Octet = 0
    dest_ton: Octet = 1
    dest_npi: Octet = 1
    max_parts: int = Field(default=10, ge=1, le=255)
    receipts: bool = True
    receipt_ids: Literal["same", "hex_to_decimal", "decimal_to_hex"] = "same"
    plain_receipts: bool = False

    reconnect: float = Field(default=1, gt=0)
    reconnect_limit: float = Field(default=20, gt=0)
    refused: float = Field(default=30, gt=0)
    refused_limit: float = Field(default=600, gt=0)

    @property
    def called(self) -> str:
        """The account's name."""
        return self.account or self.name


def of_two_minds(links: Iterable[LinkSettings]) -> str | None:
    """An account whose links say different things of what it is allowed in all."""
    said: dict[str, float] = {}
    return next(
        (
            link.called
            for link in links
            if said.setdefault(link.called, link.account_throughput) != link.account_throughput
        ),
        None,
    )
