"""`[desk]`: who may take which call, and how long an agent has for what.

[desk]
preview_seconds = 90            # to read the card before one dials; 0: as long as one likes
preview_then = "remind"         # or "dial" by itself, or "release" to somebody else
checks = "required"             # a program that does not say what was asked may not confirm

idle_minutes = 60               # without a sign of life, after which one has to sign in again
shift_hours = 12                # after which one has to, however busy
wrong_passwords = 20            # from one address, within
wrong_minutes = 15              # so many minutes, after which it waits as long; 0 passwords: however many

[desk.oidc]                     # an identity provider by which people come in: channels/desk/oidc/settings.py
issuer = "https://id.example.com/realms/staff"
client_id = "hall"

[[desk.skill]]
name = "numbers"
flags = ["lucky_number", "many_numbers"]
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from channels.desk.oidc.settings import OidcSettings
from orders.desk_lanes import DeskRules, Skill
from orders.signing_in import DoorRules, SessionRules

NAME = r"^[a-z][a-z0-9_-]{0,39}$"


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SkillSettings(Frozen):
    """What whoever takes an order has to know that is flagged so, or has such an offer in it."""

    name: str = Field(pattern=NAME)
    flags: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()


class DeskSettings(Frozen):
    """See `DeskRules`; what agents know is said by `hall agents skills`."""

    preview_seconds: float = Field(default=0.0, ge=0.0, le=3600.0)
    preview_then: Literal["remind", "dial", "release"] = "remind"
    promise_minutes: float = Field(default=10.0, ge=0.0)
    away_minutes: float = Field(default=5.0, gt=0.0)
    anyone_after_minutes: float = Field(default=60.0, ge=0.0)
    skipped_minutes: float = Field(default=30.0, ge=0.0)
    checks: Literal["noted", "required"] = "noted"
    skill: tuple[SkillSettings, ...] = ()
    idle_minutes: float = Field(default=60.0, ge=1.0)
    shift_hours: float = Field(default=12.0, gt=0.0, le=24.0)
    wrong_passwords: int = Field(default=20, ge=0)
    wrong_minutes: float = Field(default=15.0, gt=0.0, le=1440.0)
    oidc: OidcSettings | None = None

    @field_validator("skill")
    @classmethod
    def _named_once(cls, skills: tuple[SkillSettings, ...]) -> tuple[SkillSettings, ...]:
        names = [skill.name for skill in skills]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"has two skills named {', '.join(twice)}: give each a name of its own")
        return skills

    @property
    def sessions(self) -> SessionRules:
        return SessionRules(idle=self.idle_minutes * 60, shift=self.shift_hours * 3600)

    @property
    def door(self) -> DoorRules:
        return DoorRules(tries=self.wrong_passwords, within=self.wrong_minutes * 60)

    @property
    def rules(self) -> DeskRules:
        return DeskRules(
            preview=self.preview_seconds,
            preview_then=self.preview_then,
            patience=self.promise_minutes * 60,
            away=self.away_minutes * 60,
            anyone_after=self.anyone_after_minutes * 60,
            skipped_for=self.skipped_minutes * 60,
            strict=self.checks == "required",
            skills=tuple(Skill(each.name, frozenset(each.flags), frozenset(each.offers)) for each in self.skill),
        )
