"""surveys by telephone"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    op.add_column("surveys", sa.Column("ring_at", sa.Double()))
    op.add_column("surveys", sa.Column("rung", sa.Integer(), nullable=False, server_default=sa.text("0")))
    there = sa.text("ring_at IS NOT NULL")
    op.create_index("surveys_ring", "surveys", ["ring_at"], sqlite_where=there, postgresql_where=there)


def downgrade() -> None:
    op.drop_index("surveys_ring", table_name="surveys")
    op.drop_column("surveys", "rung")
    op.drop_column("surveys", "ring_at")
