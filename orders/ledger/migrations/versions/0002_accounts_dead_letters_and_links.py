"""accounts, dead letters and links

A receipt finds its message by the account, on whichever link it comes. A link without an account is one by itself, of
the same name, so what was written under the link's name stays right.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    for table in ("segments", "early_receipts"):
        op.execute(f"ALTER TABLE {table} RENAME COLUMN link TO account")
    op.add_column("outbound", sa.Column("gave_up", sa.Text(), nullable=True))
    op.execute(
        "UPDATE outbound SET gave_up = CASE WHEN reason = 'expired' THEN 'expired' ELSE 'refused' END"
        " WHERE state = 'failed'"
    )
    op.create_index(
        "outbound_dead",
        "outbound",
        ["done_at"],
        unique=False,
        sqlite_where=sa.text("gave_up IS NOT NULL"),
        postgresql_where=sa.text("gave_up IS NOT NULL"),
    )
    op.create_table(
        "resends",
        sa.Column("subscriber", sa.Text(), nullable=False),
        sa.Column("outbound", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("gave_up", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("subscriber", "outbound", "at"),
    )
    op.create_table(
        "links",
        sa.Column("node", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("held_by", sa.Text(), nullable=True),
        sa.Column("held_at", sa.Double(), nullable=True),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("since", sa.Double(), nullable=True),
        sa.Column("in_flight", sa.Integer(), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("throttled", sa.Boolean(), nullable=False),
        sa.Column("told_at", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("node", "name"),
    )


def downgrade() -> None:
    op.drop_table("links")
    op.drop_table("resends")
    op.drop_index("outbound_dead", "outbound")
    op.drop_column("outbound", "gave_up")
    for table in ("segments", "early_receipts"):
        op.execute(f"ALTER TABLE {table} RENAME COLUMN account TO link")
