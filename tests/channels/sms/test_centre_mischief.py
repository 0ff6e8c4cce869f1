import io
import json
from random import Random

import pytest
from click.testing import CliRunner
from pydantic import ValidationError
from twisted.internet.testing import StringTransport

from channels.smpp.link import Link, State
from channels.smpp.settings import LinkSettings
from channels.sms.centre.crowd import FIRST, Crowd
from channels.sms.centre.journal import JsonJournal
from channels.sms.centre.mischief import Mischief, MischiefSettings
from channels.sms.centre.odd_receipts import FORMS
from channels.sms.centre.terminal import Terminal
from channels.sms.centre.troubles import OCTETS, PDUS, Troubles
from gateway_config.command import main
from tests.channels.sms.smsc_esme import BIND_TRX, DELIVER, RESP, SUBMIT, House, bind_body, frame, sm_body

LI = "8613800138000"


def mischievous(**how):
    return Mischief(MischiefSettings(**how), Random(1))


def badly(**how):
    return House(mischievous(**how), decimal_ids="hex" in how.get("receipts", ()))


def submit(hall, count=1, registered=0):
    sequences = [hall.send(SUBMIT, sm_body("10086", LI, b"x", registered=registered)) for _ in range(count)]
    return sequences, answers(hall)


def answers(hall):
    return [(status, sequence) for command, status, sequence, _ in hall.heard() if command == SUBMIT | RESP]


# ── answers ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_without_mischief_it_is_as_good_as_the_demonstrations():
    hall = badly().hall()
    sequences, answered = submit(hall, 3)
    assert answered == [(0, sequence) for sequence in sequences]


def test_late_answers():
    house = badly(delay=5)
    hall = house.hall()
    sequences, answered = submit(hall, 3)
    assert answered == []
    house.clock.advance(5)
    assert sorted(answers(hall)) == [(0, sequence) for sequence in sequences]


def test_nothing_comes_of_a_message_before_its_late_answer():
    house = badly(delay=5)
    hall = house.hall()
    submit(hall, registered=1)
    house.clock.advance(5)
    assert [command for command, *_ in hall.heard()] == [SUBMIT | RESP, DELIVER]


def test_an_answer_that_is_late_for_its_connection_is_forgotten():
    house = badly(delay=5)
    hall = house.hall()
    submit(hall)
    hall.lose()
    house.clock.advance(5)
    assert house.shown(LI) == [("in", "x", "delivered")]
    assert house.clock.getDelayedCalls() == []


def test_no_answer_though_the_message_was_taken():
    house = badly(drop=1)
    _, answered = submit(house.hall())
    assert answered == []
    house.clock.advance(600)
    assert house.shown(LI) == [("in", "x", "delivered")]
    assert house.centre.manners.counts["answers never given"] == 1


def test_some_answers_are_overtaken():
    house = badly(reorder=0.5)
    hall = house.hall()
    sequences, answered = submit(hall, 20)
    house.clock.advance(1)
    answered += answers(hall)
    assert [sequence for _, sequence in answered] != sequences
    assert sorted(sequence for _, sequence in answered) == sequences


def test_so_many_a_second_and_then_it_throttles():
    house = badly(throttle=2)
    hall = house.hall()
    assert [status for status, _ in submit(hall, 4)[1]] == [0, 0, 0x58, 0x58]
    house.clock.advance(1)
    assert [status for status, _ in submit(hall)[1]] == [0]


def test_not_now():
    _, answered = submit(badly(refuse=1).hall(), 20)
    assert {status for status, _ in answered} == {0x08, 0x14}


def test_congestion_is_told_with_every_answer():
    hall = badly(congestion=95).hall()
    hall.send(SUBMIT, sm_body("10086", LI, b"x"))
    ((_, _, _, body),) = hall.heard()
    assert body.endswith(b"\x04\x28\x00\x01\x5f")


def test_binds_are_refused():
    house = badly(refuse_binds=1)
    esme = house.esme()
    esme.send(BIND_TRX, bind_body("hall"))
    ((command, status, _, _),) = esme.heard()
    assert command == BIND_TRX | RESP
    assert status in (0x05, 0x08)


