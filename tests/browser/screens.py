"""Pictures of every screen, to be looked at: `python -m tests.browser.screens FOLDER [--night]`.

A demonstration is started, some orders are placed, and each page is visited in both languages at 1280x720; the names
say which: `zh-lead-b.png` is the screen that a supervisor reaches with B, in Chinese. The folder is for looking at and
stays out of the repository. Which screens there are the pages say themselves (`desk_walk.py`).
"""

import argparse
import tempfile
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from tests.browser import desk_walk
from tests.browser.demonstrated import chromium, demonstrated

LANGUAGES = {"zh": "zh-CN", "en": "en-GB"}
PEOPLE = ("demo", "lead")
SCREEN = ViewportSize(width=1280, height=720)
CUSTOMERS = [f"138001391{place:02}" for place in range(8)]

Colours = Literal["light", "dark"]


class Album:
    def __init__(self, browser: Browser, address: str, folder: Path, colours: Colours) -> None:
        self._browser, self._address, self._folder, self._colours = browser, address, folder, colours
        self.count = 0

    def take(self) -> None:
        for language in LANGUAGES:
            front = self._open("/", language)
            paths = [link.get_attribute("href") or "" for link in front.locator("a[href$='/']").all()]
            self._keep(front, language, "front")
            for path in paths:
                self._keep(self._open(path, language), language, path.strip("/"))
            for name in PEOPLE:
                self._desk(language, name)

    def _desk(self, language: str, name: str) -> None:
        page = self._open("/desk/", language)
        desk_walk.sign_in(page, name)
        for screen in desk_walk.pages(page):
            self._keep(page, language, f"{name}-{screen}")
        for screen in desk_walk.card(page) if name == PEOPLE[0] else ():
            self._keep(page, language, f"{name}-{screen}")
        page.context.close()

    def _open(self, path: str, language: str) -> Page:
        context = self._browser.new_context(
            locale=LANGUAGES[language], viewport=SCREEN, color_scheme=self._colours, timezone_id="Asia/Shanghai"
        )
        page = context.new_page()
        page.goto(self._address + path)
        page.wait_for_load_state("networkidle" if path != "/desk/" else "load")
        return page

    def _keep(self, page: Page, language: str, name: str) -> None:
        safe = name.replace("?", "help").replace("/", "-")
        page.screenshot(path=self._folder / f"{language}-{safe}.png")
        self.count += 1


def main() -> None:
    parser = argparse.ArgumentParser(description="pictures of every screen, in both languages")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--night", action="store_true", help="in dark colours")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data, demonstrated(Path(data), "2") as house, sync_playwright() as playwright:
        for place, each in enumerate(CUSTOMERS):
            desk_walk.order(house.address, each, ("F800", "TD80T", "G3ZJ")[place % 3], 1 + place % 4)
        album = Album(chromium(playwright), house.address, asked.folder, "dark" if asked.night else "light")
        album.take()
    print(f"{album.count} pictures in {asked.folder}")


if __name__ == "__main__":
    main()
