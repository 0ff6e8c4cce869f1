"""The table of sessions by itself: one answer for each input, whatever happens between."""

from typing import Any

from channels.ussd.layout import Layout
from channels.ussd.screens import Room
from channels.ussd.session import Answer, Close, Event, Hear, Late, Manner, Name, Session
from channels.ussd.sessions import Sessions

NOW = 1_800_000_000.0
ALICE, BOB = "8613800138000", "8613900139000"
MANNER = Manner(budget=8.0, silence=180.0, slow="later")


class Table:
    def __init__(self) -> None:
        self.sessions, self.now, self._serial = Sessions(), NOW, 0

    def dials(self, who: str = ALICE, mark: str = "01", settled: bool = True) -> tuple[Session, list[Event]]:
        self._serial += 1
        name = Name("gw", mark, self._serial)
        events = self.sessions.dialled(name, who, "*100#", "*100#", MANNER, "peer", self.now)
        session = self.session(events)
        return session, events + (self.sessions.taken(session) if settled else [])

    def types(self, text: str, who: str = ALICE, mark: str = "01") -> list[Event]:
        self._serial += 1
        name = Name("gw", mark, self._serial)
        return self.sessions.typed(name, who, "*100#", text, MANNER, "peer", self.now)

    def says(self, session: Session, text: str, ends: bool = False, **layout: Any) -> list[Event]:
        return self.sessions.replied(
            session.id, session.subscriber, Layout(text, **layout), ends, "row", self.now, self.now
        )

    def passes(self, seconds: float) -> list[Event]:
        self.now += seconds
        return self.sessions.tick(self.now)

    @staticmethod
    def session(events: list[Event]) -> Session:
        return next(event.session for event in events if isinstance(event, Hear))


def test_an_input_is_answered_once_and_what_comes_then_is_late() -> None:
    table = Table()
    session, _ = table.dials()
    assert table.says(session, "menu") == [Answer(session, "menu", False, "row")]
    assert table.says(session, "more") == [Late("row")]
    table.types("1")
    assert table.says(session, "bye", ends=True) == [Answer(session, "bye", True, "row")]
    assert table.says(session, "and") == [Late("row")]
    assert len(table.sessions) == 0 and table.sessions.next_deadline() is None


def test_two_inputs_at_once_are_two_answers() -> None:
    table = Table()
    session, _ = table.dials()
    table.types("1")
    assert [len(table.says(session, text)) for text in ("menu", "first")] == [1, 1]
    assert table.says(session, "third") == [Late("row")]


def test_a_last_word_does_not_end_a_session_that_is_owed_another() -> None:
    table = Table()
    session, _ = table.dials()
    table.types("1")
    (answer,) = table.says(session, "bye", ends=True)
    assert isinstance(answer, Answer) and not answer.ends
    assert table.passes(8.0) == [Answer(session, "later", True, slow=True), Close(session, "slow")]


def test_a_budget_that_is_spent_ends_the_session_and_promises_a_text() -> None:
    table = Table()
    session, _ = table.dials()
    assert table.passes(7.9) == []
    assert table.passes(0.1) == [Answer(session, "later", True, slow=True), Close(session, "slow")]
    assert table.says(session, "18.88", ends=True) == [Late("row", promised=True)]


def test_silence_closes_without_a_word() -> None:
    table = Table()
    session, _ = table.dials()
    table.says(session, "menu")
    assert table.passes(180.0) == [Close(session, "silence")]
    assert len(table.sessions) == 0


def test_another_dial_ends_the_session_before_and_its_reply_is_late() -> None:
    table = Table()
    old, _ = table.dials(mark="01")
    new, events = table.dials(mark="02")
    assert events[0] == Close(old, "dialled again")
    assert table.says(old, "menu") == [Late("row")]
    assert table.says(new, "menu") == [Answer(new, "menu", False, "row")]
    assert table.sessions.left("gw", "01", ALICE, "aborted") == []


