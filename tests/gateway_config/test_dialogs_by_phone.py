"""Every dialog of the 10086 line, key by key, in the words that a caller hears: all of Hall but the sound."""

import time
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import pytest_twisted
from argon2 import PasswordHasher
from twisted.internet.defer import Deferred

from channels.ivr.prompts import PAUSE, Shelf
from dialogs.library import load_library
from dialogs.sounds import known
from gateway_config import housekeeping
from gateway_config.number_settings import NumberSettings, grades_of
from gateway_config.pretend_line import PretendLine, WordedPrompts
from gateway_config.seed.numbers import seed_numbers
from orders.ledger import number_importing, service_passwords
from orders.ledger.tables import balances, call_tasks, orders, surveys
from tests.gateway_config.whole_house import House, Log, listened, reactor, soon

WANG = "8613800138000"


class Telephone:
    """Hears in words, and plays each prompt to its end as soon as it was heard."""

    def __init__(self, house: House, line: PretendLine, msisdn: str = WANG) -> None:
        self._house, self._line = house, line
        self._seen = 0
        self.call = line.ring(msisdn)

    async def hears(self, part: str) -> str:
        """What is said next, which has this part; whatever comes before it is listened to."""
        heard: list[str] = []
        await self._house.until(lambda: any(part in said for said in self._listens(heard)))
        return next(said for said in heard if part in said)

    def _listens(self, heard: list[str]) -> list[str]:
        for number, told in self._line.since(self.call, self._seen):
            self._seen = number
            if "play" in told:
                heard.append("".join(sound["words"] for sound in told["sounds"]))
                self._line.played(self.call, told["play"])
        return heard

    def presses(self, keys: str) -> None:
        for key in keys:
            self._line.press(self.call, key)

    async def asked(self, keys: str, part: str) -> str:
        self.presses(keys)
        return await self.hears(part)

    async def is_over(self) -> None:
        await self._house.until(lambda: self._listens([]) is None or self._ended())

    def _ended(self) -> bool:
        return any("over" in told for _, told in self._line.since(self.call, 0))

    def hangs_up(self) -> None:
        self._line.hang_up(self.call)


@pytest.fixture(autouse=True)
def log() -> Iterator[Log]:
    with listened() as log:
        yield log
    assert not log.errors, log.text.getvalue()


