"""Questions that may be answered in public, the answers that everybody may read, and searches that found nothing."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision: str | None = "0012"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_STATES = ("asked", "drafted", "scheduled", "published", "declined", "private")
_REASONS = ("points-out", "about-others", "ongoing", "not-ours", "answered-before")
_ORIGINS = ("asked", "editorial")


def upgrade() -> None:
    """Make the three tables."""
    _answers()
    _questions()
    op.create_table(
        "answer_search_miss",
        sa.Column("week", sa.Date, primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
    )


def downgrade() -> None:
    """Drop them; what waited for a public answer waits in the contact centre's queue instead."""
    op.drop_table("answer_search_miss")
    op.drop_table("public_question")
    op.drop_table("public_answer")
    op.execute("UPDATE help_request SET unit = 'contact-centre' WHERE unit = 'public-answers'")


def _answers() -> None:
    op.create_table(
        "public_answer",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("origin", sa.String(20), nullable=False),
        sa.Column("source_key", sa.String(60), nullable=True, unique=True),
        sa.Column("source_hash", sa.String(64), nullable=True),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("topics", sa.JSON, nullable=False),
        sa.Column("language", sa.String(35), nullable=False),
        sa.Column("owner", sa.String(200), nullable=False),
        sa.Column("published_week", sa.Date, nullable=False),
        sa.Column("reviewed_on", sa.Date, nullable=False),
        sa.Column("review_by", sa.Date, nullable=False),
        sa.Column("law_date", sa.Date, nullable=False),
        sa.Column("corrected_on", sa.Date, nullable=True),
        sa.Column("retracted", sa.Boolean, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.CheckConstraint(_one_of("origin", *_ORIGINS), name=op.f("ck_public_answer_origin")),
    )
    op.create_index(
        "ix_public_answer_language_published_week", "public_answer", ["language", "published_week"], unique=False
    )


def _questions() -> None:
    op.create_table(
        "public_question",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("id", sa.Uuid, nullable=False, unique=True),
        sa.Column("request_id", sa.Uuid, sa.ForeignKey("help_request.id"), nullable=True, unique=True),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("language", sa.String(35), nullable=False),
        sa.Column("topics", sa.JSON, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(name, sa.LargeBinary, nullable=True) for name in ("scrubbed", "draft", "comment")),
        *(
            sa.Column(name, sa.Uuid, sa.ForeignKey("staff_account.id"), nullable=True)
            for name in ("scrubbed_by", "drafted_by", "reviewed_by")
        ),
        sa.Column("law_date", sa.Date, nullable=True),
        sa.Column("review_by", sa.Date, nullable=True),
        sa.Column("decline_reason", sa.String(30), nullable=True),
        sa.Column("publish_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer_number", sa.Integer, sa.ForeignKey("public_answer.number"), nullable=True),
        sa.Column("cut_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(_one_of("state", *_STATES), name=op.f("ck_public_question_state")),
        sa.CheckConstraint(_one_of("decline_reason", *_REASONS), name=op.f("ck_public_question_decline_reason")),
    )
    op.create_index("ix_public_question_state_asked_at", "public_question", ["state", "asked_at"])
    op.create_index("ix_public_question_cut_at", "public_question", ["cut_at"])


def _one_of(column: str, *words: str) -> str:
    allowed = ", ".join(f"'{word}'" for word in words)
    return f"{column} IN ({allowed})"
