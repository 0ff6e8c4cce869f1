"""What a dropped session left standing is offered by text as well, and taken up in one of the two places at most."""

from dataclasses import dataclass, field, replace

import pytest

from dialogs.turn import Library, take_turn
from dialogs.words import (
    DIALLED_AGAIN,
    CallBegan,
    Dialog,
    Digits,
    Facts,
    Inbound,
    Kind,
    Leave,
    LookupDone,
    MessageReceived,
    Place,
    Prompt,
    Request,
    Say,
    SessionClosed,
    UssdInput,
)
from tests.dialogs.conftest import OFFERS, back_office

ALICE, TEXT = "8613800138000", "sms:10086"
DIALLED = UssdInput("*100#", opening=True)
ORDERING = (UssdInput("*100*3*1001#", opening=True),)


@dataclass
class Alice:
    """One subscriber in all that she talks by; it is kept as the ledger keeps it."""

    library: Library
    now: float = 1_000.0
    offers_by_text: bool = True
    dialogs: dict[str, Dialog] = field(default_factory=dict)
    notices: list[Prompt] = field(default_factory=list)
    serial: int = 0
    session: str = ""

    def at(self, thread: str) -> Dialog:
        return self.dialogs.get(thread) or Dialog(ALICE, thread)

    def hears(self, channel: str, service: str, kind: Kind) -> list[Prompt]:
        self.serial += 1
        inbound = Inbound(
            self.serial, channel, ALICE, service, self.now, kind, self.session if channel != "sms" else ""
        )
        facts = Facts("zh", OFFERS)
        if inbound.session:
            by_text = self.at(TEXT) if self.offers_by_text else None
            facts = replace(facts, left=self.at(inbound.threshold) if inbound.begins else None, by_text=by_text)
        outcome = take_turn(self.library, self.at(inbound.thread), inbound, facts, self.now)
        self.dialogs[inbound.thread] = outcome.dialog
        said = []
        for effect in outcome.effects:
            match effect:
                case Say(prompt=prompt, notice=notice):
                    (self.notices if notice else said).append(prompt)
                case Leave(dialog=dialog):
                    self.dialogs[dialog.thread] = dialog
                case Request() as request if answer := back_office(request):
                    said += self.hears(channel, service, LookupDone(request.id, *answer))
        return said

    def types(self, *kinds: Kind) -> list[str]:
        """What the last of them is met with in a session of USSD."""
        said: list[Prompt] = []
        for kind in kinds:
            if isinstance(kind, UssdInput) and kind.opening:
                self.session = f"{self.serial}"
            said = self.hears("ussd", "*100#", kind)
        return [prompt.phrase for prompt in said]

    def writes(self, text: str) -> list[str]:
        return [prompt.phrase for prompt in self.hears("sms", "10086", MessageReceived(text))]

    @property
    def left(self) -> Place | None:
        return self.at("ussd:*100#").place


@pytest.fixture
def alice(library: Library) -> Alice:
    return Alice(library)


def cut_off(alice: Alice) -> None:
    alice.types(*ORDERING, SessionClosed("aborted"))


def test_it_is_offered_in_one_text_message(alice: Alice) -> None:
    cut_off(alice)
    (notice,) = alice.notices
    assert notice.phrase == "notice.go_on_by_text"
    assert notice.values["service"] == "*100#"
    assert notice.values["doing"] == {
        "phrase": "order.about",
        "values": {"name": {"zh": "酷派F800", "en": "Coolpad F800"}},
    }
    assert alice.left


@pytest.mark.parametrize("one", ["1", "１", " 1。"])
def test_by_1_the_question_is_put_by_text_and_no_more_to_who_dials(alice: Alice, one: str) -> None:
    cut_off(alice)
    assert alice.writes(one) == ["order.confirm"]
    assert alice.left is None
    assert alice.types(DIALLED) == ["welcome.choose"]
    assert alice.writes("Y") == ["order.placed"]


