"""rules of flags stand among the other rules that people write"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    op.execute(
        "INSERT INTO rule_texts (kind, version, content, kept_at)"
        " SELECT 'flags', version, content, kept_at FROM flag_rules"
    )
    op.drop_table("flag_rules")


def downgrade() -> None:
    op.create_table(
        "flag_rules",
        sa.Column("version", sa.Text(), primary_key=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("kept_at", sa.Double(), nullable=False),
    )
    op.execute(
        "INSERT INTO flag_rules (version, content, kept_at)"
        " SELECT version, content, kept_at FROM rule_texts WHERE kind = 'flags'"
    )
    op.execute("DELETE FROM rule_texts WHERE kind = 'flags'")
