"""what agents are doing"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

REASONS = [  # as orders/agent_states.py had them first
    ("break", "小休", "break", 900.0),
    ("meal", "用餐", "meal", 2_700.0),
    ("training", "培训", "training", 7_200.0),
    ("meeting", "会议", "meeting", 3_600.0),
    ("paperwork", "后处理", "paperwork", 1_200.0),
    ("other", "其他", "other", 600.0),
]
LIMITS = {"previewing": 300.0, "dialling": 90.0, "talking": 900.0, "wrap_up": 120.0}


def upgrade() -> None:
    op.create_table(
        "agent_states",
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("since", sa.Double(), nullable=False),
        sa.Column("until", sa.Double()),
        sa.Column("told_by", sa.Text(), nullable=False),
        sa.Column("node", sa.Text(), nullable=False),
        sa.Column("task", sa.BigInteger()),
        sa.Column("line", sa.BigInteger()),
        sa.Column("pause_then", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("agent", "number"),
    )
    now = sa.text("until IS NULL")
    op.create_index("agent_states_now", "agent_states", ["agent"], unique=True, sqlite_where=now, postgresql_where=now)
    op.create_index("agent_states_since", "agent_states", ["since"])
    op.create_index("phone_calls_agent", "phone_calls", ["agent", "id"])
    reasons = op.create_table(
        "pause_reasons",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("names", sa.Text(), nullable=False),
        sa.Column("seconds", sa.Double()),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("code"),
    )
    limits = op.create_table(
        "state_limits",
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("state"),
    )
    op.bulk_insert(reasons, [_reason(place, *each) for place, each in enumerate(REASONS)])
    op.bulk_insert(limits, [{"state": state, "seconds": seconds} for state, seconds in LIMITS.items()])


def _reason(place: int, code: str, zh: str, en: str, seconds: float) -> dict[str, object]:
    names = json.dumps({"zh": zh, "en": en}, ensure_ascii=False)
    return {"code": code, "names": names, "seconds": seconds, "position": place, "retired": False}


def downgrade() -> None:
    op.drop_table("state_limits")
    op.drop_table("pause_reasons")
    op.drop_index("phone_calls_agent", "phone_calls")
    op.drop_index("agent_states_since", "agent_states")
    op.drop_index("agent_states_now", "agent_states")
    op.drop_table("agent_states")