def test_sessions_of_two_subscribers_with_one_mark_are_two() -> None:
    table = Table()
    alice, _ = table.dials(ALICE)
    bob, _ = table.dials(BOB)
    assert table.says(bob, "for bob") == [Answer(bob, "for bob", False, "row")]
    assert table.says(alice, "for alice") == [Answer(alice, "for alice", False, "row")]


def test_an_abort_is_told_and_the_reply_to_it_is_late() -> None:
    table = Table()
    session, _ = table.dials()
    assert table.sessions.left("gw", "01", ALICE, "aborted") == [Close(session, "aborted")]
    assert table.sessions.left("gw", "01", ALICE, "aborted") == []
    assert table.says(session, "menu") == [Late("row")]
    assert table.passes(1_000.0) == []


def test_a_dial_that_is_a_repeat_gives_way_to_what_it_opened() -> None:
    table = Table()
    session, _ = table.dials()
    repeat, events = table.dials(settled=False)
    assert [type(event) for event in events] == [Hear]
    assert table.sessions.repeated(repeat, table.now) == []
    assert table.says(session, "menu") == [Answer(session, "menu", False, "row")]
    assert table.sessions.owing == 0


def test_a_reply_that_comes_before_the_repeat_is_known_for_one_is_its_answer() -> None:
    table = Table()
    session, _ = table.dials()
    repeat, _ = table.dials(settled=False)
    assert table.says(session, "menu") == [Answer(session, "menu", False, "row")]
    assert table.sessions.repeated(repeat, table.now) == []
    assert table.sessions.present("gw", "01", ALICE) is session and table.sessions.owing == 0


def test_the_same_of_what_is_typed() -> None:
    table = Table()
    session, _ = table.dials()
    table.says(session, "menu")
    table.types("1")
    table.types("1")
    assert table.says(session, "sure?") == [Answer(session, "sure?", False, "row")]
    assert table.sessions.repeated(session, table.now) == []
    assert table.sessions.owing == 0


def test_the_repeat_of_a_dial_that_is_over_does_not_end_the_present_session() -> None:
    table = Table()
    table.dials(mark="01")
    present, _ = table.dials(mark="02")
    table.says(present, "menu")
    repeat, events = table.dials(mark="01", settled=False)
    assert [type(event) for event in events] == [Hear]
    assert table.sessions.repeated(repeat, table.now) == []
    assert table.sessions.present("gw", "02", ALICE) is present


def test_whoever_types_on_before_the_repeat_is_known_for_one_is_in_his_session() -> None:
    table = Table()
    session, _ = table.dials()
    repeat, _ = table.dials(settled=False)
    table.says(session, "menu")
    (hear,) = table.types("1")
    assert isinstance(hear, Hear) and hear.session is session
    assert table.sessions.repeated(repeat, table.now) == []
    assert table.says(session, "sure?") == [Answer(session, "sure?", False, "row")]


def test_an_answer_that_may_be_lost_is_said_again_to_who_asks_again() -> None:
    table = Table()
    session, _ = table.dials()
    table.says(session, "bye", ends=True)
    table.sessions.lost(session, table.now)
    repeat, _ = table.dials(settled=False)
    assert table.sessions.repeated(repeat, table.now) == [Answer(session, "bye", True)]
    assert len(table.sessions) == 0


def test_what_is_taken_for_a_repeat_is_told_the_same_again() -> None:
    table = Table()
    session, _ = table.dials()
    table.says(session, "menu")
    table.sessions.arrived(session)
    (hear,) = table.types("1")
    assert isinstance(hear, Hear)
    table.says(session, "sure?")
    table.types("1")
    assert table.sessions.repeated(session, table.now) == [Answer(session, "sure?", False)]
    assert session.retried and table.sessions.owing == 0


def test_what_is_typed_into_a_session_that_another_dial_has_ended_gets_a_last_word() -> None:
    table = Table()
    table.dials(mark="01")
    new, _ = table.dials(mark="02")
    (answer,) = table.types("1", mark="01")
    assert isinstance(answer, Answer) and answer.ends and answer.text == "later"
    assert table.says(new, "menu") == [Answer(new, "menu", False, "row")]


