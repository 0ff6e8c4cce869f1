"""The texts that a screen holds worst, page by page: `docs/ussd-pages.md` is made here, and held true by a test.

    python -m gateway_config.worst_pages > docs/ussd-pages.md

Each is laid out by the code that a session is laid out by.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from channels.smpp import gsm
from channels.ussd.layout import Layout
from channels.ussd.screens import Room, length, taken

WHOLE = Room()
ZH, EN = ("下页", "上页"), ("More", "Previous")

HEAD = """# The worst texts, page by page

A USSD string is 160 octets on the air: 182 characters of the GSM alphabet (those of its extension count twice), or 80
characters as soon as one is not of it. What does not fit is turned with 98 and 99. A page never ends within an option
or a character; options keep their keys on every page; where an answer is not a key, or is the last word of a session,
pages are turned forward only. This page is made by `python -m gateway_config.worst_pages > docs/ussd-pages.md`, and a
test holds it true.
"""


@dataclass(frozen=True, slots=True)
class Case:
    title: str
    layout: Layout
    room: Room = WHOLE


def _text(text: str, turning: tuple[str, str] = ZH) -> Layout:
    return Layout(text, (), False, *turning)


def _menu(head: str, *labels: str, turning: tuple[str, str] = ZH) -> Layout:
    options = tuple((str(key), label) for key, label in enumerate(labels, 1))
    return Layout(head, (*options, ("0", "返回" if turning == ZH else "Back")), True, *turning)


TERMS = "本业务自开通之日起按月收费，次月一日生效，可随时发送短信退订，退订后当月费用不退。"
CASES = (
    Case("Chinese, as much as a screen holds: 80 characters", _text("汉" * 80)),
    Case("Chinese, one character more", _text("汉" * 81)),
    Case("Chinese, a long text", _text(TERMS * 4)),
    Case("GSM alphabet, as much as a screen holds: 182", _text(("Hall " * 37)[:182], EN)),
    Case("GSM alphabet, one character more", _text(("Hall " * 37)[:183], EN)),
    Case("Extension characters, 91 of them: 182 places", _text("€" * 91, EN)),
    Case("Extension characters, one more", _text("€" * 92, EN)),
    Case("One character that is not of the alphabet makes 182 into 80", _text(("Hall " * 36) + "–x", EN)),
    Case("Characters of two units: no page ends within one", _text("😀" * 45)),
    Case("A family is one character, of eleven units", _text("👨‍👩‍👧‍👦" * 9)),
    Case(
        "A menu with long entries, in Chinese",
        _menu("请选择要办理的套餐：", *(f"全国流量畅享套餐{each}元每月含一百分钟" for each in (38, 58, 88, 138, 188))),
    ),
    Case(
        "A menu with long entries, in English",
        _menu(
            "Choose a plan:",
            *(f"National data plan, {each} yuan a month, 100 minutes of calls included" for each in (38, 58, 88, 138)),
            turning=EN,
        ),
    ),
    Case("An entry that no screen holds is shortened", _menu("请选择：", "长" * 90, "短")),
    Case(
        "A network that holds 70 octets",
        _menu("请选择要订购的商品：", "酷派F800 1380.00元", "G3座机 299.00元"),
        Room(70),
    ),
)


def document() -> str:
    return "\n".join([HEAD, *(part for case in CASES for part in _shown(case))])


def _shown(case: Case) -> Iterator[str]:
    yield f"## {case.title}\n"
    pages = case.layout.pages(case.room.fits).pages
    for number, page in enumerate(pages, 1):
        alphabet = "GSM" if gsm.fits(page) else "UCS-2"
        size = f"{alphabet}, {length(page)} places, {taken(page)} of {case.room.octets} octets"
        yield f"Page {number} of {len(pages)}: {size}\n\n```\n{page}\n```\n"


if __name__ == "__main__":
    print(document(), end="")
