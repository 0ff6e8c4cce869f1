"""`[[carrier]]` and `[dispatch]`: who brings what was ordered, and how he is spoken to."""

from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from orders.consignment import TOLD_BY_CARRIERS, ConsignmentState, Step
from orders.dispatching import ANY, MANAGER, Carrier, Dispatching, Rule

S = ConsignmentState

# What each kind cannot do without, and what beside that is his alone.
NEEDS = {"http": ("url", "secret"), "files": ("outbox", "inbox"), "manager": ("agent",), "demonstration": ()}
OWN = {
    "http": ("url", "token", "secret", "timeout", "look", "words", "open_after", "pause", "longest_pause"),
    "files": ("outbox", "inbox", "every", "words"),
    "manager": ("agent", "phone"),
    "demonstration": ("pace",),
}
ALL = {field for fields in OWN.values() for field in fields}


class CarrierSettings(BaseModel):
    """
    names:   what subscribers know him by, by language.
    late:    seconds by state of a consignment, after which it is late, where they differ from the usual ones.
    words:   what he calls a step, where he does not call it as we do: `PICKED = "pick_up"`.
    url, token, secret, timeout: the HTTP interface; the secret signs what he tells us.
    look:    seconds after which he is asked how a consignment stands; 0: he tells by himself.
    outbox, inbox, every: folders, and how often a file is put into the one.
    agent, phone: an account manager: his name at the desk, and where he reads of new consignments.
    pace:    the demonstration's seconds between two steps.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-z][a-z0-9_-]{0,31}$")
    kind: Literal["http", "files", "manager", "demonstration"]
    names: dict[str, str] = {}
    late: dict[ConsignmentState, float] = {}
    words: dict[str, Step] = {}
    url: str = Field(default="", repr=False)
    token: str = Field(default="", repr=False)
    secret: str = Field(default="", repr=False)
    timeout: float = Field(default=10.0, gt=0, le=120)
    look: float = Field(default=0.0, ge=0)
    open_after: int = Field(default=5, ge=1)
    pause: float = Field(default=5.0, gt=0)
    longest_pause: float = Field(default=300.0, gt=0)
    outbox: Path | None = None
    inbox: Path | None = None
    every: float = Field(default=600.0, ge=1)
    agent: str = ""
    phone: str = Field(default="", pattern="^([0-9]{8,15})?$")
    pace: float = Field(default=10.0, gt=0)

    @field_validator("name")
    @classmethod
    def _free(cls, name: str) -> str:
        if name in (MANAGER, ANY):
            raise ValueError(f"{name!r} means something else in the rules of dispatch: choose another name")
        return name

    @field_validator("words")
    @classmethod
    def _theirs(cls, words: dict[str, Step]) -> dict[str, Step]:
        if ours := [step.value for step in words.values() if step not in TOLD_BY_CARRIERS]:
            known = ", ".join(sorted(TOLD_BY_CARRIERS))
            raise ValueError(f"a carrier does not tell {', '.join(ours)}; he tells {known}")
        return words

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if missing := [name for name in NEEDS[self.kind] if not getattr(self, name)]:
            raise ValueError(f'a carrier of kind "{self.kind}" needs {" and ".join(missing)}')
        if strange := sorted((self.model_fields_set & ALL) - set(OWN[self.kind])):
            raise ValueError(f'{", ".join(strange)} is nothing for a carrier of kind "{self.kind}": remove it')
        if self.kind == "http" and not _is_http(self.url):
            raise ValueError('url must say where he is, as in "https://carrier.example/api"')
        if self.kind == "files" and self.outbox == self.inbox:
            raise ValueError("outbox and inbox are the same folder: what we write must not be read as his")
        if self.longest_pause < self.pause:
            raise ValueError("longest_pause is shorter than pause: make it at least as long")
        return self

    @property
    def carrier(self) -> Carrier:
        return Carrier(
            name=self.name,
            kind=self.kind,
            names=self.names,
            every=self.every if self.kind == "files" else 0.0,
            look=self.look,
            late=self.late,
            plays=_played(self.pace) if self.kind == "demonstration" else {},
            agent=self.agent,
            phone=self.phone,
        )


class DispatchSettings(BaseModel):
    """rules:  a file of rules in place of the standard ones: the account manager if there is one, else any carrier.
    grace:  seconds for which an order rests before a carrier hears of it.
    pauses: seconds between tries to reach a carrier.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    rules: Path | None = None
    grace: float = Field(default=0.0, ge=0)
    pauses: tuple[float, ...] = Field(default=(5.0, 30.0, 120.0, 600.0), min_length=1)

    def dispatching(self, carriers: tuple[CarrierSettings, ...], rules: tuple[Rule, ...]) -> Dispatching:
        return Dispatching({each.name: each.carrier for each in carriers}, rules, self.grace, self.pauses)


def _played(pace: float) -> dict[ConsignmentState, tuple[float, Step]]:
    return {
        S.WAITING: (pace, Step.ACCEPT),
        S.ACCEPTED: (pace, Step.PICK_UP),
        S.PICKED_UP: (pace, Step.MOVE),
        S.IN_TRANSIT: (pace, Step.DELIVER),
        S.RECALLING: (pace, Step.GRANT),
        S.COMING_BACK: (pace, Step.RETURN),
    }


def _is_http(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.query and not parts.fragment
