"""What an agent and a customer say to each other is recorded, once both know: through a real Asterisk."""

import io
import json
import os
import sqlite3
import struct
import time
import urllib.request
import wave
from collections.abc import Iterator
from contextlib import closing
from functools import partial

import pytest
from playwright.sync_api import Browser, expect

from tests.channels.desk.desk_browser import PASSWORD
from tests.channels.desk.signed_in import signed_in
from tests.channels.desk.test_desk_in_browser import chromium
from tests.peers.desk import Agent, Refused
from tests.peers.line import needs_asterisk, until
from tests.peers.patience import WITHIN
from tests.peers.phone import Call
from tests.peers.ringing_back import House, house_of
from tests.peers.sound import a_law, in_order, samples

__all__ = ["chromium"]

pytestmark = needs_asterisk

LENGTH = """
audio => new Promise((heard) => {
  audio.onloadedmetadata = () => heard(audio.duration);
  audio.preload = "metadata";
  audio.load();
})
"""

WHO = "8613800138301"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house_of(tmp_path_factory.mktemp("recorded"), calls="record = true") as house:
        house.setup.run("agents", "add", "boss", "--role", "supervisor", "--password-stdin", stdin=PASSWORD)
        yield house


def is_loud(sample: int) -> bool:
    return abs(sample) > 1_000


LOUD = frozenset(a_law(sample) for sample in range(-32_768, 32_768, 16) if is_loud(sample))


def has_heard(told: Call, loud: float) -> bool:
    return sum(map(LOUD.__contains__, told.heard)) > loud


def test_a_talk_is_recorded_after_both_were_told_and_a_supervisor_hears_it(house: House) -> None:
    house.orders(WHO)
    li = house.agent("li")
    task = li.post("tasks/claim")["id"]
    li.post(f"tasks/{task}/dial")
    until("they talk", lambda: li.get(f"tasks/{task}/call")["state"] == "talking", WITHIN)
    agent, customer = house.phone.calls[-2:]
    notice = house.setup.folder / "prompts" / "speech" / "zh" / "calls.recorded.wav"
    until("it is there to be said", notice.exists, WITHIN)
    said = sum(map(is_loud, samples(notice)))
    told_at = len(customer.heard)
    for told in (agent, customer):  # both are in a conference, where nothing arrives octet by octet
        until("he is told", partial(has_heard, told, 0.8 * said), WITHIN)
    recorded = house.asterisk.run / "spool" / "recording"
    until("it is recorded", lambda: list(recorded.glob("hall-*")), WITHIN)
    began = len(customer.heard)
    until("they go on talking", lambda: len(customer.heard) > began + 3 * 8_000, WITHIN)
    talked = (len(customer.heard) - began) / 8_000
    customer.hang_up()

    boss = Agent(house.setup.web, "boss", PASSWORD)
    until("it is fetched", lambda: boss.get(f"tasks/{task}/recordings")["recordings"], WITHIN)
    [kept] = boss.get(f"tasks/{task}/recordings")["recordings"]
    assert talked - 1.0 < kept["seconds"] < (len(customer.heard) - told_at) / 8_000 + 1.0
    assert (kept["agent"], kept["call"]) == ("li", li.get(f"tasks/{task}/call")["id"])

    with pytest.raises(Refused, match="403"):
        li.get(f"tasks/{task}/recordings")
    status, kind, sound = boss.fetch(kept["href"])
    assert (status, kind) == (200, "audio/wav")
    with wave.open(io.BytesIO(sound)) as read:
        assert (read.getframerate(), read.getnchannels()) == (8_000, 1)
        assert read.getnframes() / 8_000 == pytest.approx(kept["seconds"], abs=0.1)
        loud = sum(map(is_loud, struct.unpack(f"<{read.getnframes()}h", read.readframes(read.getnframes()))))
    assert loud < 0.1 * said, "what was said before it began is not on it"
    assert boss.fetch(kept["href"], Range="bytes=0-3") == (206, "audio/wav", b"RIFF")
    noted = house.rows("SELECT who, what FROM access_log WHERE act = 'listened'")
    assert noted == [("boss", f"call {kept['call']}")] * 2
    assert list(recorded.glob("*.wav")) == [], "Asterisk keeps nothing"

    li.post(f"tasks/{task}/decision", {"outcome": "rejected", "note": ""})
    [(file,)] = house.rows("SELECT file FROM recordings")
    folder = house.setup.folder / "var" / "recordings"
    assert (folder / file).exists()
    house.setup.run("subscribers", "erase", WHO, "--reason", "asked for it")
    assert house.rows("SELECT file FROM recordings") == []
    assert not (folder / file).exists()
    with pytest.raises(Refused, match="404"):
        boss.get(kept["href"])


