"""until when an agent has time to wrap up"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    op.add_column("agent_states", sa.Column("ends_at", sa.Double()))


def downgrade() -> None:
    op.drop_column("agent_states", "ends_at")
