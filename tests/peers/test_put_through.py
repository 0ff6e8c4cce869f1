"""Callers are put through to agents, by a real Asterisk: music, announcements, two who hear each other, callbacks."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import pytest

from channels.ivr import music
from tests.peers.desk import Agent
from tests.peers.line import needs_asterisk, until
from tests.peers.phone import Answer, Call, Ring
from tests.peers.ringing_back import DESK_PHONE, House, house_of
from tests.peers.sound import CHUNK, a_law, in_order, samples

pytestmark = needs_asterisk
eventually = partial(until, within=60.0)  # what is said takes its time
WAITING = "SELECT state, agent, ending FROM waiting_calls WHERE subscriber = ? ORDER BY id"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house_of(tmp_path_factory.mktemp("put_through")) as house:
        yield house


@contextmanager
def at_the_desk(house: House, name: str = "li") -> Iterator[Agent]:
    agent = house.agent(name)
    agent.post("state", {"state": "ready"})
    yield agent
    agent.delete("session")


def heard(house: House, call: Call, *names: str) -> bool:
    paths = [house.setup.folder / "prompts" / "speech" / f"{name}.wav" for name in names]
    return all(path.exists() for path in paths) and in_order(call.heard, paths) == []


def music_of(house: House) -> bytes:
    """A tenth of a second of it, where the first chord is at its loudest."""
    sound = samples(house.setup.folder / "prompts" / "speech" / f"{music.NAME}.wav")
    return bytes(map(a_law, sound[8_000 : 8_000 + CHUNK]))


def asks_for_an_agent(house: House, caller: str) -> Call:
    call = house.phone.dial("10086", caller).answered()
    call.press("0")
    eventually("he is told so", lambda: heard(house, call, "zh/queue.begins"))
    return call


def test_music_then_an_agent_and_both_hear_each_other(house: House) -> None:
    caller = "13800138201"
    house.lines[DESK_PHONE] = Answer(after=9.0)
    with at_the_desk(house) as li:
        call = asks_for_an_agent(house, caller)
        eventually("there is music", lambda: music_of(house) in call.heard)
        eventually("it is his", lambda: li.get("callers")["mine"] is not None)
        told = li.get("callers")["mine"]
        assert told["state"] == "offered"
        assert [line["text"] for line in told["said"] if not line["ours"]][-1] == "0"
        eventually("they talk", lambda: house.rows(WAITING, f"86{caller}") == [("talking", "li", None)])
        agents = house.phone.calls[-1]
        assert agents.number == DESK_PHONE
        before, there = len(call.heard), len(agents.heard)
        agents.press("5")
        call.press("6")
        eventually("the caller hears the agent", lambda: len(call.heard) > before + 8000)
        eventually("the agent hears the caller", lambda: len(agents.heard) > there + 8000)
        card = li.post("tasks/claim")
        task = card.get("task", card)["id"]
        assert task == told["task"]
        assert li.get(f"tasks/{task}/call")["state"] == "talking"
        li.post(f"tasks/{task}/hang-up")
        agents.ended(20)
        eventually("he is thanked", lambda: heard(house, call, "zh/queue.over"))
        call.ended(20)
        assert house.rows(WAITING, f"86{caller}") == [("over", "li", "talked")]
        li.post(f"tasks/{task}/decision", {"outcome": "confirmed", "note": ""})


def test_who_is_second_hears_how_many_are_before_him_and_leaves_when_he_hangs_up(house: House) -> None:
    house.lines[DESK_PHONE] = Ring()
    with at_the_desk(house, "by_hand"):
        first = asks_for_an_agent(house, "13800138202")
        second = asks_for_an_agent(house, "13800138203")
        eventually("he hears it", lambda: heard(house, second, "zh/queue.ahead.1", "zh/queue.ahead.2"))
        eventually("the first one too", lambda: heard(house, first, "zh/queue.next"))
        first.hang_up()
        eventually("he is gone", lambda: house.rows(WAITING, "8613800138202")[-1][2] == "left")
        eventually("the next one hears it", lambda: heard(house, second, "zh/queue.ahead.1", "zh/queue.next"))
        second.hang_up()
        eventually("he is gone too", lambda: house.rows(WAITING, "8613800138203")[-1][2] == "left")
    tasks = "SELECT outcome FROM call_tasks WHERE subscriber IN ('8613800138202', '8613800138203')"
    assert house.rows(tasks) == [("left",), ("left",)]


def test_nobody_is_there_and_a_callback_is_kept(house: House) -> None:
    caller = "13800138204"
    call = asks_for_an_agent(house, caller)
    eventually("he is asked", lambda: heard(house, call, "zh/queue.nobody"))
    call.press("1")
    eventually("he is promised it", lambda: heard(house, call, "zh/queue.kept"))
    call.ended(20)
    assert house.rows(WAITING, f"86{caller}") == [("over", None, "callback")]
    task = "SELECT agent, done_at, due_at <= created_at + 60 FROM call_tasks WHERE subscriber = ?"
    assert house.rows(task, f"86{caller}") == [(None, None, 1)]


def test_who_would_rather_go_back_is_asked_again_what_stood(house: House) -> None:
    caller = "13800138205"
    call = house.phone.dial("10086", caller).answered()
    call.press("31001#")
    eventually("he is asked whether", lambda: heard(house, call, "zh/order.confirm.1"))
    call.press("0")
    eventually("nobody is there", lambda: heard(house, call, "zh/queue.begins", "zh/queue.nobody"))
    call.press("*")
    eventually("he is asked again", lambda: heard(house, call, "zh/queue.nobody", "zh/order.confirm.1"))
    call.press("1")
    eventually("he has ordered", lambda: house.rows("SELECT 1 FROM orders WHERE subscriber = ?", f"86{caller}"))
    call.hang_up()


def test_an_agent_who_does_not_pick_up_is_paused_and_the_caller_waits_on(house: House) -> None:
    caller = "13800138206"
    house.lines[DESK_PHONE] = Ring()
    with at_the_desk(house) as li:
        call = asks_for_an_agent(house, caller)
        eventually("his telephone rings", lambda: house.rows(WAITING, f"86{caller}") == [("offered", "li", None)])
        li.post(f"callers/{li.get('callers')['mine']['id']}/decline")
        eventually("he waits on", lambda: house.rows(WAITING, f"86{caller}") == [("waiting", None, None)])
        assert li.get("state")["state"] == "ready", "who declines is not paused"
        call.hang_up()
        eventually("he is gone", lambda: house.rows(WAITING, f"86{caller}")[-1][2] == "left")
