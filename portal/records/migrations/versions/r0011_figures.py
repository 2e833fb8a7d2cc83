"""Figures: what no request keeps is counted by day, and a period's requests, events and answers are found by index."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision: str | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_ANSWERS = sa.text("author = 'staff'")


def upgrade() -> None:
    """Make the table and the indexes."""
    op.create_table(
        "daily_count",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("what", sa.String(40), primary_key=True),
        sa.Column("language", sa.String(35), primary_key=True),
        sa.Column("number", sa.Integer, nullable=False),
    )
    op.create_index("ix_help_request_created_at", "help_request", ["created_at"])
    op.create_index("ix_event_kind_at", "event", ["kind", "at"])
    op.create_index(
        "ix_message_answers",
        "message",
        ["request_id", "read_by_person_at"],
        postgresql_where=_ANSWERS,
        sqlite_where=_ANSWERS,
    )


def downgrade() -> None:
    """Drop them; what was counted is gone."""
    op.drop_index("ix_message_answers", "message")
    op.drop_index("ix_event_kind_at", "event")
    op.drop_index("ix_help_request_created_at", "help_request")
    op.drop_table("daily_count")
