"""What an agent and a customer say to each other is recorded, once both know: through a real Asterisk."""

import io
import json
import struct
import urllib.request
import wave
from collections.abc import Iterator

import pytest

from tests.peers.desk import Refused
from tests.peers.line import needs_asterisk, until
from tests.peers.ringing_back import SECRET, House, house_of
from tests.peers.sound import a_law, samples

pytestmark = needs_asterisk

WITHIN = 40.0
WHO = "8613800138301"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house_of(tmp_path_factory.mktemp("recorded"), calls="record = true") as house:
        house.setup.run("agents", "add", "boss", "--role", "supervisor", "--password-stdin", stdin=SECRET)
        yield house


def is_loud(sample: int) -> bool:
    return abs(sample) > 1_000


LOUD = frozenset(a_law(sample) for sample in range(-32_768, 32_768, 16) if is_loud(sample))


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
    for told in (agent, customer):  # both are in a conference, where nothing arrives octet by octet
        until("he is told", lambda told=told: sum(map(LOUD.__contains__, told.heard)) > 0.8 * said, WITHIN)
    recorded = house.asterisk.run / "spool" / "recording"
    until("it is recorded", lambda: list(recorded.glob("hall-*")), WITHIN)
    began = len(customer.heard)
    until("they go on talking", lambda: len(customer.heard) > began + 3 * 8_000, WITHIN)
    talked = (len(customer.heard) - began) / 8_000
    customer.hang_up()

    boss = house.agent("boss")
    until("it is fetched", lambda: boss.get(f"tasks/{task}/recordings")["recordings"], WITHIN)
    [kept] = boss.get(f"tasks/{task}/recordings")["recordings"]
    assert talked - 1.0 < kept["seconds"] < talked + 3.0
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


def test_the_interface_describes_it(house: House) -> None:
    with urllib.request.urlopen(f"http://127.0.0.1:{house.setup.web}/api/openapi.json", timeout=20) as response:
        paths = json.loads(response.read())["paths"]
    told = paths["/desk/api/v1/calls/{call}/recording.wav"]["get"]["responses"]["200"]["content"]
    assert list(told) == ["audio/wav"]
