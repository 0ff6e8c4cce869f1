"""`[[ussd.gateway]]` of the configuration: a USSD gateway that speaks HTTP."""

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from channels.ussd.hearing import service_of
from channels.ussd.screens import CHARACTERS, OCTETS, Room
from channels.ussd.settings import Code
from channels.ussd.styles import Style, styles

Network = IPv4Network | IPv6Network


class GatewaySettings(BaseModel):
    """
    style:     one of those that are known, or a table of one's own (styles.py).
    path:      where it asks; beneath /ussd/.
    codes:     what is dialled to come here; the first is taken where the gateway does not say.
    addresses: from where it may ask: addresses or networks. secret: what it must bring in the header `secret_header`.
    octets, characters, budget, silence: as for a link.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[A-Za-z0-9._-]{1,64}$")
    style: Style = Field(default_factory=lambda: styles()["africastalking"])
    path: str = Field(pattern=r"^/ussd(/[A-Za-z0-9._~-]+)+$")
    codes: tuple[Code, ...] = Field(default=("*100#",), min_length=1)
    addresses: tuple[str, ...] = ()
    secret: str = Field(default="", repr=False)
    secret_header: str = Field(default="X-Hall-Secret", pattern=r"^[A-Za-z0-9-]+$")
    octets: int = Field(default=OCTETS, ge=60, le=1_000)
    characters: int = Field(default=CHARACTERS, ge=60, le=1_000)
    budget: float = Field(default=8.0, gt=0, le=60)
    silence: float = Field(default=180.0, gt=0)

    @field_validator("style", mode="before")
    @classmethod
    def _by_name(cls, given: Any) -> Any:
        if isinstance(given, str) and given not in styles():
            raise ValueError(f"{given!r} is none of {', '.join(styles())}: name one of them, or give a table")
        return styles()[given] if isinstance(given, str) else given

    @field_validator("addresses")
    @classmethod
    def _networks(cls, addresses: tuple[str, ...]) -> tuple[str, ...]:
        for address in addresses:
            try:
                ip_network(address)
            except ValueError:
                raise ValueError(f'{address!r} is no address or network: write "192.0.2.7" or "192.0.2.0/24"') from None
        return addresses

    @property
    def networks(self) -> Sequence[Network]:
        return [ip_network(address) for address in self.addresses]

    @property
    def guarded(self) -> bool:
        return bool(self.addresses or self.secret)

    @property
    def room(self) -> Room:
        return Room(self.octets, self.characters)

    def service(self, dialled: str) -> str:
        return service_of(dialled, self.codes)
