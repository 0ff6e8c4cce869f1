"""reviews of calls; what was published is found without reading who looked at what"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    op.create_table(
        "reviews",
        sa.Column("subscriber", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("task", sa.BigInteger(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("order_number", sa.Text()),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("called_at", sa.Double(), nullable=False),
        sa.Column("reviewer", sa.Text(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.Double()),
        sa.PrimaryKeyConstraint("subscriber", "id"),
    )
    op.create_index("reviews_attempt", "reviews", ["subscriber", "task", "attempt"], unique=True)
    op.create_index("reviews_agent", "reviews", ["agent", "at"])
    op.create_index("reviews_at", "reviews", ["at"])
    op.create_index(
        "access_log_published",
        "access_log",
        ["id"],
        sqlite_where=sa.text("act = 'published'"),
        postgresql_where=sa.text("act = 'published'"),
    )


def downgrade() -> None:
    op.drop_index("access_log_published", "access_log")
    op.drop_table("reviews")
