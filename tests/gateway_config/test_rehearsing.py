"""Trying dialogs in a terminal: each channel with what it allows, and time that passes when it is told to."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from dialogs.editions import open_folder
from dialogs.library import HERE
from gateway_config.commands_dialogs import dialogs
from gateway_config.rehearsal import Rehearsal
from gateway_config.seed import seed_offers
from gateway_config.settings import Settings


def rehearsal(channel: str, folder: Path = HERE) -> Rehearsal:
    return Rehearsal(Settings(), seed_offers(), channel, "8613800138000", open_folder(folder))


def said(*texts: str, channel: str = "sms", folder: Path = HERE) -> str:
    options = ["say", "--channel", channel, "--folder", str(folder), "--", *texts]
    done = CliRunner().invoke(dialogs, options)
    assert done.exit_code == 0, done.output
    return done.output


def test_text_messages_are_counted_when_they_are_several() -> None:
    assert said("YE").splitlines() == ["> YE", "您的余额为18.88元。"]
    assert said("BZ").splitlines()[-1] == "(2 text messages)"


def test_a_question_is_put_again_after_a_command() -> None:
    told = said("DG F800", "YE", "Y")
    assert told.count("您要订购酷派F800") == 2
    assert "订单号" in told


def test_screens_are_turned_and_measured() -> None:
    talk = rehearsal("ussd")
    assert talk.say("*100#")[-1] == "(screen 1 of 1, 76 of 160 octets)"
    first, measure = talk.say("3")
    assert "98 " in first
    assert measure.startswith("(screen 1 of 2, ")
    second, _ = talk.say("98")
    assert "5 关爱通" in second
    assert talk.say("99")[0] == first
    talk.say("98")
    assert "关爱通" in talk.say("5")[0]
    assert talk.say("您" * 81) == ["(that is more than one can type into a screen)"]
    assert talk.say("1")[0].startswith("已收到")
    assert talk.over


def test_an_answer_and_the_question_that_stands_share_a_screen() -> None:
    talk = rehearsal("ussd")
    for text in ("*100#", "3", "1"):
        talk.say(text)
    (screen, measure) = talk.say("YE")
    assert "18.88" in screen
    assert "酷派F800" in screen
    assert measure.startswith("(screen 1 of ")


def test_a_session_that_is_left_alone_is_closed() -> None:
    talk = rehearsal("ussd")
    assert talk.wait(500) == []
    talk.say("*100#")
    assert talk.wait(179) == []
    assert talk.wait(180) == ["(the session is closed)"]
    assert talk.over


def test_a_call_begins_with_the_menu_has_keys_only_and_silence_is_heard() -> None:
    talk = rehearsal("ivr")
    assert talk.begin()[-1] == "(one key)"
    assert talk.say("YE") == ["(a telephone has the keys 0 to 9, * and #)"]
    assert talk.wait(4) == []
    assert "没有收到有效的按键" in talk.wait(5)[0]
    asked, keys = talk.say("3")
    assert "酷派F800" in asked
    assert keys == "(1 to 4 keys, ended by #)"
    assert "一" in talk.say("1001#")[0]  # amounts are spoken in words
    assert talk.hang_up() == ["(the session is closed)"]
    assert talk.over
    assert "继续，请按一" in talk.say("")[0]  # he calls again


def test_who_orders_in_a_call_reads_the_name_of_what_he_ordered() -> None:
    written = said("3", "1001#", "1", channel="ivr")
    assert "(as a text message)" in written and "您已通过电话订购酷派F800" in written


def test_a_code_dialled_again_offers_what_stood(folder: Path = HERE) -> None:
    told = said("*100*3*1001#", "hang up", "*100#", "1", "1", channel="ussd")
    assert "您要订购酷派F800" in told.split("> hang up")[0]
    assert "1 继续" in told.split("> hang up")[1]
    assert "订单号" in told.splitlines()[-2] + told.splitlines()[-3]
    assert said("hang up") == "> hang up\n(there is no session)\n"


QUESTION = """
intent: help
about: welcome.about
states:
  asking:
    set: {name: x, most: 9}
    say: order.how_many
    ask:
      digits: {into: n, minimum: 2, maximum: 4, then: end}
      timeout: {after: 30, then: late}
  late:
    say: engine.left
    then: end
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    assert CliRunner().invoke(dialogs, ["copy", str(tmp_path / "own")]).exit_code == 0
    (tmp_path / "own" / "scripts" / "help.yaml").write_text(QUESTION, "utf-8")
    return tmp_path / "own"


@pytest.mark.parametrize("channel", ["sms", "ussd"])
def test_a_time_out_comes_when_time_has_passed(own: Path, channel: str) -> None:
    told = said("*100#", "BZ", "wait 10", "wait 20", channel=channel, folder=own)
    assert "已退出" in told.split("> wait 20\n")[1]
    assert "已退出" not in told.split("> wait 20\n")[0]


def test_the_keys_that_are_waited_for(own: Path) -> None:
    talk = rehearsal("ivr", own)
    folder = own / "scripts" / "welcome.yaml"
    folder.write_text(folder.read_text("utf-8").replace("{script: status}", "{script: help}"), "utf-8")
    talk = rehearsal("ivr", own)
    talk.begin()
    assert talk.say("4")[-1] == "(2 to 4 keys, ended by #)"


def test_a_folder_of_ones_own_is_new(own: Path) -> None:
    refused = CliRunner().invoke(dialogs, ["copy", str(own)])
    assert refused.exit_code == 2
    assert "is there already" in refused.output


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    refused = CliRunner().invoke(dialogs, ["check", "--folder", str(tmp_path)])
    assert refused.exit_code == 2
    assert "hall dialogs copy" in refused.output


def test_what_is_not_as_written_is_shown(own: Path) -> None:
    done = CliRunner().invoke(dialogs, ["test", "--folder", str(own), "--missed"])
    assert done.exit_code == 1
    assert "small.yaml:" in done.output
    assert "    -< …DG 编号 订购…" in done.output
    assert "never taken: asking: timeout" in done.output


def test_a_script_that_is_drawn_must_be_there(tmp_path: Path) -> None:
    run = CliRunner()
    assert "stateDiagram-v2" in run.invoke(dialogs, ["graph", "order"]).output
    assert "there is no script ordr" in run.invoke(dialogs, ["graph", "ordr"]).output
    assert run.invoke(dialogs, ["graph", "order", "--format", "svg", "--output", str(tmp_path / "o.svg")]).output == ""
    assert (tmp_path / "o.svg").read_text("utf-8").startswith("<svg ")
