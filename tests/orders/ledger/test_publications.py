"""Editions and publications on both databases."""

from threading import Thread

import pytest
from sqlalchemy import Engine, update

from orders.ledger import publishing
from orders.ledger.engine import open_engine
from orders.ledger.tables import publications
from orders.publishing import Act, Audience, CannotPublish, Standing, Trial, first_bad
from tests.orders.ledger.bench import ALICE, NOW

FILES = {"scripts/order.yaml": "states: {}\n", "phrases/zh/said.yaml": "hello: 您好\n"}


def test_an_edition_is_kept_once_and_given_back_as_it_was(engine: Engine) -> None:
    with engine.begin() as connection:
        publishing.keep(connection, "abc123", FILES, NOW)
        publishing.keep(connection, "abc123", {}, NOW + 1)
        assert publishing.content(connection, "abc123") == FILES
        assert publishing.content(connection, "nothing") is None
        assert publishing.called(connection, "abc") == "abc123"
        publishing.keep(connection, "abd", FILES, NOW)
        for beginning, what in (("ab", "2 versions begin"), ("x", "no version begins"), ("a%", "no version begins")):
            with pytest.raises(CannotPublish, match=what):
                publishing.called(connection, beginning)


def test_publications_are_read_back_in_order_and_their_chain_holds(engine: Engine) -> None:
    audience = Audience(frozenset({ALICE}), 10)
    with engine.begin() as connection:
        assert publishing.latest(connection) == 0
        publishing.publish(connection, Act.PUBLISH, "a", "ann", NOW, "the first")
        publishing.publish(connection, Act.DRAFT, "b", "bob", NOW + 1, audience=audience)
        assert publishing.stands(connection) == Standing("a", Trial("b", audience))
        publishing.promote(connection, "bob", NOW + 2)
        publishing.roll_back(connection, "ann", NOW + 3, "it was wrong")
        assert publishing.stands(connection) == Standing("a")
        publishing.roll_back(connection, "ann", NOW + 4)
        assert publishing.stands(connection) == Standing("")
        with pytest.raises(CannotPublish, match="nothing to roll back"):
            publishing.roll_back(connection, "ann", NOW + 5)
    with engine.begin() as connection:
        done = publishing.history(connection)
        assert [each.act.value for each in done] == ["publish", "draft", "promote", "rollback", "rollback"]
        assert publishing.latest(connection) == 5 and first_bad(done) is None
        connection.execute(update(publications).where(publications.c.id == 2).values(by="nobody"))
        assert first_bad(publishing.history(connection)) == 2


@pytest.mark.peers
def test_those_who_publish_at_once_take_turns(postgres_url: str) -> None:
    from orders.ledger import schema

    engine = open_engine(postgres_url)
    schema.upgrade(engine)
    failures: list[Exception] = []

    def publish(number: int) -> None:
        try:
            with engine.begin() as connection:
                publishing.publish(connection, Act.PUBLISH, f"v{number}", "ann", NOW)
        except Exception as problem:  # noqa: BLE001 - whatever it is, the test shows it
            failures.append(problem)

    threads = [Thread(target=publish, args=[number]) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    with engine.begin() as connection:
        done = publishing.history(connection)
    assert [each.id for each in done] == [1, 2, 3] and first_bad(done) is None
    engine.dispose()