def test_a_deliver_sm_comes_twice_and_only_one_of_them_matters():
    house = badly(duplicate=1)
    hall = house.hall()
    house.centre.submit_mo(LI, "YE")
    first, second = hall.deliveries()
    assert (first.text, second.text) == (b"YE", b"YE")
    assert first.sequence != second.sequence
    hall.ok(second, status=0x64)
    assert house.shown(LI) == [("out", "YE", "sent")]
    hall.ok(first)
    assert house.shown(LI) == [("out", "YE", "delivered")]
    assert hall.deliveries() == []


# ── receipts ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def receipts_in(form):
    hall = badly(receipts=(form,)).hall()
    _, message_id = hall.submit("10086", LI, b"hello", registered=1)
    return message_id, hall.take()


LOOKS = {
    "same": lambda number, receipt: f"id:{number} sub:001" in receipt and "text:hello" in receipt,
    "hex": lambda number, receipt: f"id:{int(number):x} " in receipt,
    "decimal": lambda number, receipt: f"id:{int(number, 16)} " in receipt,
    "upper": lambda number, receipt: f"id:{number.upper()} " in receipt,
    "padded": lambda number, receipt: f"id:{number:0>20} " in receipt,
    "short": lambda number, receipt: receipt == f"id:{number} stat:DELIVRD err:000",
    "capital": lambda number, receipt: " Stat:DELIVRD Err:000 Text:hello" in receipt,
    "parameters": lambda number, receipt: receipt == "",
    "text": lambda number, receipt: "stat:DELIVRD" in receipt,
    "twice": lambda number, receipt: "stat:DELIVRD" in receipt,
}


@pytest.mark.parametrize("form", sorted(LOOKS))
def test_receipts_in_odd_forms(form):
    message_id, receipts = receipts_in(form)
    assert len(receipts) == (2 if form == "twice" else 1)
    for receipt in receipts:
        assert receipt.esm_class == 0x04
        assert LOOKS[form](message_id, receipt.text.decode())
        assert (0x001E in receipt.tlvs) == (form in ("same", "parameters", "twice"))


def test_every_form_has_been_looked_at():
    assert set(FORMS) == {*LOOKS, "enroute", "never"}


def test_under_way_and_then_delivered():
    _, receipts = receipts_in("enroute")
    assert [(receipt.esm_class, receipt.tlvs[0x0427]) for receipt in receipts] == [(0x20, b"\1"), (0x04, b"\2")]


def test_no_receipt_at_all():
    assert receipts_in("never")[1] == []


def test_a_receipt_before_the_answer():
    house = badly(receipts=("early",))
    hall = house.hall()
    commands = []
    for _ in range(20):
        hall.send(SUBMIT, sm_body("10086", LI, b"x", registered=1))
        house.clock.advance(0.1)
        heard = hall.heard()
        commands.append([command for command, *_ in heard])
        for command, _, sequence, _ in heard:
            if command == DELIVER:
                hall.send(DELIVER | RESP, b"\0", 0, sequence)
    assert [DELIVER, SUBMIT | RESP] in commands
    assert [SUBMIT | RESP, DELIVER] in commands


@pytest.mark.parametrize("forms", [("nonsense",), ("hex", "decimal")])
def test_forms_that_cannot_be(forms):
    with pytest.raises(ValidationError):
        MischiefSettings(receipts=forms)


# ── connections ──────────────────────────────────────────────────────────────────────────────────────────────────────


def troubled(**how):
    house = House()
    hall = house.hall()
    Troubles(house.clock, house.centre, MischiefSettings(**how), Random(1)).begin()
    return house, hall


def test_connections_are_cut():
    house, hall = troubled(disconnect=1)
    house.clock.pump([1] * 20)
    assert hall.transport.disconnected
    assert house.centre.manners.counts["connections cut"]


def test_nothing_befalls_who_is_not_bound():
    house = House()
    stranger = house.esme()
    Troubles(house.clock, house.centre, MischiefSettings(disconnect=0.1, rubbish_bytes=0.1), Random(1)).begin()
    house.clock.pump([1] * 10)
    assert stranger.transport.value() == b""
    assert not stranger.transport.disconnected


def test_rubbish_comes_between_good_pdus():
    house, hall = troubled(rubbish_pdus=1)
    house.clock.pump([1] * 20)
    assert len(hall.heard()) == house.centre.manners.counts["PDUs without sense"] > 5


