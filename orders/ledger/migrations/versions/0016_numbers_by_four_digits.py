"""numbers by four digits in a row"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    condition = sa.text("spread IS NOT NULL")
    for place in range(1, 6):
        columns = [f"w{place}", f"w{place + 1}", "spread"]
        op.create_index(
            f"numbers_w{place}{place + 1}", "numbers", columns, sqlite_where=condition, postgresql_where=condition
        )


def downgrade() -> None:
    for place in range(1, 6):
        op.drop_index(f"numbers_w{place}{place + 1}", "numbers")
