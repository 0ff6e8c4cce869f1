"""which script says a message"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.add_column("outbound", sa.Column("script", sa.Text()))


def downgrade() -> None:
    op.drop_column("outbound", "script")
