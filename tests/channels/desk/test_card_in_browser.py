"""The card in a browser: what is read out and asked, what is left to others, noted, changed and promised."""

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from orders.ledger.engine import open_engine
from orders.order import OrderItem
from tests.channels.desk.signed_in import ask_all, judged, signed_in
from tests.channels.desk.test_desk_in_browser import Desk, chromium, claim, served
from tests.orders.ledger.desk_seed import QIAN, seed_order, seed_task
from tests.orders.ledger.pool import fill

pytestmark = pytest.mark.peers
__all__ = ["chromium"]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with served(tmp_path_factory.mktemp("card") / "hall.db") as desk:
        yield desk


@pytest.fixture
def page(chromium: Browser, desk: Desk) -> Iterator[Page]:
    """Nobody has anything in hand, and nobody has skipped anything."""
    desk.query("UPDATE call_tasks SET agent = NULL, lease_until = NULL, claimed_at = NULL, dialled_at = NULL")
    desk.query("DELETE FROM call_remarks")
    with signed_in(chromium, desk.address, "li") as page:
        yield page


def test_nothing_is_confirmed_before_all_was_asked_and_a_reload_forgets_nothing(page: Page, desk: Desk) -> None:
    claim(page, "1000000016")
    expect(page.locator(".guide .lines")).to_contain_text("工号li")
    page.keyboard.press("c")
    page.keyboard.press("c")
    page.keyboard.press("Shift+C")
    page.keyboard.press("t")
    page.keyboard.type("half asked")
    page.reload()
    expect(page.locator("textarea[name=note]")).to_have_value("half asked")
    expect(page.locator("input[name=check]:checked")).to_have_count(1)
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    expect(page.locator("#banner")).to_contain_text("还没问")
    expect(page.locator(".missing-ask")).to_have_count(page.locator("input[name=check]").count() - 1)
    assert desk.query("SELECT count(*) FROM call_attempts") == [(0,)]


def test_what_is_left_to_others_has_a_reason_and_is_not_offered_again(page: Page, desk: Desk) -> None:
    claim(page, "1000000016")
    page.keyboard.press("s")
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    expect(page.locator("#banner")).to_contain_text("已跳过")
    assert desk.query("SELECT agent, reason FROM call_remarks") == [("li", "acquainted")]
    claim(page, "1000000024")


def test_a_note_is_kept_whatever_becomes_of_the_call(page: Page, desk: Desk) -> None:
    claim(page, "1000000016")
    page.keyboard.press("t")
    page.keyboard.type("rings from a tunnel")
    page.keyboard.press("Escape")
    page.keyboard.press("k")
    expect(page.locator(".panel.attempts")).to_contain_text("rings from a tunnel")
    expect(page.locator("textarea[name=note]")).to_have_value("")
    assert desk.query("SELECT note, reason FROM call_remarks") == [("rings from a tunnel", None)]


def test_the_price_follows_what_is_changed(page: Page) -> None:
    claim(page, "1000000016")
    page.keyboard.press("2")
    page.fill("input[name=quantity]", "2")
    expect(page.locator("#quote")).to_contain_text("¥4,140.00 → ¥2,760.00")
    page.select_option("select[name=offer]", "SJK")
    expect(page.locator("#quote")).to_contain_text("¥598.00")


def test_who_promises_to_ring_himself_is_reminded(page: Page, desk: Desk) -> None:
    claim(page, "1000000016")
    page.keyboard.press("0")
    page.check("input[name=mine]")
    page.keyboard.press("Enter")
    expect(page.locator("#banner")).to_contain_text("1000000016")
    expect(page.locator("#promised li")).to_contain_text("1000000016")
    desk.query("UPDATE call_tasks SET due_at = 1.0 WHERE order_number = '1000000016'")
    expect(page.locator("#banner")).to_contain_text("您答应 138****8000 的回拨到时间了")
    claim(page, "1000000016")


def test_what_was_asked_stands_in_what_happened(page: Page, desk: Desk) -> None:
    claim(page, "1000000016")
    page.keyboard.press("d")
    expect(page.locator("#dialled")).to_contain_text("138 0013 8000")
    ask_all(page)
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    expect(page.locator("#banner")).to_contain_text("1000000016")
    (told,) = desk.query("SELECT data FROM order_events WHERE act = 'confirm'")
    assert '"asked":["ordered","total","several","address"]' in str(told)


def test_another_number_is_found_kept_and_recorded_by_keys(page: Page, desk: Desk) -> None:
    old, lucky = "13912345671", "13998888888"
    engine = open_engine(f"sqlite:///{desk.database}")
    with engine.begin() as connection:
        fill(connection, [old, lucky, "13912340777"])
        seed_order(connection, "1000000032", QIAN, items=[OrderItem("F800", 1, 138_000, old)], at=time.time())
        seed_task(connection, 3, "1000000032", QIAN, priority=99, due_at=time.time() - 60)
    engine.dispose()
    claim(page, "1000000032")
    page.keyboard.press("f")
    page.keyboard.type("AAAA")
    page.keyboard.press("Enter")
    expect(page.locator("#found .option")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#numbers-said")).to_contain_text(f"{lucky} 已为客户保留到")
    judged(page)
    expect(page.locator("#quote")).to_contain_text("¥1,380.00 →")
    assert desk.query(f"SELECT state, holder FROM numbers WHERE number = '{lucky}'") == [("held", QIAN)]
    ask_all(page)
    page.keyboard.press("Escape")
    page.keyboard.press("t")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#banner")).to_contain_text("1000000032")
    assert desk.query(f"SELECT state, order_number FROM numbers WHERE number = '{lucky}'") == [
        ("ordered", "1000000032")
    ]