@pytest_twisted.async_yield_fixture
async def house(log: Log, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    monkeypatch.setattr(housekeeping, "EVERY", 0.05)
    house = await House(tmp_path).opens()
    pool = seed_numbers(grades_of(NumberSettings()), 50)
    house.sees(lambda connection: number_importing.take_in(connection, pool, time.time()))
    await house.starts()
    yield house
    await soon(house.ends())


class ListedPrompts(WordedPrompts):
    """And what is not listed for whoever records it is kept."""

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        book = load_library().phrases
        self.unlisted: set[str] = set()
        self._listed = {sound.name for language in book.languages for sound in known(book, language)} | {PAUSE, ""}

    def media(self, sounds: Sequence[tuple[str, str]], language: str) -> "Deferred[tuple[str, ...]]":
        self.unlisted |= {name for name, _ in sounds} - self._listed
        return super().media(sounds, language)


@pytest.fixture
def line(house: House, tmp_path: Path) -> Iterator[PretendLine]:
    made = PretendLine(reactor, tmp_path)
    made.exchange = house.server.calls.exchange
    prompts = made.exchange.prompts = ListedPrompts(Shelf(tmp_path, speaks=False), house.server.aside)
    made.exchange.first = 0.2
    yield made
    assert not prompts.unlisted, "hall prompts list does not name what was said"


def rows(house: House, table: Any) -> list[Any]:
    return list(house.sees(lambda connection: connection.execute(table.select()).all()))


@pytest_twisted.ensureDeferred
async def test_balance_bill_and_language(house: House, line: PretendLine) -> None:
    call = Telephone(house, line)
    await call.hears("您好，欢迎使用营业厅")
    await call.asked("1", "十八元八角八分")
    await call.hears("还需要其他服务")
    await call.asked("8", "账单")
    await call.hears("还需要其他服务")
    assert "还需要其他服务" in await call.asked("#", "账单"), "once more, and the question"
    await call.asked("*", "您好，欢迎使用营业厅")
    await call.asked("1", "十八元八角八分")
    await call.asked("5", "感谢您的来电，再见")
    await call.is_over()
    call = Telephone(house, line)
    await call.asked("9", "请选择语言")
    menu = await call.asked("2", "Welcome to the service hall")
    assert "Balance" in menu and "Chinese" in menu
    call.hangs_up()
    await Telephone(house, line).hears("Welcome to the service hall")


@pytest_twisted.ensureDeferred
async def test_a_number_by_its_last_digits_is_ordered_and_written(house: House, line: PretendLine) -> None:
    wang, call = house.handset(WANG), Telephone(house, line)
    await call.asked("2", "请输入想要的尾号")
    listed = await call.asked("888#", "请选择号码")
    assert "八八八" in listed
    await call.asked("1", "为您保留")
    told = await call.asked("1", "订购，订单号")
    [order] = rows(house, orders)
    spoken = order.number.translate(str.maketrans("0123456789", "零幺二三四五六七八九"))
    assert spoken in told
    written = await wang.reads()
    assert order.number in written and "888" in written and "号卡" in written
    await call.is_over()


@pytest_twisted.ensureDeferred
async def test_an_order_by_its_code_and_where_it_is(house: House, line: PretendLine) -> None:
    wang, call = house.handset(WANG), Telephone(house, line)
    await call.asked("3", "请输入要订购的商品编号")
    await call.asked("1001#", "酷派F800")
    await call.asked("1", "订单号")
    assert "酷派F800" in await wang.reads()
    await call.asked("4", "酷派F800")
    await call.hears("还需要其他服务")
    await call.hears("没有收到有效的按键。请问还需要其他服务")
    await call.hears("感谢您的来电，再见")
    await call.is_over()
    assert len(rows(house, orders)) == 1


@pytest_twisted.ensureDeferred
async def test_back_and_once_more(house: House, line: PretendLine) -> None:
    call = Telephone(house, line)
    await call.asked("3", "请输入要订购的商品编号")
    await call.asked("#", "请输入要订购的商品编号")
    await call.asked("1001#", "您要订购")
    await call.asked("#", "您要订购")
    await call.asked("*", "请输入要订购的商品编号")
    await call.asked("*", "您好，欢迎使用营业厅")
    await call.asked("*", "再见")
    await call.is_over()
    assert rows(house, orders) == []


@pytest_twisted.ensureDeferred
async def test_another_number_with_its_password_and_then_his_own(house: House, line: PretendLine) -> None:
    li, now = "8613900139000", time.time()
    house.sees(lambda connection: service_passwords.put(connection, [(li, PasswordHasher().hash("135790"))], now))
    account = {"subscriber": li, "amount": 77_700, "updated_at": now}
    house.sees(lambda connection: connection.execute(balances.insert(), [account]))
    call = Telephone(house, line)
    assert "查询其他号码" in await call.hears("您好，欢迎使用营业厅")
    await call.asked("6", "请输入您的手机号码")
    await call.asked("13900139000#", "请输入六位服务密码")
    await call.asked("135790", "验证通过")
    await call.hears("您好，欢迎使用营业厅")
    await call.asked("1", "七百七十七元")
    line.exchange.other_number = 0.0
    for held in line.exchange.calls.values():
        held.other_until = 0.0
    await call.asked("1", "现在为您返回本机号码")
    await call.hears("您好，欢迎使用营业厅")
    await call.asked("1", "十八元八角八分")
    call.hangs_up()


@pytest_twisted.ensureDeferred
async def test_a_delivery_is_rated_by_a_key_of_the_menu_while_it_may_be(house: House, line: PretendLine) -> None:
    row = {"subscriber": WANG, "order_number": "1000000017", "delivered_at": time.time()}
    house.sees(lambda connection: connection.execute(surveys.insert(), [row]))
    call = Telephone(house, line)
    assert "为配送服务评价请按七" in await call.hears("您好，欢迎使用营业厅")
    await call.asked("7", "服务打分")
    await call.asked("1", "感谢您的反馈")
    await call.hears("还需要其他服务")
    assert "为配送服务评价" not in await call.asked("*", "您好，欢迎使用营业厅")
    call.hangs_up()
    [kept] = rows(house, surveys)
    assert (kept.score, kept.due_at) == (1, None)
    assert kept.asked_at is not None and kept.scored_at is not None


@pytest_twisted.ensureDeferred
async def test_three_wrong_keys_lead_to_a_person(house: House, line: PretendLine) -> None:
    call = Telephone(house, line)
    await call.hears("您好，欢迎使用营业厅")
    await call.asked("5", "没有收到有效的按键")
    await call.asked("7", "没有收到有效的按键")
    await call.asked("5", "客服会尽快致电给您")
    await call.is_over()
    assert len(rows(house, call_tasks)) == 1


@pytest_twisted.ensureDeferred
async def test_who_says_nothing_is_taken_leave_of(house: House, line: PretendLine) -> None:
    call = Telephone(house, line)
    await call.hears("没有收到有效的按键")
    await call.hears("没有收到有效的按键")
    await call.hears("本次通话即将结束")
    await call.is_over()


@pytest_twisted.ensureDeferred
async def test_who_hangs_up_in_the_middle_goes_on_by_text(house: House, line: PretendLine) -> None:
    wang, call = house.handset(WANG), Telephone(house, line)
    await call.asked("3", "请输入要订购的商品编号")
    await call.asked("1001#", "您要订购")
    call.hangs_up()
    assert "酷派F800" in await wang.reads()
    assert rows(house, orders) == []
    assert "您要订购酷派F800" in await wang.texts("1")
    assert "订单号" in await wang.texts("Y")
    assert len(rows(house, orders)) == 1


@pytest_twisted.ensureDeferred
async def test_or_by_his_next_call(house: House, line: PretendLine) -> None:
    wang, call = house.handset(WANG), Telephone(house, line)
    await call.asked("3", "请输入要订购的商品编号")
    await call.asked("1001#", "您要订购")
    call.hangs_up()
    await wang.reads()
    call = Telephone(house, line)
    await call.hears("酷派F800")
    await call.asked("1", "您要订购")
    await call.asked("1", "订单号")
    await call.is_over()
    assert len(rows(house, orders)) == 1
    assert "订单号" in await wang.reads()
