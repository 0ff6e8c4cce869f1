"""telephone numbers to choose from"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

KEYS = ("region", "grade", "band", "tail2", "w1", "w2", "w3", "w4", "w5", "w6", "shape4", "shape6")
GIVEN = ("until", "holder", "identity", "reservation")


def upgrade() -> None:
    op.create_table(
        "numbers",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("grade", sa.Text(), nullable=False),
        sa.Column("prepaid", sa.BigInteger(), nullable=False),
        sa.Column("monthly", sa.BigInteger(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("penalty", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("until", sa.Double()),
        sa.Column("holder", sa.Text()),
        sa.Column("reservation", sa.BigInteger()),
        sa.Column("order_number", sa.Text()),
        sa.Column("identity", sa.Text()),
        sa.Column("changed_at", sa.Double(), nullable=False),
        sa.Column("without_4", sa.Boolean(), nullable=False),
        sa.Column("tail2", sa.Integer(), nullable=False),
        *(sa.Column(f"w{place}", sa.Integer(), nullable=False) for place in range(1, 7)),
        sa.Column("shape4", sa.Text(), nullable=False),
        sa.Column("shape6", sa.Text(), nullable=False),
        sa.Column("band", sa.Integer(), nullable=False),
        sa.Column("spread", sa.BigInteger()),
        sa.PrimaryKeyConstraint("number"),
    )
    _index("numbers_spread", ["spread"], "spread")
    for key in KEYS:
        _index(f"numbers_{key}", [key, "spread"], "spread")
    for key in GIVEN:
        _index(f"numbers_{key}", [key], key)
    op.create_table(
        "reservations",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("subscriber", sa.Text()),
        sa.Column("numbers", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("until", sa.Double(), nullable=False),
        sa.Column("released_at", sa.Double()),
        sa.PrimaryKeyConstraint("id"),
    )


def _index(name: str, columns: list[str], given: str) -> None:
    condition = sa.text(f"{given} IS NOT NULL")
    op.create_index(name, "numbers", columns, sqlite_where=condition, postgresql_where=condition)


def downgrade() -> None:
    op.drop_table("reservations")
    op.drop_table("numbers")
