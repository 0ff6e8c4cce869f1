"""prices, channels and stores of offers; second confirmations and returns of orders"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

UNCONFIRMED = sa.text("state = 'pending' AND confirm_by IS NOT NULL")
OPEN = sa.text("state NOT IN ('completed', 'failed', 'cancelled', 'rejected')")
UNSETTLED = sa.text("state IN ('asked', 'due')")
LISTS, SWITCHES = ("prices", "channels"), ("no_return", "confirm")
INSTANTS = ("confirm_by", "deliver_at", "waived_at")


def upgrade() -> None:
    for name in LISTS:
        op.add_column("offers", sa.Column(name, sa.Text(), nullable=False, server_default=sa.text("'[]'")))
    for name in SWITCHES:
        op.add_column("offers", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.text("false")))
    for name in INSTANTS:
        op.add_column("orders", sa.Column(name, sa.Double()))
    op.add_column("order_items", sa.Column("place", sa.Text()))
    op.create_index(
        "orders_unconfirmed", "orders", ["confirm_by"], sqlite_where=UNCONFIRMED, postgresql_where=UNCONFIRMED
    )
    op.create_index("orders_open", "orders", ["state", "changed_at"], sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_table(
        "stock",
        sa.Column("offer", sa.Text(), primary_key=True),
        sa.Column("place", sa.Text(), primary_key=True),
        sa.Column("on_hand", sa.BigInteger(), nullable=False),
        sa.Column("reserved", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.Double(), nullable=False),
        sa.CheckConstraint("reserved >= 0 AND reserved <= on_hand", name="stock_promised"),
    )
    op.create_table(
        "returns",
        sa.Column("subscriber", sa.Text(), primary_key=True),
        sa.Column("number", sa.Text(), primary_key=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.Double(), nullable=False),
        sa.Column("changed_at", sa.Double(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
    )
    op.create_index("returns_open", "returns", ["changed_at"], sqlite_where=UNSETTLED, postgresql_where=UNSETTLED)


def downgrade() -> None:
    op.drop_table("returns")
    op.drop_table("stock")
    op.drop_index("orders_open", "orders")
    op.drop_index("orders_unconfirmed", "orders")
    op.drop_column("order_items", "place")
    for name in reversed(INSTANTS):
        op.drop_column("orders", name)
    for name in reversed(SWITCHES + LISTS):
        op.drop_column("offers", name)
