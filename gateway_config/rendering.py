"""One order, three channels, side by side: `docs/rendering.md` is made here, and held true by a test.

    python -m gateway_config.rendering > docs/rendering.md

The dialog is taken by the engine as it ships; each channel's own code says what it makes of a prompt.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from zoneinfo import ZoneInfo

from channels.smpp import gsm
from channels.smpp.segments import count
from channels.smpp.thrift import thrifty
from channels.ussd.paging import Shown, Turning, show
from dialogs.conversation import Answer, Conversation
from dialogs.library import Library, load_library
from dialogs.limits import load_limits
from dialogs.phrases import render_text
from dialogs.spoken import Spoken
from dialogs.voice import Sound, as_text, speak
from dialogs.words import (
    CallBegan,
    Choice,
    Digits,
    Expects,
    Facts,
    Kind,
    MessageReceived,
    Prompt,
    Request,
    Say,
    UssdInput,
    Value,
)
from dialogs.written import written_for_keys
from gateway_config.seed import seed_offers

ZONE = ZoneInfo("Asia/Shanghai")
SCREEN_SEPTETS, SCREEN_UNITS = 182, 80

# What is given on each channel, step by step: the menu, then "order", the first offer, and yes.
STEPS: tuple[Mapping[str, Kind], ...] = (
    {"sms": MessageReceived("00"), "ussd": UssdInput("*100#", opening=True), "ivr": CallBegan()},
    {"sms": MessageReceived("3"), "ussd": UssdInput("3"), "ivr": Digits("3")},
    {"sms": MessageReceived("1"), "ussd": UssdInput("1"), "ivr": Digits("1001", True)},
    {"sms": MessageReceived("Y"), "ussd": UssdInput("1"), "ivr": Digits("1")},
)

TITLES = {"zh": "In Chinese", "en": "In English"}

HEAD = """# One dialog, three channels

The same order, as each channel says it. Nobody writes it three times: a script says *what* is asked, and how that is
written, cut into screens or spoken is the channel's own affair. This page is made by
`python -m gateway_config.rendering > docs/rendering.md`, and a test holds it true.

- **Text message**: one text, in as few segments as it can be: 160 characters of the GSM alphabet or 70 of any other,
  153 and 67 each when there are several. A typographic mark that alone would make it dearer is written plainly. A menu
  that takes more of them than may be sent at a time (`dialogs/limits.yaml`) is sent page by page.
- **USSD**: screens of 160 octets, that is 182 characters of the GSM alphabet or 80 of any other. What does not fit is
  turned with 98 and 99; an option is never cut, and keeps its key on every screen.
- **Call**: named pieces, each a recording or speech made of its text. Numbers, money and dates are composed of recorded
  words; *in italics* what is always made by speech, because no recording can be there beforehand. What has a code, as
  offers have, is asked for by its code; of other menus no more is said at a time than there are keys.

