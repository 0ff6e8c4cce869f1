"""What people speak to: which edition of the scripts is live, which is on trial, and with whom. Pure.

An edition is everything that is said, whole: scripts, phrases, commands. Its version is made from its content, so one
version can only ever mean one thing. What was done with editions is an append-only list of publications, and what
stands now is read off that list:

    publish    the edition is live for everybody
    draft      the edition is on trial with some numbers, a share of all subscribers, or both; replaces another trial
    promote    the edition on trial is live for everybody
    withdraw   nothing is on trial any more; dialogs that began on it end on it
    rollback   an edition that was live before is live again

While nothing has been published, or everything has been rolled back, the packaged scripts are live: version "".

Each publication's hash covers what it says and the hash of the one before it, as with the events of an order.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from dialogs.words import Value

PACKAGED = ""
START = bytes(32)


class Act(StrEnum):
    PUBLISH = "publish"
    DRAFT = "draft"
    PROMOTE = "promote"
    WITHDRAW = "withdraw"
    ROLLBACK = "rollback"


class CannotPublish(Exception):
    """What is asked for makes no sense as things stand; the text says what does."""


@dataclass(frozen=True, slots=True)
class Audience:
    """Who gets an edition that is on trial: these numbers, and this share (in hundredths) of everybody."""

    numbers: frozenset[str] = frozenset()
    share: int = 0

    def includes(self, version: str, subscriber: str) -> bool:
        return subscriber in self.numbers or (self.share > 0 and lot(version, subscriber) < self.share)

    @property
    def plain(self) -> dict[str, Value]:
        return {"for": [*sorted(self.numbers)], "share": self.share}


def lot(version: str, subscriber: str) -> int:
    """0 to 99, for ever the same for a subscriber and a version: who is in at 10 in a hundred stays in at 30.

    The version is part of it, so that it is not always the same people who try what is new.
    """
    return int.from_bytes(hashlib.sha256(f"{version}:{subscriber}".encode()).digest()[:8]) % 100


@dataclass(frozen=True, slots=True)
class Trial:
    version: str
    audience: Audience


@dataclass(frozen=True, slots=True)
class Standing:
    live: str = PACKAGED
    trial: Trial | None = None

    def version_for(self, subscriber: str) -> str:
        """For nobody in particular ("") it is what is live."""
        trial = self.trial
        tries = trial is not None and subscriber and trial.audience.includes(trial.version, subscriber)
        return trial.version if trial and tries else self.live


@dataclass(frozen=True, slots=True)
class Publication:
    id: int
    at: float
    by: str
    act: Act
    version: str
    note: str = ""
    audience: Audience = field(default_factory=Audience)
    previous: bytes = START
    hash: bytes = b""


# ── What stands ──────────────────────────────────────────────────────────────────────────────────────────────────────


def standing(history: Iterable[Publication]) -> Standing:
    now = Standing()
    for each in history:
        match each.act:
            case Act.DRAFT:
                now = Standing(now.live, Trial(each.version, each.audience))
            case Act.WITHDRAW:
                now = Standing(now.live)
            case Act.PUBLISH | Act.PROMOTE | Act.ROLLBACK:
                now = Standing(each.version, _other(now.trial, each.version))
    return now


def _other(trial: Trial | None, live: str) -> Trial | None:
    """What everybody has is not on trial any more."""
    return None if trial and trial.version == live else trial


def before(history: Sequence[Publication]) -> str | None:
    """The version that a rollback leads to; None when there is nothing to roll back."""
    lives = [PACKAGED]
    for each in history:
        if each.act in (Act.PUBLISH, Act.PROMOTE) and each.version != lives[-1]:
            lives.append(each.version)
        elif each.act is Act.ROLLBACK:
            lives = lives[: lives.index(each.version) + 1] if each.version in lives else [*lives, each.version]
    return lives[-2] if len(lives) > 1 else None


def require_sense(now: Standing, act: Act, version: str, audience: Audience) -> None:
    """Raises CannotPublish."""
    if act in (Act.PROMOTE, Act.WITHDRAW) and now.trial is None:
        raise CannotPublish("nothing is on trial; `hall dialogs versions` shows what stands")
    if act in (Act.PUBLISH, Act.ROLLBACK) and version == now.live:
        raise CannotPublish(f"{version or 'the packaged edition'} is live already")
    if act is Act.DRAFT and version == now.live:
        raise CannotPublish(f"{version} is live already: change something before you try it")
    if act is Act.DRAFT and not audience.numbers and not audience.share:
        raise CannotPublish("a draft nobody gets cannot be tried: say --for 8613800138000,… or --share 10")


# ── The chain ────────────────────────────────────────────────────────────────────────────────────────────────────────


def publication_hash(previous: bytes, of: Publication) -> bytes:
    said = [of.id, float(of.at), of.by, of.act.value, of.version, of.note, of.audience.plain]
    canonical = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(previous + canonical.encode()).digest()


def first_bad(history: Iterable[Publication]) -> int | None:
    """The id of the first publication that is not as it was written, or is missing; None when all are whole."""
    previous = START
    for number, each in enumerate(history, 1):
        if each.id != number or each.previous != previous or each.hash != publication_hash(previous, each):
            return number
        previous = each.hash
    return None