def test_a_repeat_after_a_restart_takes_the_name_of_the_life_before_and_is_told_what_that_was_told() -> None:
    table = Table()
    repeat, _ = table.dials(settled=False)
    former = Name("gw", "01", 99)
    table.sessions.repeated(repeat, table.now)
    assert repeat.former and repeat.owed == 1
    table.sessions.renamed(repeat, former)
    assert repeat.id == str(former)
    assert table.says(repeat, "menu") == [Answer(repeat, "menu", False, "row")]


def test_what_was_said_before_the_input_that_waits_is_the_answer_to_another() -> None:
    table = Table()
    session, _ = table.dials()
    table.says(session, "menu")
    table.now += 5.0
    table.types("1")
    old = table.sessions.replied(session.id, ALICE, Layout("menu"), False, "row", table.now - 1.0, table.now)
    assert old == [Late("row")] and session.owed == 1


def test_an_answer_that_was_not_sent_is_owed_again() -> None:
    table = Table()
    session, _ = table.dials()
    table.says(session, "bye", ends=True)
    table.sessions.unsent(session, table.now)
    assert table.says(session, "bye", ends=True) == [Answer(session, "bye", True, "row")]
    table.sessions.unsent(session, table.now)
    assert table.passes(8.0) == [Answer(session, "later", True, slow=True), Close(session, "slow")]


def test_an_input_that_was_not_stored_is_not_owed() -> None:
    table = Table()
    session, _ = table.dials(settled=False)
    table.sessions.refused(session, table.now)
    assert len(table.sessions) == 0 and table.passes(1_000.0) == []


def test_pages_are_turned_here_and_the_last_one_of_a_last_word_ends() -> None:
    table = Table()
    manner = Manner(Room(octets=70))
    session = Table.session(table.sessions.dialled(Name("gw", "01", 1), ALICE, "*100#", "*100#", manner, "", NOW))
    text = "一二三四五六七八九十" * 6
    (answer,) = table.says(session, text, ends=True, next="more", back="back")
    seen = []
    while isinstance(answer, Answer) and not answer.ends:
        seen.append(answer.text)
        assert answer.text.endswith("98 more") and len(answer.text.encode("utf-16-be")) <= 70
        (answer,) = table.types("98")
    assert isinstance(answer, Answer) and answer.ends and "99" not in answer.text
    assert "".join(each.removesuffix("\n98 more") for each in [*seen, answer.text]) == text


def test_of_a_menu_pages_lead_on_and_back_and_a_key_answers() -> None:
    table = Table()
    manner = Manner(Room(octets=60))
    session = Table.session(table.sessions.dialled(Name("gw", "01", 1), ALICE, "*100#", "*100#", manner, "", NOW))
    options = tuple((str(key), "商品" * 4) for key in range(1, 6))
    (first,) = table.says(session, "请选择", options=options, next="下页", back="上页")
    (second,) = table.types("98")
    (again,) = table.types("99")
    assert isinstance(first, Answer) and isinstance(second, Answer) and isinstance(again, Answer)
    assert again.text == first.text != second.text
    assert [type(event) for event in table.types("4")] == [Hear]


def test_the_polite_last_word_is_in_the_language_of_what_was_last_said_to_him() -> None:
    table = Table()
    manner = Manner(slow="later", slow_in={"zh": "稍候", "en": "later"})
    session, _ = table.dials()
    session.manner = manner
    table.says(session, "菜单", language="zh")
    table.types("1")
    assert table.passes(8.0) == [Answer(session, "稍候", True, slow=True), Close(session, "slow")]
    session, _ = table.dials()
    session.manner = manner
    assert table.passes(8.0)[0] == Answer(session, "稍候", True, slow=True)
    other, _ = table.dials(BOB)
    other.manner = manner
    assert table.passes(8.0)[0] == Answer(other, "later", True, slow=True)
