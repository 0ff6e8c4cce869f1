"""Rules of flags that an older version published judge on after the migration, and before it again."""

from sqlalchemy import text

from orders.ledger import rule_texts, schema
from orders.ledger.engine import open_engine
from orders.rule_books import Book
from tests.orders.ledger.migrating import go

OLD, NEW = "- rule: night\n", "- rule: quantity\n  pieces: 2\n"


def test_the_rules_that_were_live_are_live(bare_url: str) -> None:
    engine = open_engine(bare_url)
    go(engine, "0029")
    with engine.begin() as connection:
        for version, content, at in [("a1", OLD, 1.0), ("b2", NEW, 2.0)]:
            row = {"version": version, "content": content, "at": at}
            connection.execute(text("INSERT INTO flag_rules VALUES (:version, :content, :at)"), row)
    schema.upgrade(engine)
    with engine.begin() as connection:
        assert [each.version for each in rule_texts.listed(connection, Book.FLAGS)] == ["b2", "a1"]
        assert rule_texts.live(connection, Book.GUIDE) is None
    go(engine, "0029")
    with engine.begin() as connection:
        rows = connection.execute(text("SELECT version, content FROM flag_rules ORDER BY kept_at")).all()
        assert [tuple(row) for row in rows] == [("a1", OLD), ("b2", NEW)]
    engine.dispose()
