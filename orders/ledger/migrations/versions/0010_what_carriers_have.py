"""consignments, and how subscribers found them"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

OPEN = sa.text("state NOT IN ('delivered', 'returned', 'recalled', 'written_off')")


def _open(name: str, table: str, column: str) -> None:
    there = sa.text(f"{column} IS NOT NULL")
    op.create_index(name, table, [column], sqlite_where=there, postgresql_where=there)


def upgrade() -> None:
    op.add_column("subscribers", sa.Column("manager", sa.Text()))
    op.create_table(
        "consignments",
        sa.Column("subscriber", sa.Text(), primary_key=True),
        sa.Column("id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("order_number", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("items", sa.Text()),
        sa.Column("carrier", sa.Text()),
        sa.Column("tracking", sa.Text()),
        sa.Column("signed_by", sa.Text()),
        sa.Column("declined", sa.Text()),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("changed_at", sa.Double(), nullable=False),
        sa.Column("left_at", sa.Double()),
        sa.Column("due_at", sa.Double()),
        sa.Column("late_at", sa.Double()),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
    )
    op.create_index("consignments_order", "consignments", ["subscriber", "order_number"])
    op.create_index("consignments_id", "consignments", ["id"], unique=True)
    _open("consignments_due", "consignments", "due_at")
    _open("consignments_late", "consignments", "late_at")
    op.create_index(
        "consignments_open", "consignments", ["state", "changed_at"], sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.create_table(
        "consignment_events",
        sa.Column("subscriber", sa.Text(), primary_key=True),
        sa.Column("consignment", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("event", sa.Integer(), primary_key=True),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("told_at", sa.Double(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
    )
    op.create_table(
        "surveys",
        sa.Column("subscriber", sa.Text(), primary_key=True),
        sa.Column("order_number", sa.Text(), primary_key=True),
        sa.Column("carrier", sa.Text()),
        sa.Column("delivered_at", sa.Double(), nullable=False),
        sa.Column("due_at", sa.Double()),
        sa.Column("asked_at", sa.Double()),
        sa.Column("until", sa.Double()),
        sa.Column("score", sa.Integer()),
        sa.Column("scored_at", sa.Double()),
        sa.Column("comment", sa.Text()),
    )
    _open("surveys_due", "surveys", "due_at")
    op.create_index("surveys_scored", "surveys", ["scored_at"])


def downgrade() -> None:
    for name in ("surveys", "consignment_events", "consignments"):
        op.drop_table(name)
    op.drop_column("subscribers", "manager")
