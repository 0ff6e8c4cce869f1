"""Migrations lead to exactly the tables that the ledger speaks of, from wherever the database is."""

from threading import Thread

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

from orders.ledger import schema
from orders.ledger.engine import open_engine
from orders.ledger.tables import metadata
from tests.peers.postgres import Postgres


def test_the_migrations_give_the_tables_and_nothing_else(engine: Engine) -> None:
    with engine.begin() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []


def test_partial_and_unique_indexes_are_as_the_tables_have_them(engine: Engine) -> None:
    """What `compare_metadata` does not look at: without its condition an index grows with the years."""
    conditional = {
        index["name"]
        for table in metadata.tables
        for index in inspect(engine).get_indexes(table)
        if any(name.endswith("_where") for name in index.get("dialect_options", {}))
    }
    wanted = {
        index.name
        for table in metadata.tables.values()
        for index in table.indexes
        if index.dialect_options[engine.dialect.name].get("where") is not None
    }
    assert conditional == wanted and wanted


def test_an_empty_database_is_at_no_revision_and_an_upgraded_one_at_the_head(bare_url: str) -> None:
    engine = open_engine(bare_url)
    assert schema.current(engine) is None
    with pytest.raises(schema.WrongSchema, match="hall db upgrade"):
        schema.require_current(engine)
    schema.upgrade(engine)
    schema.upgrade(engine)
    assert schema.current(engine) == schema.head()
    schema.require_current(engine)
    engine.dispose()


def test_a_database_that_a_newer_version_has_made_is_left_alone(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for asked in (schema.require_current, schema.upgrade):
        with pytest.raises(schema.WrongSchema, match=r"9999.*newer version"):
            asked(engine)


@pytest.mark.peers
def test_nodes_that_start_together_on_an_empty_database_do_not_get_in_each_others_way(postgres: Postgres) -> None:
    failures: list[Exception] = []

    def start(url: str) -> None:
        engine = open_engine(url)
        try:
            schema.upgrade(engine)
        except Exception as problem:  # noqa: BLE001 - whatever it is, the test shows it
            failures.append(problem)
        finally:
            engine.dispose()

    with postgres.database() as url:
        threads = [Thread(target=start, args=(url,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert failures == []