A phrase may have words of its own for a screen or a call (scripts.md), where nobody replies with a word. A text
conversation and a USSD session end with the answer; a caller is still on the line, and is asked what else he needs.
"""
LONG = 14  # entries of a menu that has room nowhere


def fits_screen(text: str) -> bool:
    if gsm.fits(text):
        return gsm.septets(text) <= SCREEN_SEPTETS
    return len(text.encode("utf-16-be")) // 2 <= SCREEN_UNITS


def screens(library: Library, prompt: Prompt, language: str) -> Shown:
    written = written_for_keys(library.phrases, prompt, language, ZONE)
    speaker = library.phrases.speaker(language, ZONE)
    turning = Turning(speaker.phrase("keypad.next"), speaker.phrase("keypad.previous"))
    return show(written.head, written.options, turning, fits_screen, keyed=written.keyed)


def document(library: Library) -> str:
    parts = [HEAD]
    for language, title in TITLES.items():
        parts += [f"## {title}\n", "\n".join(_table(library, language)) + "\n"]
    parts += ["## A long menu\n", "\n".join(_long_menu(library, "zh")) + "\n"]
    return "\n".join(parts)


def _long_menu(library: Library, language: str) -> Iterator[str]:
    """As it is first seen, and after 98 has been answered; a screen turns its own pages."""
    order: dict[str, Value] = {"name": "酷派F800", "quantity": 1}
    choices = tuple(
        Choice(str(n), "cancel.entry", values={"number": f"10000000{n:02}", **order}) for n in range(1, LONG + 1)
    )
    first = Prompt("cancel.which", {}, choices, Expects.MENU)
    on_screen = screens(library, first, language).pages
    yield "| text message | USSD | call |"
    yield "|---|---|---|"
    for page in range(2):
        prompt = replace(first, page=page)
        cells = [_as_message(library, [prompt], language), _lines(on_screen[page])]
        yield "| " + " | ".join([*cells, _as_call(library, [prompt], language)]) + " |"


def _table(library: Library, language: str) -> Iterator[str]:
    yield "| text message | USSD | call |"
    yield "|---|---|---|"
    talks = {channel: _conversation(library, channel, language) for channel in ("sms", "ussd", "ivr")}
    for step in STEPS:
        yield "| " + " | ".join(f"**{_given(step[channel])}**" for channel in talks) + " |"
        said = {channel: _prompts(talk, step[channel]) for channel, talk in talks.items()}
        yield "| " + " | ".join(_CELLS[channel](library, said[channel], language) for channel in talks) + " |"


def _conversation(library: Library, channel: str, language: str) -> Conversation:
    facts = Facts(language, {offer.code: offer.facts for offer in seed_offers()})
    if channel == "ivr":
        facts = replace(facts, goes_on=True, keys_only=True, offered=frozenset({"other_number"}))
    return Conversation(library, facts, _placed, channel=channel, zone=ZONE, now=1_795_000_000.0)


def _placed(request: Request) -> Answer | None:
    return ("placed", {"number": "1000000017", "total": 138000}) if request.service == "orders.place" else None


def _prompts(talk: Conversation, kind: Kind) -> list[Prompt]:
    before = len(talk.effects)
    talk.hear(kind)
    return [effect.prompt for effect in talk.effects[before:] if isinstance(effect, Say)]


def _given(kind: Kind) -> str:
    match kind:
        case Digits(text=text, terminated=True):
            return f"← {text}#"
        case MessageReceived(text=text) | UssdInput(text=text) | Digits(text=text):
            return f"← {text}".replace("*", r"\*")
        case CallBegan():
            return "← (the call is answered)"
    raise TypeError(f"nothing that is given: {kind!r}")


def _as_message(library: Library, prompts: list[Prompt], language: str) -> str:
    cells = []
    for prompt in prompts:
        text = thrifty(render_text(library.phrases, prompt, language, ZONE, fits=load_limits().holds))
        segments = count(text)
        cells.append(f"{_lines(text)}<br>({segments} segment{'' if segments == 1 else 's'})")
    return "<br>".join(cells)


def _as_screens(library: Library, prompts: list[Prompt], language: str) -> str:
    pages = [page for prompt in prompts for page in screens(library, prompt, language).pages]
    return "<hr>".join(_lines(page) for page in pages)


def _as_call(library: Library, prompts: list[Prompt], language: str) -> str:
    voice = library.phrases.voice(language)
    return "<br>".join(_spoken(speak(library.phrases, prompt, language, ZONE), voice) for prompt in prompts)


def _spoken(sounds: tuple[Sound, ...], voice: Spoken) -> str:
    shown = (sound if sound.name else Sound("", f"*{sound.text}*") for sound in sounds)
    return _lines(as_text(shown, voice))


def _lines(text: str) -> str:
    return text.replace("|", r"\|").replace("\n", "<br>")


_CELLS: Mapping[str, Callable[[Library, list[Prompt], str], str]] = {
    "sms": _as_message,
    "ussd": _as_screens,
    "ivr": _as_call,
}

if __name__ == "__main__":
    print(document(load_library()), end="")
