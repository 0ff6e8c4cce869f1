"""People looked after at the desk: let in, given another password, shut out; and one's own password."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import desk_walk
from tests.browser.axe import violations

pytestmark = [pytest.mark.peers, pytest.mark.slow]

Visit = Callable[..., Page]
Keep = Callable[[Page, str], None]

FIRST, SECOND = "first-secret-1", "second-secret-2"


def fill(page: Page, **fields: str) -> None:
    for name, value in fields.items():
        page.fill(f"dialog [name={name}]", value)


def test_a_supervisor_lets_somebody_in_who_sets_his_own_password(visit: Visit, keep: Keep) -> None:
    lead = visit("/desk/", height=720)
    desk_walk.sign_in(lead, "lead")
    lead.keyboard.press("j")
    lead.locator("#add-person").press("Enter")
    fill(lead, name="wang", phone="PJSIP/8002", password="short")
    assert violations(lead) == []
    keep(lead, "people-box")
    lead.keyboard.press("Enter")
    expect(lead.locator("dialog [role=alert]")).to_contain_text("至少 8 个字符")
    fill(lead, password=FIRST)
    lead.keyboard.press("Enter")
    row = lead.locator("tr[data-person=wang]")
    expect(row).to_contain_text("PJSIP/8002")
    expect(lead.locator("tr[data-person=lead] button")).to_have_count(0)  # nobody looks after himself
    keep(lead, "people-list")

    lead.keyboard.press("j")
    lead.keyboard.press("j")
    expect(row).to_contain_text("什么都接")
    for _ in range(lead.locator("[data-person] button").count()):
        lead.keyboard.press("ArrowDown")
    expect(lead.locator("#change-wang")).to_be_focused()
    lead.keyboard.press("Enter")
    lead.locator("dialog input[value=en]").press("Space")
    assert violations(lead) == []
    keep(lead, "people-skills")
    lead.keyboard.press("Enter")
    expect(row).to_contain_text("英文")

    wang = visit("/desk/", height=720)
    desk_walk.sign_in(wang, "wang", FIRST)
    wang.keyboard.press("j")
    expect(wang.locator("#card-title")).to_have_text("我的密码")
    wang.fill("#mine [name=password]", "guess")
    wang.fill("#mine [name=new]", SECOND)
    wang.keyboard.press("Enter")
    expect(wang.locator("#mine [role=alert]")).to_contain_text("密码不对")
    wang.fill("#mine [name=password]", FIRST)
    wang.locator("#mine [name=password]").press("Enter")
    expect(wang.locator("#banner")).to_contain_text("密码已改")
    desk_walk.sign_in(wang, "wang", SECOND)

    lead.locator("#change-wang").press("Enter")
    lead.get_by_role("button", name="停用").press("Enter")
    expect(row).to_contain_text("已停用")
    expect(wang.locator("#banner")).to_contain_text(re.compile("登录已失效"))


def test_in_english_an_agent_sees_only_his_own(visit: Visit, keep: Keep) -> None:
    desk = visit("/desk/", language="en-GB", height=720)
    desk_walk.sign_in(desk, "demo")
    desk.keyboard.press("j")
    expect(desk.locator("#card-title")).to_have_text("My password")
    expect(desk.locator("#add-person")).to_have_count(0)
    keep(desk, "people-own")
