"""Row ids grow, whatever the clock does, and tell nodes apart."""

from itertools import pairwise

import pytest

from orders.ledger.ids import NODES, PER_MILLISECOND, Ids
from tests.orders.ledger.bench import NOW


def test_ids_grow_while_the_clock_stands_still() -> None:
    ids = Ids(3)
    given = [ids.next(NOW) for _ in range(3 * PER_MILLISECOND)]
    assert all(earlier < later for earlier, later in pairwise(given))
    assert ids.next(NOW + 60) > given[-1]


def test_ids_grow_when_the_clock_is_set_back() -> None:
    ids = Ids(3)
    given = [ids.next(moment) for moment in (NOW, NOW - 3600, NOW - 7200, NOW, NOW + 0.001, NOW - 1)]
    assert all(earlier < later for earlier, later in pairwise(given))


def test_what_was_borrowed_from_the_next_millisecond_is_not_given_again_in_it() -> None:
    ids = Ids(0)
    given = [ids.next(NOW) for _ in range(PER_MILLISECOND + 10)]
    given += [ids.next(NOW + 0.001) for _ in range(PER_MILLISECOND)]
    assert len(set(given)) == len(given) and given == sorted(given)


def test_no_two_nodes_give_the_same_id() -> None:
    given = [Ids(ordinal).next(NOW) for ordinal in (0, 1, NODES - 1)]
    assert len(set(given)) == 3


def test_an_id_fits_the_column_for_two_generations() -> None:
    assert 0 < Ids(NODES - 1).next(NOW + 60 * 365 * 86_400) < 1 << 63


@pytest.mark.parametrize("ordinal", [-1, NODES])
def test_an_ordinal_that_has_no_room_in_an_id_is_refused(ordinal: int) -> None:
    with pytest.raises(ValueError, match="ordinal"):
        Ids(ordinal)


def test_a_clock_that_was_set_back_while_the_node_was_away_gives_no_smaller_id() -> None:
    last = Ids(3).next(NOW)
    ids = Ids(3)
    ids.beyond(last)
    first = ids.next(NOW - 3600)
    assert last < first < ids.next(NOW - 3600) < ids.next(NOW + 1)
    ids.beyond(last)
    assert ids.next(NOW + 1) > first
