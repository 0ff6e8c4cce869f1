"""callers who wait for an agent on the line"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    op.create_table(
        "waiting_calls",
        sa.Column("subscriber", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("session", sa.Text(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("node", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("task", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.Double(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text()),
        sa.Column("passed", sa.Text()),
        sa.Column("changed_at", sa.Double(), nullable=False),
        sa.Column("answered_at", sa.Double()),
        sa.Column("lease_until", sa.Double(), nullable=False),
        sa.Column("wish", sa.Text()),
        sa.Column("ending", sa.Text()),
        sa.PrimaryKeyConstraint("subscriber", "id"),
    )
    still = sa.text("ending IS NULL")
    op.create_index("waiting_calls_id", "waiting_calls", ["id"], unique=True)
    op.create_index("waiting_calls_open", "waiting_calls", ["since"], sqlite_where=still, postgresql_where=still)
    op.create_index("waiting_calls_task", "waiting_calls", ["task"])


def downgrade() -> None:
    op.drop_table("waiting_calls")