def a_bound_link():
    link = Link(LinkSettings(name="a", connect="tcp:x", system_id="hall"))
    link.start(0)
    link.data_to_send()
    link.receive(frame(BIND_TRX | RESP, 1, b"centre\0"), 0)
    assert link.state is State.BOUND
    return link


@pytest.mark.parametrize("pdu", PDUS)
def test_a_pdu_without_sense_does_not_end_a_bind(pdu):
    link = a_bound_link()
    link.receive(pdu(0x70000001), 1)
    assert link.state is State.BOUND


@pytest.mark.parametrize("octets", OCTETS)
def test_octets_that_are_no_pdu_do(octets):
    link = a_bound_link()
    link.receive(octets, 1)
    assert link.state is State.CLOSED


# ── the crowd, the terminal, the journal, the command ────────────────────────────────────────────────────────────────


def test_a_crowd_texts_at_its_rate_in_turns_and_comes_to_an_end():
    house = House()
    hall = house.hall()
    crowd = Crowd(house.clock, house.centre, 10, 3, ("a{n}", "b{n}"), "10086", limit=25)
    crowd.begin()
    texts = []
    for _ in range(30):
        house.clock.advance(0.1)
        texts += hall.take()
    assert [text.source for text in texts[:4]] == [str(FIRST + number) for number in (0, 1, 2, 0)]
    assert [text.text for text in texts[:4]] == [b"a1", b"b2", b"a3", b"b4"]
    assert len(texts) == crowd.sent == 25


def test_a_crowd_that_is_told_to_stop():
    house = House()
    crowd = Crowd(house.clock, house.centre, 10, 3, ("YE",), "10086")
    crowd.begin()
    house.clock.advance(1)
    crowd.end()
    before = crowd.sent
    house.clock.advance(10)
    assert crowd.sent == before > 5


def test_a_terminal_texts_and_prints_what_comes():
    house, said = House(), []
    hall = house.hall()
    terminal = Terminal(house.centre, LI, "10086", said.append)
    terminal.makeConnection(StringTransport())
    terminal.dataReceived("YE\n\n13900139000: 余额\n".encode())
    assert [message.source for message in hall.take()] == [LI, "8613900139000"]
    hall.submit("10086", LI, b"18.88")
    hall.submit("10086", "8613900139000", b"\x05\0\3\1\2\1one, ", esm_class=0x40)
    hall.submit("10086", "8613900139000", b"\x05\0\3\1\2\2two", esm_class=0x40)
    assert said[:2] == [f"{number} texts to 10086: one message a line." for number in (LI, "13900139000")]
    assert said[2:] == [f"{LI} ◄ 10086: 18.88", "8613900139000 ◄ 10086: one, two"]


def test_a_terminal_says_what_was_refused():
    house, said = House(), []
    hall = house.hall()
    terminal = Terminal(house.centre, LI, "10086", said.append)
    terminal.makeConnection(StringTransport())
    terminal.dataReceived(b"YE\n")
    hall.ok(*hall.deliveries(), status=0x65)
    assert said[-1] == f"{LI} ► 10086: YE [failed]"


def test_the_journal_tells_what_became_of_each_message():
    file = io.StringIO()
    house = House(mischievous(duplicate=1), lambda clock: JsonJournal(clock, file), grace=0)
    hall = house.hall()
    house.centre.submit_mo(LI, "余额")
    hall.take()
    hall.submit("10086", LI, b"18.88", registered=1)
    hall.take()
    hall.lose()
    lines = [json.loads(line) for line in file.getvalue().splitlines()]
    assert [line["what"] for line in lines] == ["delivered", "delivered", "taken", "answered", "closed"]
    assert [line.get("copy") for line in lines[:2]] == [False, True]
    assert (lines[0]["from"], lines[0]["to"], lines[0]["text"]) == (LI, "10086", "余额")
    assert lines[2]["id"] == lines[3]["id"]
    assert lines[3]["connection"] == lines[4]["connection"] == 1


@pytest.mark.parametrize(
    ("words", "complaint"),
    [(["--receipts=nonsense"], "there are"), (["--account=hall"], "SYSTEM_ID:PASSWORD"), (["--drop=2"], "0<=x<=1")],
)
def test_the_command_says_what_is_wrong(words, complaint):
    result = CliRunner().invoke(main, ["simulate", "smsc", *words])
    assert result.exit_code == 2
    assert complaint in result.output
