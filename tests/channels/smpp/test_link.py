"""The link whatever happens: every message has one outcome, and goes in its order."""

from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from channels.smpp.events import (
    Refused,
    Submitted,
    Unanswered,
)
from tests.doubles import fake_smsc as mc
from tests.doubles.link_wire import Wire

OK, THROTTLED, QUEUE_FULL = 0, 0x58, 0x14


STATUSES = [OK, OK, THROTTLED, QUEUE_FULL, 0x0B]
happenings = st.lists(
    st.one_of(
        st.tuples(st.just("submit"), st.integers(1, 4)),
        st.tuples(
            st.just("answer"), st.tuples(st.integers(0, 5), st.sampled_from([OK, OK, THROTTLED, QUEUE_FULL, 0x0B]))
        ),
        st.tuples(st.just("pass"), st.sampled_from([0.1, 1.0, 7.0, 25.0])),
    ),
    max_size=40,
)


@hypothesis_settings(deadline=None)
@given(happenings, st.integers(1, 4), st.sampled_from([0, 0.5, 5]))
def test_every_message_has_one_outcome_and_goes_in_its_order(happened: list, window: int, rate: float) -> None:  # type: ignore[type-arg]
    wire = Wire(window=window, throughput=rate, response_timeout=20)
    given, outcomes, unanswered, first_sent = 0, [], [], []

    def looks() -> None:
        for said in wire.said():
            if said.name == "enquire_link":
                outcomes.extend(wire.hears(mc.frame(mc.ENQUIRE_LINK | mc.RESP, said.sequence)))
            elif said.name == "submit_sm":
                unanswered.append(said)
                text = said.short_message.decode()
                if text not in first_sent:
                    first_sent.append(text)
        assert wire.link.in_flight <= window

    for what, value in happened:
        if what == "submit":
            for _ in range(value):
                given += 1
                outcomes += wire.submits(str(given))
        elif what == "answer" and unanswered:
            place, status = value
            said = unanswered.pop(place % len(unanswered))
            outcomes += wire.hears(mc.submit_sm_resp(said.sequence, status=status))
        elif what == "pass":
            outcomes += wire.passes(value)
        looks()
    outcomes += wire.link.lost(wire.now)
    tokens = [event.token for event in outcomes if isinstance(event, Submitted | Refused | Unanswered)]
    assert sorted(tokens, key=int) == [str(n) for n in range(1, given + 1)]
    assert first_sent == sorted(first_sent, key=int)
