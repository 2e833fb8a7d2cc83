"""The library of replies with its variants, what staff have written and not sent, and interpreters asked for."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision: str | None = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    _replies()
    _drafts()
    _interpreters()


def downgrade() -> None:
    """Drop them."""
    for table in ("interpreter_request", "staff_draft", "reply_variant", "reply"):
        op.drop_table(table)


def _replies() -> None:
    op.create_table(
        "reply",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("slug", sa.String(60), nullable=False, unique=True),
        sa.Column("label", sa.String(200), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("topics", sa.JSON, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("law_date", sa.Date, nullable=True),
        sa.Column("review_date", sa.Date, nullable=True),
        sa.Column("version", sa.Integer, nullable=False),
        _by("written_by", nullable=True),
        _at("written_at"),
        sa.CheckConstraint("state IN ('in-use', 'retired')", name="state"),
    )
    op.create_table(
        "reply_variant",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("reply_id", sa.Uuid, sa.ForeignKey("reply.id"), nullable=False),
        sa.Column("language", sa.String(35), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("source_hash", sa.String(64), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        _by("written_by", nullable=True),
        _at("written_at"),
        _by("reviewed_by", nullable=True),
        _at("reviewed_at", nullable=True),
        sa.CheckConstraint("state IN ('draft', 'reviewed')", name="state"),
        sa.CheckConstraint("(state = 'reviewed') = (reviewed_by IS NOT NULL)", name="reviewer"),
        sa.CheckConstraint("reviewed_by <> written_by", name="another_person"),
        sa.UniqueConstraint("reply_id", "language"),
    )


def _drafts() -> None:
    op.create_table(
        "staff_draft",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("request_id", sa.Uuid, sa.ForeignKey("help_request.id"), nullable=False),
        _by("staff_id"),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        _at("saved_at"),
        sa.CheckConstraint("kind IN ('answer', 'note')", name="kind"),
        sa.UniqueConstraint("request_id", "staff_id", "kind"),
    )


def _interpreters() -> None:
    op.create_table(
        "interpreter_request",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("request_id", sa.Uuid, sa.ForeignKey("help_request.id"), nullable=False),
        _by("staff_id"),
        sa.Column("language", sa.String(35), nullable=False),
        sa.Column("mode", sa.String(10), nullable=False),
        _at("wished_at", nullable=True),
        _at("asked_at"),
        sa.CheckConstraint("mode IN ('phone', 'visit', 'video')", name="mode"),
    )
    op.create_index("ix_interpreter_request_request_id", "interpreter_request", ["request_id"])


def _by(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Uuid, sa.ForeignKey("staff_account.id"), nullable=nullable)


def _at(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)
