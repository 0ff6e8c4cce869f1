from hypothesis import given
from hypothesis import strategies as st

from channels.backends.circuit import Circuit, CircuitRules, Permit, Stance

RULES = CircuitRules(open_after=3, pause=5.0, longest_pause=15.0)


def fail(circuit, now, times=1):
    for _ in range(times):
        circuit, permit = circuit.ask(now)
        circuit = circuit.failed(permit, now)
    return circuit


def test_opens_after_so_many_failures_one_after_another():
    circuit = fail(Circuit(RULES), now=0, times=2)
    assert circuit.stance is Stance.CLOSED
    circuit = fail(circuit, now=0)
    assert circuit.stance is Stance.OPEN
    assert circuit.ask(4.9)[1] is None


def test_a_success_in_between_begins_the_count_anew():
    circuit, permit = fail(Circuit(RULES), now=0, times=2).ask(0)
    circuit = fail(circuit.succeeded(permit), now=0, times=2)
    assert circuit.stance is Stance.CLOSED


def test_one_question_is_let_through_after_the_pause_and_its_success_closes():
    circuit, probe = fail(Circuit(RULES), now=0, times=3).ask(5)
    assert circuit.stance is Stance.HALF_OPEN
    assert circuit.ask(5)[1] is None
    circuit = circuit.succeeded(probe)
    assert circuit.stance is Stance.CLOSED
    assert circuit.ask(5)[1] is not None


def test_each_opening_after_another_pauses_twice_as_long_up_to_a_limit():
    circuit, now, pauses = fail(Circuit(RULES), now=0, times=3), 0.0, []
    for _ in range(4):
        pauses.append(circuit.until - now)
        now = circuit.until
        circuit = fail(circuit, now)
    assert pauses == [5, 10, 15, 15]


def test_what_comes_back_from_before_it_opened_is_ignored():
    circuit, early = Circuit(RULES).ask(0)
    circuit = fail(circuit, now=0, times=3)
    assert circuit.succeeded(early) == circuit
    assert circuit.failed(early, 0) == circuit
    half_open, _ = circuit.ask(5)
    assert half_open.succeeded(early) == half_open


def test_a_question_that_is_never_heard_of_again_does_not_keep_it_half_open():
    circuit, _lost = fail(Circuit(RULES), now=0, times=3).ask(5)
    assert circuit.ask(5 + 14.9)[1] is None
    assert circuit.ask(5 + 15)[1] is not None


steps = st.lists(
    st.tuples(st.sampled_from(["ask", "succeed", "fail"]), st.floats(0, 20), st.integers(0, 5)), max_size=60
)


@given(steps)
def test_never_more_than_one_question_while_half_open_and_none_while_open(story):
    circuit, now, out = Circuit(RULES), 0.0, []
    for what, passed, which in story:
        now += passed
        before = circuit
        if what == "ask":
            circuit, permit = circuit.ask(now)
            if before.stance is not Stance.CLOSED:
                assert (permit is not None) == (now >= before.until)
            if permit:
                out.append(permit)
        elif out:
            permit: Permit = out.pop(which % len(out))
            circuit = circuit.succeeded(permit) if what == "succeed" else circuit.failed(permit, now)
            assert circuit == before or permit.era == before.era
        assert circuit.era >= before.era
        assert circuit.failures < RULES.open_after
        assert circuit.until - now <= RULES.longest_pause
    _, permit = circuit.ask(now + RULES.longest_pause)
    assert permit is not None, "whatever happened, it is asked again some time"
