"""Commands that publish what is said: whole editions, tried by a few or live for all, compared, and rolled back."""

import time
from datetime import datetime
from difflib import unified_diff
from getpass import getuser
from pathlib import Path

import click

from dialogs.editions import Edition, open_folder, read_edition, write_edition
from gateway_config.commands_dialogs import in_folder
from gateway_config.options import with_settings
from gateway_config.settings import Settings
from gateway_config.storage import reading, transaction
from gateway_config.trying import failures
from orders.ledger import publishing, tally
from orders.publishing import PACKAGED, Act, Audience, Publication, Standing, first_bad
from orders.publishing_counts import Event, VersionCount

NAMED = "packaged"  # what the packaged edition is called where a version is asked for


def whoever() -> str:
    try:
        return getuser()
    except (KeyError, OSError):
        return "unknown"


by_option = click.option("--by", default=whoever, show_default="who you are", help="who answers for it")
note_option = click.option("--note", default="", help="why, for those who read the list later")


def numbers(context: click.Context, option: click.Parameter, value: str | None) -> frozenset[str]:
    found = frozenset(each.strip() for each in (value or "").split(",") if each.strip())
    if wrong := sorted(each for each in found if not each.isdecimal()):
        raise click.BadParameter(f"{wrong[0]!r} is no number; write digits with the country code, as 8613800138000")
    return found


# ── Publishing ───────────────────────────────────────────────────────────────────────────────────────────────────────


@click.command("publish")
@in_folder
@click.option("--draft", is_flag=True, help="to be tried by those that --for and --share name, before all get it")
@click.option("--for", "who", callback=numbers, metavar="NUMBERS", help="who tries the draft: 8613800138000,…")
@click.option("--share", type=click.IntRange(0, 100), default=0, help="how many in a hundred subscribers try the draft")
@click.option("--untested", is_flag=True, help="also when a conversation does not go as written; the list says so")
@note_option
@by_option
@with_settings
def publish(
    settings: Settings,
    folder: Path,
    draft: bool,
    who: frozenset[str],
    share: int,
    untested: bool,
    note: str,
    by: str,
) -> None:
    """Check the scripts, phrases and commands of a folder, hold its conversations, keep it whole, and make it live.

    Running servers take it over within a second or two; a dialog ends on what it began with.
    """
    if not draft and (who or share):
        raise click.UsageError("--for and --share are of a draft: add --draft")
    if failed := failures(open_folder(folder), folder / "conversations"):
        click.echo("\n".join(failed), err=not untested)
        if not untested:
            raise click.ClickException("the conversations do not go as written; mend them, or publish it --untested")
        note = f"untested; {note}" if note else "untested"
    edition = read_edition(folder)
    version, now = edition.version, time.time()
    with transaction(settings) as connection:
        publishing.keep(connection, version, edition.files, now)
        act = Act.DRAFT if draft else Act.PUBLISH
        publishing.publish(connection, act, version, by, now, note, Audience(who, share))
    click.echo(f"{version} is {'on trial' if draft else 'live'}")


@click.command("promote")
@note_option
@by_option
@with_settings
def promote(settings: Settings, note: str, by: str) -> None:
    """Make the edition on trial live for everybody."""
    with transaction(settings) as connection:
        done = publishing.promote(connection, by, time.time(), note)
    click.echo(f"{done.version} is live")


@click.command("withdraw")
@note_option
@by_option
@with_settings
def withdraw(settings: Settings, note: str, by: str) -> None:
    """Give the edition on trial to nobody any more; dialogs that began on it end on it."""
    with transaction(settings) as connection:
        done = publishing.withdraw(connection, by, time.time(), note)
    click.echo(f"{done.version} is withdrawn")


@click.command("rollback")
@click.argument("version", default="")
@note_option
@by_option
@with_settings
def rollback(settings: Settings, version: str, note: str, by: str) -> None:
    """Make VERSION live again (its beginning will do; `packaged` is what Hall comes with), or the one before this."""
    with transaction(settings) as connection:
        wanted = None if not version else PACKAGED if version == NAMED else publishing.called(connection, version)
        done = publishing.roll_back(connection, by, time.time(), note, wanted)
    click.echo(f"{done.version or 'the packaged edition'} is live")


