"""calls to customers"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.add_column("agents", sa.Column("phone", sa.Text()))
    op.create_table(
        "phone_calls",
        sa.Column("subscriber", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("task", sa.BigInteger(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("node", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("began_at", sa.Double(), nullable=False),
        sa.Column("changed_at", sa.Double(), nullable=False),
        sa.Column("answered_at", sa.Double()),
        sa.Column("ending", sa.Text()),
        sa.Column("cause", sa.Integer()),
        sa.PrimaryKeyConstraint("subscriber", "id"),
    )
    op.create_index(
        "phone_calls_open",
        "phone_calls",
        ["node"],
        sqlite_where=sa.text("ending IS NULL"),
        postgresql_where=sa.text("ending IS NULL"),
    )


def downgrade() -> None:
    op.drop_index("phone_calls_open", "phone_calls")
    op.drop_table("phone_calls")
    op.drop_column("agents", "phone")
