"""Replies in several languages, answers made of parts, notices by the portal, drafts, and asking for interpreters."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0005"
branch_labels = None
depends_on = None

_AUTHORS = ("person", "staff", "bot")
_CONTENTS = ("words", "parts", "notice")


def upgrade() -> None:
    """Make the tables; everything that was said until now is one text by somebody."""
    _replies()
    _drafts()
    _interpreters()
    op.add_column("message", sa.Column("content", sa.String(10), nullable=True))
    op.execute("UPDATE message SET content = 'words'")
    with op.batch_alter_table("message") as message:
        message.alter_column("content", nullable=False)
        message.create_check_constraint(op.f("ck_message_content"), _one_of("content", *_CONTENTS))
        message.drop_constraint(op.f("ck_message_author"), type_="check")
        message.create_check_constraint(op.f("ck_message_author"), _one_of("author", *_AUTHORS, "portal"))


def downgrade() -> None:
    """Drop the tables. Notices go, and so do answers of parts, which nothing could read any more."""
    for table in ("interpreter_request", "staff_draft", "reply_variant", "reply"):
        op.drop_table(table)
    op.execute("DELETE FROM message WHERE content <> 'words' OR author = 'portal'")
    with op.batch_alter_table("message") as message:
        message.drop_constraint(op.f("ck_message_author"), type_="check")
        message.create_check_constraint(op.f("ck_message_author"), _one_of("author", *_AUTHORS))
        message.drop_constraint(op.f("ck_message_content"), type_="check")
        message.drop_column("content")


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


def _one_of(column: str, *words: str) -> str:
    allowed = ", ".join(f"'{word}'" for word in words)
    return f"{column} IN ({allowed})"
