"""Numbers taken into the pool: what is new comes in, what is free is priced anew, what somebody has is left alone."""

from collections.abc import Iterable

import pytest
from sqlalchemy import Engine, inspect

from orders.ledger import number_importing
from orders.ledger.number_finding import find
from orders.ledger.number_holding import hold, number_named
from orders.ledger.number_importing import Imported, take_in
from orders.ledger.number_keeping import by_state, free_by_grade, give_back, in_state, withdraw
from orders.number_grades import grade_of
from orders.number_import import Listed
from orders.number_search import Criteria, begin
from orders.numbers import HoldRules, NumberState, Terms
from tests.orders.ledger.bench import ALICE, NOW
from tests.orders.ledger.pool import RULES, deed, fill, states

NUMBERS = [f"139123{last:05d}" for last in range(5000)]


def listed(numbers: Iterable[str], terms: Terms | None = None) -> list[Listed]:
    return [Listed(line, each, "hz", terms or grade_of(each, RULES)) for line, each in enumerate(numbers, 2)]


def test_many_numbers_come_in_and_are_found(engine: Engine) -> None:
    told: list[int] = []
    with engine.begin() as connection:
        assert take_in(connection, listed(NUMBERS), NOW, told.append) == Imported(new=5000)
        page = find(connection, Criteria(tail="4999"), NOW, 5, begin(1))
        assert [each.number for each in page.numbers] == ["13912304999"]
        assert by_state(connection) == {"free": 5000}
        assert sum(free_by_grade(connection).values()) == 5000
    assert sum(told) == 5000 and len(told) > 1


def test_indexes_are_there_after_the_first_import_as_before(engine: Engine) -> None:
    before = sorted(str(index["name"]) for index in inspect(engine).get_indexes("numbers"))
    with engine.begin() as connection:
        take_in(connection, listed(NUMBERS[:10]), NOW)
    assert sorted(str(index["name"]) for index in inspect(engine).get_indexes("numbers")) == before


def test_the_same_file_again_changes_nothing(engine: Engine) -> None:
    with engine.begin() as connection:
        take_in(connection, listed(NUMBERS[:50]), NOW)
        assert take_in(connection, listed(NUMBERS[:60]), NOW + 1) == Imported(new=10, same=50)


def test_what_is_free_is_priced_anew_and_what_was_promised_stands(engine: Engine) -> None:
    one, two, three = NUMBERS[:3]
    dear = Terms("GOLD", 9_999_00, 100_00, 12, 10)
    with engine.begin() as connection:
        fill(connection, [one, two, three])
        hold(deed(connection), one, ALICE)
        withdraw(connection, two, NOW)
        assert take_in(connection, listed([one, two, three], dear), NOW) == Imported(changed=1, same=2)
        terms = [number_named(connection, each) for each in (one, two, three)]
        assert [each.terms.grade == "GOLD" for each in terms if each] == [False, False, True]
        found = find(connection, Criteria(least=9_999_00), NOW, 5, begin(1))
        assert [each.number for each in found.numbers] == [three]


def test_a_file_that_fails_half_way_leaves_nothing(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(number_importing, "CHUNK", 10)

    def failing() -> Iterable[Listed]:
        yield from listed(NUMBERS[:25])
        raise RuntimeError("the disk is gone")

    with pytest.raises(RuntimeError), engine.begin() as connection:
        take_in(connection, failing(), NOW)
    assert states(engine) == {}


def test_withdrawn_and_returned(engine: Engine) -> None:
    one, two, three = NUMBERS[:3]
    rules = HoldRules()
    with engine.begin() as connection:
        fill(connection, [one, two])
        hold(deed(connection), two, ALICE)
        assert withdraw(connection, one, NOW) and not withdraw(connection, two, NOW)
        assert not withdraw(connection, three, NOW)
        assert find(connection, Criteria(), NOW, 5, begin(1)).numbers == ()
        assert [each.number for each in in_state(connection, NumberState.WITHDRAWN, 5)] == [one]
        back = give_back(connection, one, rules, NOW)
        assert back is not None and back.state is NumberState.FREE
        assert give_back(connection, two, rules, NOW) is None and give_back(connection, "x", rules, NOW) is None
        assert [each.number for each in find(connection, Criteria(), NOW, 5, begin(1)).numbers] == [one]
