"""events of orders by their ids, for marks; orders are not looked for by when they were changed any more"""

from alembic import op

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    op.create_index("order_events_made", "order_events", ["id"])
    op.drop_index("orders_changed", "orders")


def downgrade() -> None:
    op.create_index("orders_changed", "orders", ["changed_at"])
    op.drop_index("order_events_made", "order_events")
