"""The conversations beside the scripts, held and told of in a terminal: what is not as written, what is not tried."""

from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

from dialogs.coverage import Seen, coverage, watched
from dialogs.library import Library
from dialogs.trial_run import Result, hold
from dialogs.trials import Trial, read_trials

ZONE = ZoneInfo("Asia/Shanghai")


def try_out(library: Library, folder: Path, only: str, missed: bool) -> tuple[list[str], bool]:
    """The lines to be shown, and whether all is well."""
    trials, problems = read_trials(folder)
    if problems:
        return [str(problem) for problem in problems], False
    chosen = [trial for trial in trials if only.lower() in f"{Path(trial.file).stem}: {trial.name}".lower()]
    seen = Seen()
    watching = watched(library, seen)
    results = [hold(watching, trial, ZONE) for trial in chosen]
    failed = [result for result in results if not result.as_written]
    lines = [line for result in failed for line in _difference(result)]
    lines.append(f"{len(results)} conversations, {len(failed) or 'none'} of them not as written")
    if not only:
        lines += _covered(library, seen, missed)
    return lines, bool(results) and not failed


def failures(library: Library, folder: Path) -> list[str]:
    """What stands between an edition and its publication; nothing, when all conversations go as written."""
    trials, problems = read_trials(folder)
    if problems:
        return [str(problem) for problem in problems]
    results = (hold(library, trial, ZONE) for trial in trials)
    return [line for result in results if not result.as_written for line in _difference(result)]


def _difference(result: Result) -> Iterator[str]:
    trial: Trial = result.trial
    yield f"{trial.file}:{trial.line}: {trial.name}"
    yield from (f"    {line}" for line in result.difference)


def _covered(library: Library, seen: Seen, missed: bool) -> Iterator[str]:
    for each in coverage(library.scripts, seen):
        yield f"  {each}"
        if missed:
            yield from (f"      never come to: {name}" for name in each.states_missed)
            yield from (f"      never taken: {name}" for name in each.ways_missed)
