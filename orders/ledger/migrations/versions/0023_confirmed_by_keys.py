"""orders that may be confirmed without an agent"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.create_table(
        "key_confirmations",
        sa.Column("subscriber", sa.Text(), nullable=False),
        sa.Column("order_number", sa.Text(), nullable=False),
        sa.Column("keys_at", sa.Double()),
        sa.Column("texted_at", sa.Double()),
        sa.PrimaryKeyConstraint("subscriber", "order_number"),
    )
    op.create_index(
        "key_confirmations_due",
        "key_confirmations",
        ["keys_at"],
        sqlite_where=sa.text("keys_at IS NOT NULL"),
        postgresql_where=sa.text("keys_at IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("key_confirmations_due", "key_confirmations")
    op.drop_table("key_confirmations")
