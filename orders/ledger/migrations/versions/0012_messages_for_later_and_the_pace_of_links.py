"""when a message may go out at the earliest; the pace that a link has found"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.add_column("outbound", sa.Column("not_before", sa.Double()))
    op.add_column("links", sa.Column("pace", sa.Double(), nullable=False, server_default=sa.text("0")))


def downgrade() -> None:
    op.drop_column("links", "pace")
    op.drop_column("outbound", "not_before")
