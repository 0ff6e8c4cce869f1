"""What rules would mean, as tables: for somebody who has just written them, before they count."""

from collections.abc import Mapping

from orders.agent_states import Limits
from orders.calling_hours import WEEK, CallingHours, Region
from orders.desk import CallRules
from orders.flag_trials import Trial, replay
from orders.flag_words import Rules
from orders.guide import Guide, Line
from orders.reports.sheets import Column, Kind, Sheet, counts
from orders.review_form import Form

TEXT = Kind.TEXT


def of_flag_rules(rules: Rules) -> tuple[Sheet, ...]:
    rows = [(rule.code, rule.action.value, rule.weight, rule.priority, _needs(rule.parameters)) for rule in rules.rules]
    columns = (Column("flag", Kind.NAME), Column("action", Kind.NAME), *counts("weight", "priority"))
    return (Sheet("flag_rules", (*columns, Column("needs", TEXT)), tuple(rows)),)


def _needs(parameters: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {value}" for name, value in parameters.items())


def of_flags(trial: Trial) -> tuple[Sheet, ...]:
    """What they would have done to past orders, beside what was done."""
    whole = [
        ("flagged", trial.would.orders, trial.did.orders),
        ("newly", trial.newly, None),
        ("no_longer", trial.no_longer, None),
        ("refused", trial.would_refuse, trial.did_refuse),
        ("decided", trial.would.decided, trial.did.decided),
        ("unwanted", trial.would.unwanted, trial.did.unwanted),
        ("orders", trial.orders, trial.orders),
    ]
    rules = [
        (code, of.saw.orders, of.alone, of.saw.decided, of.saw.unwanted, of.saw.right, replay(code).name.lower())
        for code, of in trial.of.items()
    ]
    saw = (*counts("saw", "alone", "decided", "unwanted"), Column("unwanted_share", Kind.SHARE))
    return (
        Sheet("trial", (Column("what", Kind.NAME), *counts("would", "did")), tuple(whole)),
        Sheet("trial_rules", (Column("flag", Kind.NAME), *saw, Column("replay", Kind.NAME)), tuple(rules)),
    )


def of_guide(guide: Guide, language: str) -> tuple[Sheet, ...]:
    rows = tuple((line.name, _for(line), line.say[language], line.ask.get(language, "")) for line in guide.lines)
    columns = (Column("line", TEXT), Column("meant_for", TEXT), Column("say", TEXT), Column("ask", TEXT))
    return (Sheet("guide", columns, rows),)


def _for(line: Line) -> str:
    only = [*sorted(line.flags), *sorted(line.offers), *(f"+{each}" for each in sorted(line.having))]
    return " ".join([line.when, *only, *(f"-{each}" for each in sorted(line.without))])


def of_retries(rules: CallRules) -> tuple[Sheet, ...]:
    rows = [(str(outcome), ", ".join(map(_span, delays))) for outcome, delays in rules.delays.items()]
    caps = [(name, str(getattr(rules, name))) for name in ("tries", "tries_a_day", "by_keys", "callbacks")]
    caps.append(("latest", _span(rules.latest)))
    return (Sheet("retries", (Column("outcome", Kind.NAME), Column("then", TEXT)), (*rows, *caps)),)


def _span(seconds: float) -> str:
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "m")):
        if seconds % size == 0:
            return f"{seconds / size:g}{unit}"
    return f"{seconds:g}s"


def of_hours(hours: CallingHours) -> tuple[Sheet, ...]:
    prefixes: dict[Region, list[str]] = {hours.everywhere: []}
    for prefix, region in hours.regions.items():
        prefixes.setdefault(region, []).append(prefix)
    rows = [
        (
            region.name or "*",
            f"{_clock(region.begins)}-{_clock(region.ends)}",
            _days(region),
            str(region.zone),
            len(found),
        )
        for region, found in prefixes.items()
    ]
    columns = (Column("region", TEXT), Column("hours", TEXT), Column("days", TEXT), Column("zone", TEXT))
    return (Sheet("calling_hours", (*columns, *counts("prefixes")), tuple(rows)),)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _days(region: Region) -> str:
    return "*" if len(region.days) == len(WEEK) else " ".join(WEEK[day] for day in sorted(region.days))


def of_pauses(limits: Limits, language: str) -> tuple[Sheet, ...]:
    reasons = [(each.names.get(language) or each.code, _minutes(each.seconds)) for each in limits.reasons]
    states = [(state.value, _minutes(seconds)) for state, seconds in limits.seconds.items()]
    columns = Column("pause", TEXT), Column("state", Kind.NAME)
    minutes = Column("minutes", TEXT)
    return (
        Sheet("pauses", (columns[0], minutes), tuple(reasons)),
        Sheet("limits", (columns[1], minutes), tuple(states)),
    )


def of_form(form: Form, language: str) -> tuple[Sheet, ...]:
    rows = tuple((each.says[language], each.weight, "yes" if each.fatal else "no") for each in form.questions)
    columns = (Column("question", TEXT), *counts("weight"), Column("fatal", Kind.NAME))
    return (Sheet("review_form", columns, rows),)


def _minutes(seconds: float | None) -> str:
    return "–" if seconds is None else f"{seconds / 60:g}"
