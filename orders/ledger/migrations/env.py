"""How Alembic reaches the database: on the connection that `orders.ledger.schema` hands it."""

from alembic import context

from orders.ledger.tables import metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, transaction_per_migration=False
)
with context.begin_transaction():
    context.run_migrations()
