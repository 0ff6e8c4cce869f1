"""Whatever comes in, in whatever order: no turn raises, and each either waits for something or has ended."""

from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from dialogs.conversation import Conversation
from dialogs.moment import MOST_TURNS
from dialogs.script import Ask, Call
from dialogs.turn import load_library
from dialogs.words import Digits, Facts, LookupDone, OfferFacts, SessionClosed, TimerFired, UssdInput, Value
from tests.dialogs.conftest import OFFERS, back_office

LIBRARY = load_library()
ANSWERS: list[tuple[str, dict[str, Value]]] = [
    ("found", {"amount": -5, "total": 0, "month": "2026-11", "items": [], "orders": []}),
    ("failed", {"reason": "timeout"}), ("unknown_account", {}), ("none", {}),
    ("placed", {"number": "1000000017", "total": 1}), ("flagged", {"number": "1000000017", "total": 1}),
    ("refused", {"reason": "x", "number": "1", "state": "held"}), ("unknown", {"number": "1"}),
    ("cancelled", {"number": "1"}), ("never heard of", {}),
]  # fmt: skip

words = st.sampled_from(
    ["YE", "ZD", "DG F800", "DG F800 2", "DG X9", "DG", "Y", "N", "SP", "DD", "QX", "QX 1000000017", "TD", "RG", "BZ",
     "?", "0", "00", "#", "EN", "ZW", "1", "2", "9", "100", "XH888", "来两台酷派F800", "取消", ""]
)  # fmt: skip
steps = st.one_of(
    st.tuples(st.just("say"), words),
    st.tuples(st.just("say"), st.text(max_size=30)),
    st.tuples(st.just("say"), st.sampled_from([str(n) for n in range(10)])),
    st.tuples(st.just("answer"), st.sampled_from(ANSWERS)),
    st.tuples(st.just("wait"), st.sampled_from([1.0, 60.0, 3600.0, 7 * 86400.0])),
    st.tuples(st.just("hear"), st.sampled_from([SessionClosed(), TimerFired(1), Digits(""), UssdInput("*100#", True)])),
    st.tuples(st.just("hear"), st.builds(LookupDone, st.integers(0, 20), st.just("found"))),
)


def rests(conversation: Conversation) -> bool:
    place = conversation.dialog.place
    if place is None:
        return conversation.dialog.awaiting is None and conversation.dialog.trail == ()
    found = LIBRARY.find(place)
    assert found
    exit = found[1].exit
    return isinstance(exit, Call) if conversation.dialog.awaiting is not None else isinstance(exit, Ask)


@settings(max_examples=300, deadline=None)
@given(st.lists(steps, max_size=25), st.sampled_from(["zh", "en"]), st.booleans())
def test_any_conversation_comes_to_rest(script: list[tuple[str, object]], language: str, answered: bool) -> None:
    zone = ZoneInfo("Asia/Shanghai")
    conversation = Conversation(
        LIBRARY, Facts(language, OFFERS), back_office if answered else lambda _: None, zone=zone
    )
    for act, what in script:
        match act, what:
            case "say", str(text):
                conversation.say(text)
            case "wait", float(seconds):
                conversation.wait(seconds)
            case "answer", (result, values) if conversation.unanswered:
                sensible = [r for r in LIBRARY_RESULTS.get(conversation.unanswered[-1].service, ()) if r == result]
                if sensible or result == "never heard of":
                    conversation.answered(conversation.unanswered[-1], result, values)
            case "hear", kind if not isinstance(kind, tuple):
                conversation.hear(kind)  # type: ignore[arg-type]
        assert rests(conversation)
        assert conversation.dialog.turns <= MOST_TURNS


LIBRARY_RESULTS = {
    "billing.balance": ("found", "failed", "unknown_account"), "billing.bill": ("found", "failed", "unknown_account"),
    "orders.place": ("placed", "flagged", "refused", "failed"), "orders.list": ("found", "none", "failed"),
    "parcels.list": ("found", "none", "failed"),
    "orders.cancel": ("cancelled", "refused", "unknown", "failed"),
    "orders.returnable": ("found", "none", "failed"), "orders.return": ("asked", "cannot", "unknown", "failed"),
    "orders.answer": ("confirmed", "declined", "several", "none", "expired", "unknown", "refused", "failed"),
}  # fmt: skip

STRANGE = {"1": OfferFacts("1", "2", {}, 0, ("Y", "")), "": OfferFacts("", "", {"zh": "  "}, -1)}


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40))
def test_any_text_is_met_with_something(text: str) -> None:
    for offers in (OFFERS, STRANGE, {}):
        conversation = Conversation(LIBRARY, Facts("zh", offers))
        assert conversation.say(text) or conversation.unanswered
