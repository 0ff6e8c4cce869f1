"""A walk over every screen of the desk, as its own page offers them: a page that is new is walked over by itself.

What stands in the head of the page with a key on it is a screen of the desk, or opens a box. Then a card in hand, in
each of its positions.
"""

import json
import urllib.request
from collections.abc import Iterator

from playwright.sync_api import Page, expect

PASSWORD = "demo-desk-10086"
HOME = "() => document.querySelector('#main #idle') && !document.querySelector('dialog[open]')"
TYPING = "document.activeElement.matches('input, textarea, select')"
ELSEWHERE = "() => !document.querySelector('#main #idle') || document.querySelector('dialog[open]')"
ORDERING = "/tmf-api/productOrderingManagement/v4/productOrder"


def order(address: str, msisdn: str, offer: str = "F800", quantity: int = 1) -> str:
    """An order of another hall. Its number."""
    item = {"id": "1", "action": "add", "quantity": quantity, "productOffering": {"id": offer}}
    party = {"id": msisdn, "role": "customer", "@referredType": "Individual"}
    document = json.dumps({"productOrderItem": [item], "relatedParty": [party]}).encode()
    headers = {"Content-Type": "application/json"}
    with urllib.request.urlopen(urllib.request.Request(address + ORDERING, document, headers), timeout=60) as answer:
        return str(json.load(answer)["id"])


def sign_in(page: Page, name: str, password: str = PASSWORD) -> None:
    page.fill("input[name=name]", name)
    page.fill("input[name=password]", password)
    page.keyboard.press("Enter")
    expect(page.locator("#next")).to_be_visible()
    page.locator("#next").focus()  # what is typed from here on are keys


def keys_of(page: Page) -> list[str]:
    """The keys that stand in the head of the page."""
    return [each.strip().lower() for each in page.locator(".top button kbd").all_inner_texts()]


def pages(page: Page) -> Iterator[str]:
    """Each screen and each box that a key in the head of the page leads to; its key is its name."""
    yield "ready"
    for key in keys_of(page):
        page.keyboard.press(key)
        page.wait_for_function(ELSEWHERE)
        boxed = page.locator("dialog[open]").count() > 0
        yield "help" if key == "?" else key
        if boxed or page.evaluate(TYPING):
            page.keyboard.press("Escape")
        if not boxed:
            page.keyboard.press(key)
        page.wait_for_function(HOME)


def card(page: Page) -> Iterator[str]:
    """A card in each of its positions; somebody has to be due for a call. It is put back at the end."""
    page.keyboard.press("n")
    expect(page.locator("#dial")).to_be_visible()
    yield "card"
    page.keyboard.press("d")
    expect(page.locator("#dialled")).to_be_visible()
    for key, outcome in (("1", "confirmed"), ("2", "changed"), ("0", "call_later")):
        page.keyboard.press(key)
        expect(page.locator(f"input[value={outcome}]")).to_be_checked()
        yield f"card-{outcome}"
    for key, box in (("w", "trouble"), ("s", "skip")):
        page.keyboard.press(key)
        expect(page.locator("dialog[open]")).to_be_visible()
        yield f"card-{box}"
        page.keyboard.press("Escape")
        expect(page.locator("dialog[open]")).to_have_count(0)
    page.keyboard.press("u")
    expect(page.locator("#card")).to_have_count(0)


WIDE = """() => {
  const framed = [document.documentElement, document.getElementById("main")].filter(Boolean);
  const wide = framed.find((each) => each.scrollWidth > each.clientWidth);
  if (!wide) return [];
  const edge = wide.getBoundingClientRect().left + wide.clientWidth + 1;
  const out = [...wide.querySelectorAll("*")].filter((each) => each.getBoundingClientRect().right > edge);
  return out.map((each) => `${each.tagName}.${each.className}#${each.id} ${each.textContent.trim().slice(0, 40)}`);
}"""


def too_wide(page: Page) -> list[str]:
    """What stands out of the window, or of the desk's middle, which a person would have to scroll sideways for."""
    return list(page.evaluate(WIDE))
