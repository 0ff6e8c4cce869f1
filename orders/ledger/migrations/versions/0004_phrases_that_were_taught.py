"""phrases that were taught"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "book_phrases",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("meaning", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "inbound_misunderstood",
        "inbound",
        ["received_at"],
        sqlite_where=sa.text("intent = 'none'"),
        postgresql_where=sa.text("intent = 'none'"),
    )


def downgrade() -> None:
    op.drop_index("inbound_misunderstood", "inbound")
    op.drop_table("book_phrases")
