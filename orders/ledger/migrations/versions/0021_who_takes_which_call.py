"""who takes which call, and what agents note"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"

OPEN = sa.text("due_at IS NOT NULL")
HELD = sa.text("agent IS NOT NULL")
SKIPPED = sa.text("reason IS NOT NULL")


def upgrade() -> None:
    op.add_column("agents", sa.Column("languages", sa.Text()))
    op.add_column("agents", sa.Column("skills", sa.Text()))
    op.add_column("call_tasks", sa.Column("lane", sa.Text(), nullable=False, server_default=sa.text("''")))
    op.add_column("call_tasks", sa.Column("claimed_at", sa.Double()))
    op.add_column("call_tasks", sa.Column("dialled_at", sa.Double()))
    op.drop_index("call_tasks_due", "call_tasks")
    op.create_index(
        "call_tasks_next",
        "call_tasks",
        ["lane", sa.text("priority DESC"), "due_at", "id"],
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_index("call_tasks_due", "call_tasks", ["due_at"], sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_index("call_tasks_held", "call_tasks", ["agent"], sqlite_where=HELD, postgresql_where=HELD)
    op.create_table(
        "call_remarks",
        sa.Column("subscriber", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("task", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("subscriber", "id"),
    )
    op.create_index(
        "call_remarks_skips", "call_remarks", ["agent", "at"], sqlite_where=SKIPPED, postgresql_where=SKIPPED
    )


def downgrade() -> None:
    op.drop_index("call_remarks_skips", "call_remarks")
    op.drop_table("call_remarks")
    op.drop_index("call_tasks_held", "call_tasks")
    op.drop_index("call_tasks_due", "call_tasks")
    op.drop_index("call_tasks_next", "call_tasks")
    op.create_index(
        "call_tasks_due", "call_tasks", [sa.text("priority DESC"), "due_at"], sqlite_where=OPEN, postgresql_where=OPEN
    )
    for name in ("dialled_at", "claimed_at", "lane"):
        op.drop_column("call_tasks", name)
    op.drop_column("agents", "skills")
    op.drop_column("agents", "languages")
