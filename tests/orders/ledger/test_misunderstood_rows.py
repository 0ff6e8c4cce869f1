"""What was not understood, as the ledger finds it, and what is taught, as it keeps it; on every database."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from orders.ledger import misunderstood, schema
from orders.ledger.engine import open_engine
from orders.misunderstood import BadPhrase
from tests.orders.ledger.desk_seed import NOW, seed_heard


@pytest.fixture
def engine(ledger_url: str) -> Iterator[Engine]:
    engine = open_engine(ledger_url)
    schema.upgrade(engine)
    yield engine
    engine.dispose()


def test_only_what_was_taken_for_nothing_and_lately(engine: Engine) -> None:
    with engine.begin() as connection:
        seed_heard(connection, 1, NOW - 60, "流量还有多少", intent="none")
        seed_heard(connection, 2, NOW - 50, "流量还有多少?", intent="none")
        seed_heard(connection, 3, NOW - 40, "YE", intent="balance")
        seed_heard(connection, 4, NOW - 30, "别再发了", intent="optout")
        seed_heard(connection, 5, NOW - 15 * misunderstood.DAY, "很久以前", intent="none")
        found = misunderstood.misunderstood(connection, NOW)
    assert [(each.text, each.times, each.last_at) for each in found] == [("流量还有多少?", 2, NOW - 50)]


def test_what_is_taught_is_appended_with_who_did_it_and_when(engine: Engine) -> None:
    with engine.begin() as connection:
        assert misunderstood.latest(connection) == 0
        assert misunderstood.teach(connection, " 流量还有多少 ", "balance", "boss", NOW) == "流量还有多少"
        misunderstood.teach(connection, "流量还有多少", "balance", "boss", NOW)  # the same batch, taken again
        misunderstood.teach(connection, "流量还有多少", "help", "ann", NOW + 1)
        kept = [(each.id, each.text, each.meaning, each.by, each.at) for each in misunderstood.taught(connection)]
        assert kept == [
            (1, "流量还有多少", "balance", "boss", NOW),
            (2, "流量还有多少", "help", "ann", NOW + 1),
        ]
        assert misunderstood.latest(connection) == 2
        seed_heard(connection, 1, NOW, "流量还有多少", intent="none")
        assert misunderstood.misunderstood(connection, NOW) == ()


def test_nonsense_is_not_taught(engine: Engine) -> None:
    with engine.begin() as connection:
        with pytest.raises(BadPhrase):
            misunderstood.teach(connection, "流量", "traffic", "boss", NOW)
        assert misunderstood.taught(connection) == []
