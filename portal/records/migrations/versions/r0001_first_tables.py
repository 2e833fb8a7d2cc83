"""The first tables: requests with what was said and done, drafts, staff and published rules.

Names of constraints come from the naming convention of the models (`portal/records/base.py`). A migration
spells everything else out, because it must stay what it was when the models move on.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Make every table."""
    _rulesets()
    _staff_account()
    _visit()
    _help_request()
    _event()
    _message()
    _note()


def downgrade() -> None:
    """Drop every table, and everything in it."""
    for table in (
        "note",
        "message",
        "event",
        "help_request",
        "visit",
        "staff_account",
        "ruleset_publication",
        "ruleset_snapshot",
    ):
        op.drop_table(table)


def _rulesets() -> None:
    op.create_table(
        "ruleset_snapshot",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("content", sa.Text, nullable=False),
        _moment("published_at"),
        sa.Column("published_by", sa.String(100), nullable=False),
    )
    op.create_table(
        "ruleset_publication",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("snapshot_id", sa.String(64), sa.ForeignKey("ruleset_snapshot.id"), nullable=False),
        _moment("published_at"),
        sa.Column("published_by", sa.String(100), nullable=False),
    )
    op.create_index("ix_ruleset_publication_snapshot_id", "ruleset_publication", ["snapshot_id"])


def _staff_account() -> None:
    op.create_table(
        "staff_account",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("username", sa.String(100), nullable=False),
        sa.Column("display_role", sa.String(100), nullable=False),
        sa.Column("roles", sa.JSON, nullable=False),
        sa.Column("password", sa.String(200), nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("failed_count", sa.Integer, nullable=False),
        _moment("locked_until", nullable=True),
        _moment("created_at"),
        sa.UniqueConstraint("username"),
    )


def _visit() -> None:
    op.create_table(
        "visit",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("body", sa.LargeBinary, nullable=False),
        _moment("created_at"),
        _moment("expires_at"),
    )
    op.create_index("ix_visit_expires_at", "visit", ["expires_at"])


def _help_request() -> None:
    op.create_table(
        "help_request",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("reference", sa.String(20), nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("submission_hash", sa.String(64), nullable=True),
        sa.Column("wrapped_key", sa.LargeBinary, nullable=True),
        _moment("created_at"),
        sa.Column("entrance", sa.String(20), nullable=False),
        sa.Column("channel", sa.String(10), nullable=False),
        sa.Column("language", sa.String(35), nullable=False),
        sa.Column("urgency", sa.String(20), nullable=False),
        sa.Column("signals", sa.JSON, nullable=False),
        sa.Column("topics", sa.JSON, nullable=False),
        sa.Column("facts", sa.JSON, nullable=False),
        sa.Column("suggestions", sa.JSON, nullable=False),
        sa.Column("ruleset_id", sa.String(64), sa.ForeignKey("ruleset_snapshot.id"), nullable=False),
        sa.Column("anonymous", sa.Boolean, nullable=False),
        sa.Column("contact", sa.LargeBinary, nullable=True),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("queue_rank", sa.SmallInteger, nullable=False),
        sa.Column("child_rank", sa.SmallInteger, nullable=False),
        _moment("waiting_since"),
        sa.Column("claimed_by", sa.Uuid, sa.ForeignKey("staff_account.id"), nullable=True),
        _moment("claimed_at", nullable=True),
        _moment("touched_at", nullable=True),
        _moment("answer_due_at", nullable=True),
        _moment("first_answer_at", nullable=True),
        _moment("closed_at", nullable=True),
        sa.Column("close_reason", sa.String(30), nullable=True),
        _moment("saved_code_at", nullable=True),
        _moment("code_expires_at", nullable=True),
        _moment("erased_at", nullable=True),
        sa.UniqueConstraint("reference"),
        sa.UniqueConstraint("code_hash"),
        sa.UniqueConstraint("submission_hash"),
        _one_of("state", "new", "claimed", "in-dialogue", "waiting-person", "closed"),
        _one_of("urgency", "emergency", "today", "soon", "planned"),
        _one_of("entrance", "private", "professional"),
        _one_of("channel", "form", "chat", "api", "staff"),
        _one_of(
            "close_reason",
            "answered",
            "guided-on",
            "booked",
            "handed-over",
            "report-taken",
            "withdrawn",
            "unsafe-to-continue",
            "no-safe-contact",
            "duplicate",
            "not-for-us",
            "misuse",
            "test",
        ),
    )
    still_open = sa.text("state <> 'closed'")
    op.create_index(
        "ix_help_request_queue",
        "help_request",
        ["queue_rank", "child_rank", "waiting_since", "id"],
        postgresql_where=still_open,
        sqlite_where=still_open,
    )
    op.create_index("ix_help_request_code_expires_at", "help_request", ["code_expires_at"])


def _event() -> None:
    op.create_table(
        "event",
        sa.Column("number", sa.Integer, primary_key=True),
        _request_id(),
        _moment("at"),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("staff_id", sa.Uuid, sa.ForeignKey("staff_account.id"), nullable=True),
        sa.Column("detail", sa.JSON, nullable=False),
        _one_of(
            "kind",
            "submitted",
            "code-saved",
            "person-wrote",
            "danger-raised",
            "claimed",
            "released",
            "answered",
            "noted",
            "closed",
            "reopened",
            "erased",
        ),
    )
    op.create_index("ix_event_request_id", "event", ["request_id"])


def _message() -> None:
    op.create_table(
        "message",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("id", sa.Uuid, nullable=False),
        _request_id(),
        sa.Column("author", sa.String(10), nullable=False),
        sa.Column("opening", sa.Boolean, nullable=False),
        sa.Column("staff_id", sa.Uuid, sa.ForeignKey("staff_account.id"), nullable=True),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("language", sa.String(35), nullable=False),
        _moment("created_at"),
        _moment("read_by_person_at", nullable=True),
        sa.UniqueConstraint("id"),
        _one_of("author", "person", "staff", "bot"),
    )
    op.create_index("ix_message_request_id", "message", ["request_id"])


def _note() -> None:
    op.create_table(
        "note",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("id", sa.Uuid, nullable=False),
        _request_id(),
        sa.Column("staff_id", sa.Uuid, sa.ForeignKey("staff_account.id"), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        _moment("created_at"),
        sa.UniqueConstraint("id"),
    )
    op.create_index("ix_note_request_id", "note", ["request_id"])


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _request_id() -> sa.Column[object]:
    return sa.Column("request_id", sa.Uuid, sa.ForeignKey("help_request.id"), nullable=False)


def _one_of(column: str, *words: str) -> sa.CheckConstraint:
    allowed = ", ".join(f"'{word}'" for word in words)
    return sa.CheckConstraint(f"{column} IN ({allowed})", name=column)