# ── Looking ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@click.command("versions")
@with_settings
def versions(settings: Settings) -> None:
    """What was published, when and by whom, and what stands now; exit status 1 if the list was tampered with."""
    with reading(settings) as connection:
        history, stands = publishing.history(connection), publishing.stands(connection)
    for each in history:
        click.echo("\t".join(_told(each, settings)))
    for line in _standing(stands):
        click.echo(line)
    if (bad := first_bad(history)) is not None:
        raise click.ClickException(f"publication {bad} is not as it was written, or is missing")


def _told(of: Publication, settings: Settings) -> list[str]:
    at = datetime.fromtimestamp(of.at, settings.service.zone).isoformat(" ", "seconds")
    return [at, of.by, of.act.value, of.version or NAMED, _audience(of.audience), of.note]


def _audience(of: Audience) -> str:
    told = [f"for {','.join(sorted(of.numbers))}"] if of.numbers else []
    return " ".join([*told, f"share {of.share}"] if of.share else told) or "-"


def _standing(stands: Standing) -> list[str]:
    lines = [f"live: {stands.live or NAMED}"]
    return [*lines, f"on trial: {stands.trial.version} {_audience(stands.trial.audience)}"] if stands.trial else lines


@click.command("export")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.argument("version", default="")
@with_settings
def export(settings: Settings, folder: Path, version: str) -> None:
    """Write VERSION (else what is live) to FOLDER, to be changed there and published."""
    if folder.exists() and any(folder.iterdir()):
        raise click.UsageError(f"{folder} is not empty: name a folder that is new")
    edition = _edition(settings, version)
    write_edition(edition, folder)
    click.echo(f"{len(edition.files)} files of {edition.version}")


@click.command("diff")
@click.argument("one")
@click.argument("other", default="")
@with_settings
def diff(settings: Settings, one: str, other: str) -> None:
    """What changed from ONE to OTHER (else to what is live): versions, their beginnings, `packaged`, or folders."""
    before, after = (_edition(settings, each).files for each in (one, other))
    for name in sorted({*before, *after}):
        old, new = (files.get(name, "").splitlines(keepends=True) for files in (before, after))
        click.echo("".join(unified_diff(old, new, f"{one}/{name}", f"{other or 'live'}/{name}")), nl=False)


def _edition(settings: Settings, name: str) -> Edition:
    if name == NAMED:
        return read_edition()
    if "/" in name or name == ".":
        return read_edition(Path(name))
    with reading(settings) as connection:
        version = publishing.called(connection, name) if name else publishing.stands(connection).live
        content = publishing.content(connection, version) if version else None
    return Edition(content) if content is not None else read_edition()


# ── Comparing ────────────────────────────────────────────────────────────────────────────────────────────────────────

COLUMNS = ("version", "begun", "finished", "ordered", "given up", "misunderstood", "timed out", "now", "completion")


@click.command("compare")
@click.argument("wanted", nargs=-1, metavar="[VERSION]…")
@with_settings
def compare(settings: Settings, wanted: tuple[str, ...]) -> None:
    """How dialogs fare on each version: on what is live and what is on trial, or on those named."""
    with reading(settings) as connection:
        stands = publishing.stands(connection)
        packaged = read_edition().version
        asked = [packaged if each == NAMED else publishing.called(connection, each) for each in wanted]
        asked = asked or [stands.live or packaged, *([stands.trial.version] if stands.trial else [])]
        found = {each.version: each for each in tally.by_version(connection, time.time())}
    click.echo("\t".join(COLUMNS))
    for version in asked:
        click.echo("\t".join(_compared(found.get(version, VersionCount(version, {})))))


def _compared(of: VersionCount) -> list[str]:
    counted = [of.of(Event.BEGUN), of.of(Event.FINISHED), of.of(Event.ORDERED), of.given_up]
    counted += [of.of(Event.MISUNDERSTOOD), of.of(Event.TIMED_OUT), of.of(Event.STANDING)]
    share = of.share(of.of(Event.FINISHED))
    return [of.version, *map(str, counted), "-" if share is None else f"{share:.1%}"]


COMMANDS = (publish, promote, withdraw, rollback, versions, export, diff, compare)
