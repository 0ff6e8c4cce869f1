"""orders of every hall"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

NEW = ("recipient", "identity", "hall", "external_id", "problem")


def upgrade() -> None:
    for name in NEW:
        op.add_column("orders", sa.Column(name, sa.Text()))
    op.add_column("order_items", sa.Column("resource", sa.Text()))
    op.create_index(
        "orders_external",
        "orders",
        ["hall", "external_id"],
        sqlite_where=sa.text("external_id IS NOT NULL"),
        postgresql_where=sa.text("external_id IS NOT NULL"),
    )
    op.create_index(
        "orders_problem",
        "orders",
        ["problem", "changed_at"],
        sqlite_where=sa.text("problem IS NOT NULL"),
        postgresql_where=sa.text("problem IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("orders_problem", "orders")
    op.drop_index("orders_external", "orders")
    op.drop_column("order_items", "resource")
    for name in reversed(NEW):
        op.drop_column("orders", name)
