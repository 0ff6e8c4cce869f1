"""parameters that a message centre sent with a message"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.add_column("inbound", sa.Column("parameters", sa.Text()))


def downgrade() -> None:
    op.drop_column("inbound", "parameters")