def test_a_caller_who_is_put_through_is_recorded_too_and_passed_back_when_his_agent_goes(house: House) -> None:
    li = house.agent("li")
    li.post("state", {"state": "ready"})
    call = house.phone.dial("10086", "13800138303").answered()
    call.press("0")
    waits = partial(house.rows, "SELECT state, id FROM waiting_calls WHERE subscriber = '8613800138303'")
    until("they talk", lambda: waits() and waits()[0][0] == "talking", WITHIN)
    [(_, number)] = waits()
    recorded = house.asterisk.run / "spool" / "recording"
    until("it is recorded", lambda: list(recorded.glob(f"hall-{number}.*")), WITHIN)
    agents = house.phone.calls[-1]
    li.delete("session")
    agents.ended(WITHIN)
    until("he waits again", lambda: waits()[0][0] == "waiting", WITHIN)
    begins = house.setup.folder / "prompts" / "speech" / "zh" / "queue.begins.wav"
    until("and is told so", lambda: in_order(call.heard, [begins, begins]) == [], WITHIN)
    call.hang_up()
    kept = partial(house.rows, "SELECT agent, subscriber FROM recordings WHERE call = ?", number)
    until("it is fetched", lambda: kept() == [("li", "8613800138303")], WITHIN)


def test_the_interface_describes_it(house: House) -> None:
    with urllib.request.urlopen(f"http://127.0.0.1:{house.setup.web}/api/openapi.json", timeout=WITHIN) as response:
        paths = json.loads(response.read())["paths"]
    told = paths["/desk/api/v1/calls/{call}/recording.wav"]["get"]["responses"]["200"]["content"]
    assert list(told) == ["audio/wav"]


def test_a_supervisor_hears_it_on_the_card(house: House, chromium: Browser) -> None:
    who = "8613800138302"
    house.orders(who)
    folder = house.setup.folder / "var" / "recordings" / "2026-11"
    folder.mkdir(parents=True, exist_ok=True)
    with wave.open(str(folder / "7.wav"), "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(8_000)
        written.writeframes(bytes(16_000 * 3))
    with closing(sqlite3.connect(house.setup.folder / "hall.db", timeout=30)) as database, database:
        database.execute(
            "INSERT INTO recordings SELECT subscriber, 7, id, 'li', ?, 3.0, '2026-11/7.wav' FROM call_tasks"
            " WHERE subscriber = ?",
            [time.time() - 60, who],
        )
    with signed_in(chromium, f"http://127.0.0.1:{house.setup.web}/desk/", "boss") as page:
        page.keyboard.press("n")
        expect(page.locator(".recordings h3")).to_have_text("通话录音")
        heard = page.locator(".recordings audio")
        expect(heard).to_have_count(1)
        assert heard.evaluate(LENGTH) == pytest.approx(3.0, abs=0.1)
        page.click("button[lang=en]")
        expect(page.locator(".recordings h3")).to_have_text("Recordings")
        if where := os.environ.get("HALL_SCREENSHOTS"):
            page.set_viewport_size({"width": 1280, "height": 720})
            page.locator(".recordings").scroll_into_view_if_needed()
            page.screenshot(path=f"{where}/recordings.png")
    assert ("boss", "call 7") in house.rows("SELECT who, what FROM access_log WHERE act = 'listened'")
