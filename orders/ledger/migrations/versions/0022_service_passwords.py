"""service passwords, and how sure it was who asked"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.create_table(
        "service_passwords",
        sa.Column("subscriber", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("set_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("subscriber"),
    )
    op.create_table(
        "password_tries",
        sa.Column("subscriber", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("proved", sa.Boolean(), nullable=False),
        sa.Column("locked_until", sa.Double()),
        sa.PrimaryKeyConstraint("subscriber", "id"),
    )
    op.add_column("lookups", sa.Column("proof", sa.Integer()))


def downgrade() -> None:
    op.drop_column("lookups", "proof")
    op.drop_table("password_tries")
    op.drop_table("service_passwords")
