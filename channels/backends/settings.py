"""`[billing]`: where balances and bills come from."""

from decimal import Decimal
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, model_validator


class BillingSettings(BaseModel):
    """`embedded`: a table of Hall's own. `tmf654`: the operator's billing system, over HTTP.

    account_key, bill_key: by which attribute the billing system finds an account, when it is asked with an MSISDN.
    open_after, pause, longest_pause: the circuit; see `circuit.py`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["embedded", "tmf654"] = "embedded"
    default_balance: Decimal | None = Field(default=None, ge=0, decimal_places=2)
    url: str = ""
    token: str = ""
    timeout: float = Field(default=3.0, gt=0, le=60)
    currency: str = Field(default="CNY", pattern="^[A-Z]{3}$")
    account_key: str = Field(default="logicalResource.id", pattern=r"^\w+(\.\w+)*$")
    bill_key: str = Field(default="billingAccount.id", pattern=r"^\w+(\.\w+)*$")
    open_after: int = Field(default=5, ge=1)
    pause: float = Field(default=5.0, gt=0)
    longest_pause: float = Field(default=60.0, gt=0)
    concurrent: int = Field(default=20, ge=1)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.kind == "tmf654" and not _is_http(self.url):
            raise ValueError('billing.kind is "tmf654": billing.url must say where it is, as in "https://billing:8443"')
        if self.kind == "tmf654" and self.default_balance is not None:
            raise ValueError('billing.default_balance is for kind "embedded" only: remove it')
        if self.kind == "embedded" and self.url:
            raise ValueError('billing.url is for kind "tmf654" only: remove it, or set kind')
        if self.longest_pause < self.pause:
            raise ValueError("billing.longest_pause is shorter than billing.pause: make it at least as long")
        return self


def _is_http(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.query and not parts.fragment
