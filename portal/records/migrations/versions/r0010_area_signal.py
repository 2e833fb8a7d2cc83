"""Worries about places, in a table that points to no request and to no person."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "area_signal",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("reference", sa.String(20), nullable=False, unique=True),
        sa.Column("code_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("wrapped_key", sa.LargeBinary, nullable=True),
        sa.Column("words", sa.LargeBinary, nullable=False),
        *(sa.Column(name, sa.LargeBinary, nullable=True) for name in ("place_words", "passed_words", "told_words")),
        sa.Column("area", sa.String(60), nullable=True),
        sa.Column("area_name", sa.String(200), nullable=True),
        sa.Column("area_from", sa.Date, nullable=True),
        sa.Column("areas_version", sa.String(12), nullable=False),
        sa.Column("week", sa.String(8), nullable=False),
        sa.Column("category", sa.String(60), nullable=False),
        sa.Column("how_often", sa.String(20), nullable=False),
        sa.Column("source", sa.String(20), nullable=False),
        sa.Column("signals", sa.JSON, nullable=False),
        sa.Column("wants_told", sa.Boolean, nullable=False),
        sa.Column("language", sa.String(35), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("merged_into", sa.Uuid, sa.ForeignKey("area_signal.id"), nullable=True),
        sa.Column("passed_to", sa.JSON, nullable=False),
        sa.Column("told", sa.String(20), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=True) for name in _MOMENTS),
        sa.CheckConstraint(_one_of("state", *_STATES), name="state"),
        sa.CheckConstraint(_one_of("source", *_SOURCES), name="source"),
        sa.CheckConstraint(_one_of("how_often", *_HOW_OFTEN), name="how_often"),
        sa.CheckConstraint("(state = 'merged') = (merged_into IS NOT NULL)", name="merged"),
    )
    op.create_index("ix_area_signal_state_created_at", "area_signal", ["state", "created_at"])
    op.create_index("ix_area_signal_week", "area_signal", ["week"])
    op.create_index("ix_area_signal_merged_into", "area_signal", ["merged_into"])


def downgrade() -> None:
    """Every worry about a place is gone."""
    op.drop_table("area_signal")


_MOMENTS = ("verified_at", "passed_at", "told_at", "told_read_at", "closed_at", "erased_at")
_STATES = ("new", "verified", "merged", "passed-on", "closed", "not-area")
_SOURCES = ("resident", "property-owner", "association", "school", "partner", "staff")
_HOW_OFTEN = ("once", "sometimes", "weekly", "daily", "unknown")


def _one_of(column: str, *words: str) -> str:
    allowed = ", ".join(f"'{word}'" for word in words)
    return f"{column} IN ({allowed})"
