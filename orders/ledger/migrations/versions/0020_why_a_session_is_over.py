"""why a session at the desk is over"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.add_column("desk_sessions", sa.Column("ended", sa.Text()))
    op.create_index("desk_sessions_agent", "desk_sessions", ["agent"])


def downgrade() -> None:
    op.drop_index("desk_sessions_agent", "desk_sessions")
    op.drop_column("desk_sessions", "ended")
