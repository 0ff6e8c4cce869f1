"""how a reply is shown, and what must reach him"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("outbound", sa.Column("layout", sa.Text()))
    op.add_column("outbound", sa.Column("by_text", sa.Boolean()))


def downgrade() -> None:
    op.drop_column("outbound", "by_text")
    op.drop_column("outbound", "layout")
