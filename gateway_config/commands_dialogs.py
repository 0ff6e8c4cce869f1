"""Commands about what is said: scripts checked, drawn and tried, words understood."""

import json
import re
import sys
from pathlib import Path
from shutil import copytree

import click

from dialogs.chart import mermaid
from dialogs.checking import check_all, read_all, warn
from dialogs.drawing import svg
from dialogs.editions import open_folder
from dialogs.library import HERE, load_library
from dialogs.trials import read_trials
from gateway_config.options import DEFAULT
from gateway_config.rehearsal import KINDS, Rehearsal
from gateway_config.seed import seed_offers
from gateway_config.settings import Settings, load
from gateway_config.trying import try_out
from gateway_config.wording import costly

_WAIT = re.compile(r"wait (\d{1,6})")
HANG_UP = "hang up"

in_folder = click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=HERE,
    help="where scripts/, phrases/ and conversations/ are; else what Hall comes with",
)


@click.group()
def dialogs() -> None:
    """What is said, and how it goes on."""


@dialogs.command("copy")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def copy(folder: Path) -> None:
    """Write what Hall comes with to a new FOLDER: scripts, phrases and conversations, to be changed there."""
    if folder.exists():
        raise click.UsageError(f"{folder} is there already: name a folder that is new")
    for name in ("scripts", "phrases", "conversations"):
        copytree(HERE / name, folder / name)
    click.echo(f"{sum(1 for path in folder.rglob('*.yaml'))} files in {folder}")


@dialogs.command("check")
@in_folder
@click.option("--strict", is_flag=True, help="warnings count as well")
@click.option(
    "--recordings",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="the folder of recordings: warn of what a caller would not hear without speech made of text",
)
def check_scripts(folder: Path, strict: bool, recordings: Path | None) -> None:
    """Check every script and phrase; exit status 1 if there is anything to mend. Warnings are told apart."""
    if not (folder / "phrases" / "commands.yaml").exists():
        raise click.UsageError(
            f"{folder} has no phrases/commands.yaml: `hall dialogs copy` writes a folder to begin with"
        )
    read = read_all(folder / "scripts", folder / "phrases")
    problems = [*check_all(read), *read_trials(folder / "conversations")[1]]
    warnings = [*warn(read, recorded_in(recordings) if recordings else None), *costly(read.phrases)]
    for problem in problems:
        click.echo(str(problem))
    for warning in warnings:
        click.echo(f"{warning.file}:{warning.line}: warning: {warning.text}; {warning.hint}")
    if problems or (strict and warnings):
        sys.exit(1)
    click.echo("no problems")


def recorded_in(folder: Path) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]


@dialogs.command("graph")
@click.argument("script")
@click.option("--format", "form", type=click.Choice(["mermaid", "svg"]), default="mermaid", show_default=True)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="a file, in place of the terminal")
@in_folder
def graph(script: str, form: str, output: Path | None, folder: Path) -> None:
    """Draw SCRIPT: as a Mermaid state diagram, or as a picture in SVG."""
    scripts = {each.name: each for each in open_folder(folder).scripts}
    if script not in scripts:
        raise click.UsageError(f"there is no script {script}; there are {', '.join(sorted(scripts))}")
    drawn = svg(scripts[script]) if form == "svg" else mermaid(scripts[script])
    if output:
        output.write_text(drawn, "utf-8")
    else:
        click.echo(drawn, nl=False)


@dialogs.command("test")
@click.argument("only", default="")
@in_folder
@click.option("--missed", is_flag=True, help="also name the states and ways that no conversation comes to")
def test(only: str, folder: Path, missed: bool) -> None:
    """Hold the conversations beside the scripts (those whose file or name has ONLY in it), and see what is tried."""
    lines, well = try_out(open_folder(folder), folder / "conversations", only, missed)
    for line in lines:
        click.echo(line)
    if not well:
        sys.exit(1)


@dialogs.command("understand")
@click.argument("text", required=False)
def understand(text: str | None) -> None:
    """What TEXT would be taken for, as a line of JSON; without TEXT, for each line of standard input."""
    library = load_library()
    offers = {offer.code: offer.facts for offer in seed_offers()}
    for line in [text] if text is not None else sys.stdin:
        understood = library.understander.understand(line.rstrip("\n"), offers)
        told = {"intent": understood.intent, "slots": dict(understood.slots), "confidence": understood.confidence}
        click.echo(json.dumps(told, ensure_ascii=False))


@dialogs.command("say")
@click.option("--channel", type=click.Choice(list(KINDS)), default="sms", show_default=True)
@click.option("--from", "msisdn", default="8613800138000", show_default=True, metavar="MSISDN")
@click.option(
    "--config", "config", metavar="FILE", help="language, rules and addresses from there; else the standard ones"
)
@in_folder
@click.argument("texts", nargs=-1)
def say(channel: str, msisdn: str, config: str | None, folder: Path, texts: tuple[str, ...]) -> None:
    """Talk to Hall in this terminal; nothing is sent or kept. Say TEXTS, or else type, and end with Ctrl-D.

    `wait 10` lets ten seconds pass: a time-out comes, a caller is silent, a USSD session is closed at last. `hang up`
    ends a call or a session; what is dialled next begins another.
    """
    file = Path(config or DEFAULT)
    settings = load(file) if config or file.exists() else Settings()
    rehearsal = Rehearsal(settings, seed_offers(), channel, msisdn, open_folder(folder))
    for line in rehearsal.begin():
        click.echo(line)
    for text in texts:
        click.echo(f"> {text}")
        _answer(rehearsal, text)
    while not texts and not rehearsal.over:
        try:
            text = input("> ") if sys.stdin.isatty() else sys.stdin.readline()
        except EOFError:
            break
        if not text:
            break
        _answer(rehearsal, text.rstrip("\n"))


def _answer(rehearsal: Rehearsal, text: str) -> None:
    wait = _WAIT.fullmatch(text.strip())
    if wait:
        answers = rehearsal.wait(float(wait[1]))
    else:
        answers = rehearsal.hang_up() if text.strip() == HANG_UP else rehearsal.say(text)
    for answer in answers:
        click.echo(answer)


COMMANDS = (dialogs,)
