"""Calls in the configuration: `[ivr]`, and an `[[ivr.asterisk]]` for each Asterisk."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator

from channels.ivr.queueing import Rules
from channels.ivr.speech import VOICES


def _compiled(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as problem:
        raise ValueError(f"{pattern!r} is no regular expression: {problem}") from None
    return pattern


Pattern = Annotated[str, AfterValidator(_compiled)]
NODE = "{node}"
Line = Annotated[str, Field(pattern=r"^[0-9*#+]{1,20}$")]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class AsteriskSettings(_Frozen):
    """
    url:         of its HTTP server; loopback or a private network: whoever reaches it can make calls.
    application: the Stasis application that the dialplan sends calls to; each node has one of its own. {node} is the
        node's name, by which others know what it was called when they take over its calls.
    lines:       the numbers that subscribers dial; the first one stands for any other that the dialplan sends us.
    outbound:    how a subscriber's phone is dialled; `{number}` is his.
    reconnect:   seconds from losing it to the next attempt, doubling up to reconnect_limit.
    within:      seconds for each request.
    """

    name: str = Field(min_length=1)
    url: str = Field(pattern=r"^https?://[^/]+$")
    username: str
    password: str = Field(default="", repr=False)
    application: str = "hall"
    lines: tuple[Line, ...] = Field(default=("10086",), min_length=1)
    outbound: str = ""
    reconnect: float = Field(default=0.5, gt=0)
    reconnect_limit: float = Field(default=4.0, gt=0)
    within: float = Field(default=5.0, gt=0)

    def application_of(self, node: str) -> str:
        return self.application.replace(NODE, node)


class WaitingSettings(_Frozen):
    """
    on:          whether who wants an agent is put through; else he is rung back.
    music:       a class of Asterisk's music on hold; empty: a tune of our own.
    agent_rings: seconds for which an agent's telephone rings, until the next agent's does.
    offer_after: seconds until a caller is asked whether he would be rung back, and from then to the next time.
    longest:     seconds until he is rung back without being asked.
    """

    on: bool = True
    music: str = Field(default="", pattern=r"^[A-Za-z0-9_.-]*$")
    agent_rings: float = Field(default=20.0, gt=0)
    offer_after: float = Field(default=60.0, gt=0)
    longest: float = Field(default=900.0, gt=0)

    @property
    def rules(self) -> Rules:
        return Rules(self.agent_rings, self.offer_after, self.longest)


class IvrSettings(_Frozen):
    """
    prompts: the folder of recordings and speech; else `prompts` among the node's data.
    sounds:  how Asterisk calls that folder, where it has another path there.
    speech:  whether speech is made of what is not recorded.
    voices:  of espeak-ng, by language.
    between: seconds from one key to the next.
    barge_in: whether a key stops the question that is being played; else it is played to its end, and keys count then.
    longest: seconds that a call may last.
    other_number: seconds for which a caller who has given the password of another number is served as its subscriber.
    goes_on: whether a caller is asked after an answer if there is anything else; else the call ends.
    subscribers: a pattern of the numbers, with country code, that show who calls; empty: every number does.
    waiting: for an agent, on the line.
    withheld: whether a call that shows none of them is asked for a number and its service password, or refused.
    """

    asterisk: tuple[AsteriskSettings, ...] = ()
    prompts: Path | None = None
    sounds: str = ""
    speech: bool = True
    voices: Mapping[str, str] = Field(default_factory=lambda: dict(VOICES))
    between: float = Field(default=3.0, gt=0)
    barge_in: bool = True
    longest: float = Field(default=1_800.0, gt=0)
    goes_on: bool = True
    other_number: float = Field(default=300.0, ge=0)
    subscribers: Pattern = ""
    withheld: Literal["ask", "refuse"] = "ask"
    waiting: WaitingSettings = Field(default_factory=WaitingSettings)

    @field_validator("asterisk")
    @classmethod
    def _named_once(cls, asterisks: tuple[AsteriskSettings, ...]) -> tuple[AsteriskSettings, ...]:
        names = [each.name for each in asterisks]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"two Asterisks are called {twice[0]!r}: give each a name of its own")
        return asterisks