def test_0_leads_back_to_where_it_did(alice: Alice) -> None:
    alice.types(DIALLED, UssdInput("3"), UssdInput("1"), SessionClosed())
    alice.writes("1")
    assert alice.writes("0") == ["catalogue.choose"]


def test_by_2_it_is_over_everywhere(alice: Alice) -> None:
    cut_off(alice)
    assert alice.writes("2") == ["going_on.let_go"]
    assert alice.left is None and alice.at(TEXT).place is None
    assert alice.types(DIALLED) == ["welcome.choose"]


def test_who_dials_again_is_offered_it_there_and_by_text_no_more(alice: Alice) -> None:
    cut_off(alice)
    assert alice.types(DIALLED) == ["going_on.ask"]
    assert alice.at(TEXT).place is None
    assert alice.writes("1") == ["welcome.choose"]
    assert alice.types(UssdInput("1")) == ["order.confirm"]


def test_who_has_dialled_again_already_is_not_written_to(alice: Alice) -> None:
    alice.types(*ORDERING, SessionClosed(DIALLED_AGAIN))
    assert alice.notices == [] and alice.left and alice.at(TEXT).place is None


def test_what_is_left_anew_takes_the_place_of_what_was_offered(alice: Alice) -> None:
    cut_off(alice)
    alice.types(UssdInput("*100*1002#", opening=True), SessionClosed())
    assert len(alice.notices) == 2
    alice.types(UssdInput("*100*2001#", opening=True), SessionClosed(DIALLED_AGAIN))
    assert alice.at(TEXT).place is None  # or it would be the phone of before, and this one gone


def test_whoever_is_in_the_middle_of_something_by_text_is_left_in_peace(alice: Alice) -> None:
    alice.writes("DG TD80T")
    stood = alice.at(TEXT)
    cut_off(alice)
    assert alice.notices == [] and alice.at(TEXT) == stood and alice.left
    alice.types(DIALLED)
    assert alice.at(TEXT) == stood


def test_after_ten_minutes_nothing_is_left_of_it(alice: Alice) -> None:
    cut_off(alice)
    alice.now += 601
    assert alice.writes("1") == ["welcome.choose"]


@pytest.mark.parametrize(("text", "phrase"), [("YE", "balance.is"), ("嗯嗯", "engine.not_understood")])
def test_it_is_in_nobodys_way(alice: Alice, text: str, phrase: str) -> None:
    plain = Alice(alice.library).writes(text)
    cut_off(alice)
    assert alice.writes(text) == plain
    assert alice.left


def test_what_is_not_an_answer_leaves_it_standing(alice: Alice) -> None:
    cut_off(alice)
    alice.writes("嗯嗯")
    assert alice.writes("1") == ["order.confirm"]


def test_something_else_takes_its_place_and_who_dials_is_offered_it_still(alice: Alice) -> None:
    cut_off(alice)
    assert alice.writes("DG TD80T") == ["order.confirm"]
    assert alice.left
    assert alice.types(DIALLED) == ["going_on.ask"]
    assert alice.at(TEXT).place


@pytest.mark.parametrize("kinds", [(DIALLED,), (DIALLED, UssdInput("3")), (UssdInput("*100*1#", opening=True),)])
def test_a_menu_or_what_was_done_is_not_worth_a_message(alice: Alice, kinds: tuple[Kind, ...]) -> None:
    alice.types(*kinds, SessionClosed())
    assert alice.notices == [] and alice.at(TEXT).place is None


def test_where_it_is_not_wanted_nobody_is_written_to(alice: Alice) -> None:
    alice.offers_by_text = False
    cut_off(alice)
    assert alice.notices == [] and alice.left


def test_a_call_that_is_cut_off_is_gone_on_with_by_text(alice: Alice) -> None:
    alice.session = "call"
    for kind in (CallBegan(), Digits("3"), Digits("1"), SessionClosed("hung up")):
        alice.hears("ivr", "10086", kind)
    assert [notice.values["service"] for notice in alice.notices] == ["10086"]
    assert alice.writes("1") == ["order.confirm"]
    assert alice.at("ivr:10086").place is None
