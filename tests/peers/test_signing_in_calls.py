"""Who withholds his number signs in by keys, through a real Asterisk; what he presses is nowhere to be found."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.peers.hall import Hall
from tests.peers.line import House, needs_asterisk, opened, until
from tests.peers.phone import Call

pytestmark = needs_asterisk
eventually = partial(until, within=60.0)
PASSWORD = "907183"
WANG, LI, ZHAO = "13800138071", "13800138072", "13800138073"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened(tmp_path_factory.mktemp("signing_in")) as house:
        for number in (WANG, LI, ZHAO):
            house.setup.run("subscribers", "password", "set", number, "--password-stdin", stdin=f"{PASSWORD}\n")
        yield house


def signing_in(house: House, number: str) -> Call:
    call = house.phone.dial("10086", "anonymous").answered()
    eventually("he is asked for his number", lambda: house.not_heard(call, "zh/sign_in.number") == [])
    call.press(f"{number}#")
    eventually("he is asked for his password", lambda: house.not_heard(call, "zh/sign_in.password") == [])
    return call


def told_so_often(house: House, times: int) -> bool:
    return house.rows("SELECT count(*) FROM outbound WHERE phrase = 'sign_in.wrong'") == [(times,)]


def tried(house: House, number: str) -> int:
    [(count,)] = house.rows("SELECT count(*) FROM password_tries WHERE subscriber = ?", f"86{number}")
    return int(count)


def tried_so_often(house: House, number: str, times: int) -> bool:
    return tried(house, number) == times


def everything_kept(folder: Path) -> bytes:
    kept = [path for path in folder.rglob("*") if path.is_file() and path.suffix in (".db", ".db-wal", ".log", "")]
    return b"".join(path.read_bytes() for path in kept if "asterisk" not in path.parts)


def test_he_signs_in_and_hears_his_balance(house: House) -> None:
    call = signing_in(house, WANG)
    call.press(PASSWORD)
    eventually("he is greeted", lambda: house.not_heard(call, "zh/sign_in.right", "zh/welcome.choose") == [])
    call.press("1")
    eventually("he hears it", lambda: house.not_heard(call, "zh/balance.is.1", "zh/spoken/digit.8") == [])
    assert any("18.88" in said for said in house.said(WANG))
    call.hang_up()
    eventually("it is his call that is over", lambda: any(kind.startswith("closed") for kind in house.keys(WANG)))
    [(content,)] = house.rows("SELECT content FROM inbound WHERE kind = 'secret'")
    assert content == "••••••"
    assert PASSWORD.encode() not in everything_kept(house.setup.folder)


def test_three_wrong_ones_lock_it_also_for_the_right_one(house: House) -> None:
    call = signing_in(house, LI)
    for wanted, wrong in enumerate(("907184", "907185"), 1):
        call.press(wrong)
        eventually("he is told that it is wrong", partial(told_so_often, house, wanted))
    call.press("907186")
    eventually("he is told that it is locked", lambda: house.not_heard(call, "zh/sign_in.locked") == [])
    call.press("5")
    call.ended(30)
    tries = "SELECT count(*), max(locked_until) - max(at) FROM password_tries WHERE subscriber = ?"
    assert house.rows(tries, f"86{LI}") == [(3, 86_400.0)]
    again = signing_in(house, LI)
    again.press(PASSWORD)
    eventually("he is told so again", lambda: house.not_heard(again, "zh/sign_in.locked") == [])
    again.press("5")
    again.ended(30)
    assert house.rows(tries, f"86{LI}") == [(3, 86_400.0)], "what is not compared is not counted"


def test_a_try_counts_once_though_hall_dies_in_the_call(house: House) -> None:
    call = signing_in(house, ZHAO)
    call.press("907184")
    eventually("he is told that it is wrong", lambda: tried(house, ZHAO) == 1)
    eventually("he is asked again", lambda: house.not_heard(call, "zh/sign_in.wrong.1", "zh/sign_in.password") == [])
    house.hall.kill()
    house.hall = Hall(house.setup).await_ready()
    asked = "SELECT count(*) FROM outbound WHERE subscriber = '' AND phrase = 'sign_in.password' AND created_at > ?"
    began = house.rows("SELECT max(at) FROM password_tries WHERE subscriber = ?", f"86{ZHAO}")[0][0] + 1
    eventually("he is asked once more", lambda: house.rows(asked, began)[0][0] >= 1)
    for times, wrong in ((2, "907185"), (3, "907186")):
        call.press(wrong)
        eventually("it is counted", partial(tried_so_often, house, ZHAO, times))
    call.press("5")
    call.ended(60)
    assert tried(house, ZHAO) == 3
