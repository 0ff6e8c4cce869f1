"""People come in by an identity provider, a real one, in a real browser: who, as what, how they go, who stays out."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.axe import violations
from tests.peers.hall import Hall, Setup
from tests.peers.identity import IdentityProvider
from tests.peers.ports import free_port

pytestmark = [pytest.mark.peers, pytest.mark.slow]

Keep = Callable[[Page, str], None]


class House:
    def __init__(self, folder: Path) -> None:
        self.setup = Setup(folder, f"sqlite:///{folder / 'hall.db'}", free_port(), free_port())
        self.address = f"http://127.0.0.1:{self.setup.web}"
        self.provider = IdentityProvider(self.address)
        self.setup.configure()
        text = self.setup.configuration.read_text()
        public = f'[web]\npublic = "{self.address}"'
        self.setup.configuration.write_text(text.replace("[web]", public) + self.provider.settings())
        self.setup.run("db", "upgrade")
        self.setup.run("agents", "add", "li", "--password-stdin", stdin="a-secret-of-li\n")
        self.provider.start("RS256")
        self.hall = Hall(self.setup).await_ready()

    def end(self) -> None:
        self.hall.end()
        self.provider.stop()

    def noted(self) -> str:
        return self.setup.run("audit", "list")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    house = House(tmp_path_factory.mktemp("house"))
    yield house
    house.end()


@pytest.fixture
def person(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 720})
    yield context
    context.close()


def comes(person: BrowserContext, house: House, name: str) -> Page:
    """By the provider: its own page asks who he is, and whether he agrees."""
    page = person.new_page()
    page.goto(f"{house.address}/desk/")
    page.click("#provider")
    page.fill("input[name=login]", name)
    page.fill("input[name=password]", "any will do there")
    page.click("button[type=submit]")
    expect(page.locator("body")).to_contain_text("Authorize")
    page.click("button[type=submit]")
    page.wait_for_url(f"{house.address}/desk/**")
    return page


def test_a_supervisor_comes_in_and_is_one(house: House, person: BrowserContext, browser: Browser, keep: Keep) -> None:
    page = comes(person, house, "boss")
    expect(page.locator(".me")).to_have_text("boss")
    expect(page.locator(".pages button").first).to_be_visible()
    assert {cookie["sameSite"] for cookie in person.cookies(f"{house.address}/desk/")} == {"Strict"}
    page.keyboard.press("j")
    expect(page.locator("tr[data-person=boss]")).to_contain_text("统一登录")
    keep(page, "identity-people")
    page.reload()
    expect(page.locator(".me")).to_have_text("boss")
    assert re.search(r"signed_in\W+agent boss", house.noted())


def test_whoever_leaves_leaves_his_provider_too(house: House, person: BrowserContext, keep: Keep) -> None:
    page = comes(person, house, "ann")
    expect(page.locator(".me")).to_have_text("ann")
    expect(page.locator(".pages button[data-page=y]")).to_have_count(0)
    page.get_by_role("button", name="退出").click()
    expect(page).to_have_url(re.compile(re.escape(house.provider.issuer)))
    page.click("button[value=yes]")
    page.wait_for_url(f"{house.address}/desk/")
    expect(page.locator("#provider")).to_be_visible()
    keep(page, "identity-door")
    assert violations(page) == []
    page.click("#provider")
    expect(page.locator("input[name=login]")).to_be_visible()  # it asks anew who he is


def test_whoever_is_gone_there_is_gone_here(house: House, person: BrowserContext) -> None:
    page = comes(person, house, "ann")
    expect(page.locator(".me")).to_have_text("ann")
    there = person.new_page()
    there.goto(f"{house.provider.issuer}/session/end")
    there.click("button[value=yes]")
    expect(there.locator("body")).to_contain_text("Sign-out Success")
    page.keyboard.press("n")
    expect(page.locator("#banner")).to_contain_text("登录已失效")
    assert re.search(r"signed_out\W+agent ann.*identity provider", house.noted())


def test_whoever_has_no_role_here_is_told_so(house: House, person: BrowserContext, keep: Keep) -> None:
    page = comes(person, house, "guest")
    expect(page.locator("#banner")).to_contain_text("没有坐席台的角色")
    keep(page, "identity-no-role")
    expect(page.locator(".me")).to_have_count(0)
    assert page.url == f"{house.address}/desk/"
    assert "guest" not in house.setup.run("agents", "list")


def test_whoever_declines_there_is_told_so(house: House, person: BrowserContext) -> None:
    page = person.new_page()
    page.goto(f"{house.address}/desk/")
    page.click("#provider")
    page.get_by_text("Cancel").click()
    page.wait_for_url(f"{house.address}/desk/**")
    expect(page.locator("#banner")).to_contain_text("没有通过")


def test_a_code_of_somebody_else_is_of_no_use(house: House, person: BrowserContext) -> None:
    page = person.new_page()
    page.goto(f"{house.address}/desk/oidc/back?code=stolen&state=guessed")
    expect(page.locator("#banner")).to_contain_text("请重新开始")


def test_a_disabled_agent_stays_out(house: House, person: BrowserContext, browser: Browser) -> None:
    comes(person, house, "ann").close()
    house.setup.run("agents", "disable", "ann")
    other = browser.new_context(locale="zh-CN")
    page = comes(other, house, "ann")
    expect(page.locator("#banner")).to_contain_text("已停用")
    other.close()


def test_passwords_open_the_door_beside_it(house: House, person: BrowserContext) -> None:
    page = person.new_page()
    page.goto(f"{house.address}/desk/")
    page.fill("input[name=name]", "li")
    page.fill("input[name=password]", "a-secret-of-li")
    page.keyboard.press("Enter")
    expect(page.locator(".me")).to_have_text("li")
    page.get_by_role("button", name="退出").click()
    expect(page.locator("#provider")).to_be_visible()
    assert page.url == f"{house.address}/desk/"


def test_the_provider_changes_its_keys(house: House, person: BrowserContext) -> None:
    """To others of another kind, while Hall has the old ones."""
    house.provider.stop()
    house.provider.start("ES256")
    page = comes(person, house, "boss")
    expect(page.locator(".me")).to_have_text("boss")


def test_a_provider_that_is_away(house: House, person: BrowserContext) -> None:
    house.provider.stop()
    page = person.new_page()
    page.goto(f"{house.address}/desk/oidc/back?code=c&state=s")
    page.goto(f"{house.address}/desk/")
    expect(page.locator("input[name=name]")).to_be_visible()  # passwords still do
