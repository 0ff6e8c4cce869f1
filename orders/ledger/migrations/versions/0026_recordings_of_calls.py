"""recordings of calls"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    op.create_index("phone_calls_id", "phone_calls", ["id"], unique=True)
    op.create_table(
        "recordings",
        sa.Column("subscriber", sa.Text(), nullable=False),
        sa.Column("call", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("task", sa.BigInteger(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("subscriber", "call"),
    )
    op.create_index("recordings_at", "recordings", ["at"])
    op.create_index("recordings_call", "recordings", ["call"], unique=True)


def downgrade() -> None:
    op.drop_index("recordings_call", "recordings")
    op.drop_index("recordings_at", "recordings")
    op.drop_table("recordings")
    op.drop_index("phone_calls_id", "phone_calls")
