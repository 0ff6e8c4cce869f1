"""Who may take which call, and from when on: lanes of tasks, without a database.

Each task waits in a lane, which says what an agent needs who takes it, and to whom it was promised:

    zh                 whoever speaks Chinese
    en/numbers         whoever speaks English and knows about numbers
    zh//li             Li said that she would ring again
    zh//*              somebody said that he would be rung again at a time of his own
    zh@86901           whoever speaks Chinese, while people in Xinjiang may be rung

Lanes are few and tasks are many. So the next task is looked for by lane and priority, the same way whether ten wait or
a hundred thousand: of each lane that an agent may take from, the one that has waited longest.

What was promised comes first, then what is urgent, then what has waited longest past the agreed time. Nothing is
forgotten because the one who could take it is not there: what was promised by somebody who has left is anybody's at
once, what he did not take within `patience` is too, and after `anyone_after` nobody needs a skill any more.

Outside the calling hours of a region its lanes are passed over, all at once and however many wait in them; what was
promised is not, for the customer chose the hour. How long somebody has waited goes on counting meanwhile.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace

from orders.calling_hours import CallingHours

ANYBODY = "*"  # promised, but by nobody in particular
REMIND, DIAL, RELEASE = "remind", "dial", "release"
LONGEST = 40


@dataclass(frozen=True, slots=True)
class Skill:
    """What an agent knows who may take what was flagged so, or has such a thing in it."""

    name: str
    flags: frozenset[str] = frozenset()
    offers: frozenset[str] = frozenset()

    def is_needed(self, flags: Collection[str], offers: Collection[str]) -> bool:
        return not self.flags.isdisjoint(flags) or not self.offers.isdisjoint(offers)


@dataclass(frozen=True, slots=True)
class DeskRules:
    """Seconds, but for `skills` and `strict`.

    preview:  to read the card before one dials; 0: as long as one likes. preview_then: what happens at its end.
    patience: for which what an agent promised is kept for him past the agreed time, while he is there.
    away:     without a sign of life, after which he is not there.
    anyone_after: past the agreed time, after which nobody needs a skill or a language any more.
    skipped_for:  for which who skipped a task is not offered it.
    strict:   a decision that does not say what was asked is refused; else it is noted that it did not.
    hours:    when people may be rung, by region.
    """

    preview: float = 0.0
    preview_then: str = REMIND
    patience: float = 600.0
    away: float = 300.0
    anyone_after: float = 3_600.0
    skipped_for: float = 1_800.0
    strict: bool = False
    skills: tuple[Skill, ...] = ()
    hours: CallingHours = field(default_factory=CallingHours)

    def skill_for(self, flags: Collection[str], offers: Collection[str]) -> str:
        """The first that is needed; empty: anybody may take it."""
        return next((skill.name for skill in self.skills if skill.is_needed(flags, offers)), "")


@dataclass(frozen=True, slots=True, order=True)
class Lane:
    """region: as calling hours call it; empty: everywhere else."""

    language: str = ""
    skill: str = ""
    promised_by: str = ""
    region: str = ""

    @property
    def promised(self) -> bool:
        return bool(self.promised_by)

    def __str__(self) -> str:
        first = f"{self.language}@{self.region}" if self.region else self.language
        return "/".join((first, self.skill, self.promised_by)).rstrip("/")


ANY_LANE = Lane()


@dataclass(frozen=True, slots=True)
class Hand:
    """Somebody who takes calls. languages, skills: none where nothing is known, and then he takes all."""

    agent: str
    languages: frozenset[str] = frozenset()
    skills: frozenset[str] = frozenset()

    def can(self, lane: Lane) -> bool:
        speaks = not self.languages or not lane.language or lane.language in self.languages
        knows = not lane.skill or not self.skills or lane.skill in self.skills
        return speaks and knows


@dataclass(frozen=True, slots=True)
class Level:
    """Tasks of one lane and one priority; `until`: those are his that were due until then. opens_at: when people of its
    region may be rung again; None: now."""

    lane: Lane
    priority: int
    until: float = field(default=0.0)
    opens_at: float | None = None

    @property
    def rank(self) -> tuple[bool, int]:
        return self.lane.promised, self.priority


def lane_of(text: str) -> Lane:
    first, _, rest = text.partition("/")
    language, _, region = first.partition("@")
    skill, _, promised_by = rest.partition("/")
    return Lane(language, skill, promised_by, region)


def moved(lane: Lane, region: str) -> Lane:
    return replace(lane, region=region)


def opens(lane: Lane, hours: CallingHours, now: float) -> float | None:
    """When who waits in it may be rung; None: now."""
    return None if lane.promised else hours.reopens(lane.region, now)


def due_until(lane: Lane, hand: Hand, present: Collection[str], now: float, rules: DeskRules) -> float:
    """The latest time of being due for which he may take a task of this lane now."""
    if lane.promised_by == hand.agent:
        return now
    until = now if hand.can(lane) else now - rules.anyone_after
    kept = lane.promised_by in present  # nobody is called ANYBODY
    return min(until, now - rules.patience) if kept else until


def in_order(
    levels: Iterable[tuple[str, int]], hand: Hand, present: Collection[str], now: float, rules: DeskRules
) -> list[list[Level]]:
    """What he may take from, the most urgent first; what stands together is equally urgent. What is closed comes last:
    the whole of a rank has the same `opens_at`, and only what has none may be taken."""
    found: dict[tuple[float, bool, int], list[Level]] = {}
    hours: dict[str, float | None] = {}
    for text, priority in levels:
        lane = lane_of(text)
        if lane.region not in hours:
            hours[lane.region] = rules.hours.reopens(lane.region, now)
        opens_at = None if lane.promised else hours[lane.region]
        level = Level(lane, priority, due_until(lane, hand, present, now, rules), opens_at)
        found.setdefault((-(opens_at or 0.0), *level.rank), []).append(level)
    return [found[rank] for rank in sorted(found, reverse=True)]
