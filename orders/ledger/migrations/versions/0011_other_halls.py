"""requests, words, cancellations and subscriptions of other halls"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

OF_HALLS = sa.text("hall IS NOT NULL")
DUE = sa.text("due_at IS NOT NULL")


def upgrade() -> None:
    op.create_index("orders_hall", "orders", ["hall", "ordered_at"], sqlite_where=OF_HALLS, postgresql_where=OF_HALLS)
    op.create_table(
        "hall_requests",
        sa.Column("hall", sa.Text(), primary_key=True),
        sa.Column("name", sa.Text(), primary_key=True),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("subscriber", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
    )
    op.create_table(
        "hall_words",
        sa.Column("subscriber", sa.Text(), primary_key=True),
        sa.Column("number", sa.Text(), primary_key=True),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
    )
    op.create_table(
        "hall_cancellations",
        sa.Column("subscriber", sa.Text(), primary_key=True),
        sa.Column("id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("hall", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("requested_for", sa.Text()),
        sa.Column("asked_at", sa.Double(), nullable=False),
        sa.Column("cancelled_at", sa.Double()),
    )
    op.create_index("hall_cancellations_id", "hall_cancellations", ["id"], unique=True)
    op.create_index("hall_cancellations_hall", "hall_cancellations", ["hall", "id"])
    _hub()


def _hub() -> None:
    op.create_table(
        "hub_subscriptions",
        sa.Column("id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("hall", sa.Text(), nullable=False),
        sa.Column("sees_all", sa.Boolean(), nullable=False),
        sa.Column("api", sa.Text(), nullable=False),
        sa.Column("callback", sa.Text(), nullable=False),
        sa.Column("query", sa.Text()),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("paused_until", sa.Double(), nullable=False),
    )
    op.create_table(
        "hub_deliveries",
        sa.Column("subscriber", sa.Text(), primary_key=True),
        sa.Column("thing", sa.Text(), primary_key=True),
        sa.Column("place", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("subscription", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("seen", sa.Text(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("due_at", sa.Double()),
        sa.Column("node", sa.Text()),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text()),
    )
    op.create_index("hub_deliveries_due", "hub_deliveries", ["due_at"], sqlite_where=DUE, postgresql_where=DUE)
    op.create_index("hub_deliveries_id", "hub_deliveries", ["id"], unique=True)
    op.create_index("hub_deliveries_subscription", "hub_deliveries", ["subscription"])


def downgrade() -> None:
    for name in ("hub_deliveries", "hub_subscriptions", "hall_cancellations", "hall_words", "hall_requests"):
        op.drop_table(name)
    op.drop_index("orders_hall", "orders")
