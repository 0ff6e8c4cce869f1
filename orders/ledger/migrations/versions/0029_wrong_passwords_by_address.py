"""wrong passwords by the address from which they came, and the browsers that are known"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    op.create_table(
        "door_tries",
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("since", sa.Double(), nullable=False),
        sa.Column("shut_until", sa.Double()),
        sa.PrimaryKeyConstraint("address"),
    )
    op.create_table(
        "desk_browsers",
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("seen_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("agent", "token_hash"),
    )
    op.create_index("desk_browsers_seen", "desk_browsers", ["seen_at"])


def downgrade() -> None:
    op.drop_table("desk_browsers")
    op.drop_table("door_tries")
