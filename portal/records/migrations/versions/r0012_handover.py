"""Handing over to units, and the outbox."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision: str | None = "0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_KINDS = (
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
    "human-asked",
    "taken-over",
    "given-back",
    "left-chat",
    "moved",
    "reassigned",
    "ranked",
    "escalated",
    "contacted",
    "interpreter-asked",
    "report-taken",
    "report-assessed",
    "threat-marked",
    "threat-over",
    "alarm-raised",
    "protected",
    "unprotected",
    "linked",
    "unlinked",
    "quarantined",
    "cleared",
    "handover-sent",
    "handover-accepted",
    "handover-returned",
    "handover-withdrawn",
    "guided-on",
    "thinned",
    "held",
    "hold-ended",
    "disclosed",
    "erased",
)
_NEW_KIND = "guided-on"
_SENT = sa.text("state = 'sent'")
_TO_SEND = sa.text("state IN ('waiting', 'failed-for-now')")


def upgrade() -> None:
    """Make both tables, and allow the new word for what happened."""
    _allow_kinds(*_KINDS)
    _handover()
    _outbox()


def downgrade() -> None:
    """Drop them. What waited for a unit waits for staff again."""
    op.drop_table("outbox")
    op.drop_table("handover")
    op.execute("UPDATE help_request SET state = 'in-dialogue' WHERE state = 'waiting-unit'")
    op.execute(f"DELETE FROM event WHERE kind = '{_NEW_KIND}'")  # noqa: S608  # the word above, nobody's input
    _allow_kinds(*(kind for kind in _KINDS if kind != _NEW_KIND))


def _allow_kinds(*kinds: str) -> None:
    allowed = ", ".join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table("event") as event:
        event.drop_constraint(op.f("ck_event_kind"), type_="check")
        event.create_check_constraint(op.f("ck_event_kind"), f"kind IN ({allowed})")


def _handover() -> None:
    op.create_table(
        "handover",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("request_id", sa.Uuid, sa.ForeignKey("help_request.id"), nullable=False),
        sa.Column("unit", sa.String(60), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("ground", sa.String(60), nullable=False),
        sa.Column("consent_how", sa.String(30), nullable=True),
        sa.Column("reason", sa.LargeBinary, nullable=True),
        sa.Column("may_move", sa.Boolean, nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary, nullable=True),
        sa.Column("package", sa.LargeBinary, nullable=True),
        sa.Column("package_hash", sa.String(64), nullable=False),
        sa.Column("last_message", sa.Integer, nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_by", sa.Uuid, sa.ForeignKey("staff_account.id"), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.Uuid, sa.ForeignKey("staff_account.id"), nullable=True),
        sa.Column("moved", sa.Boolean, nullable=False),
        sa.Column("return_code", sa.String(30), nullable=True),
        sa.Column("return_text", sa.LargeBinary, nullable=True),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by", sa.Uuid, sa.ForeignKey("staff_account.id"), nullable=True),
        sa.Column("confirm_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirm_escalated_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('sent', 'accepted', 'returned', 'withdrawn')", name=op.f("ck_handover_state")),
        sa.CheckConstraint(
            "consent_how IN ('written-here', 'by-phone', 'in-person', 'through-interpreter')",
            name=op.f("ck_handover_consent_how"),
        ),
        sa.CheckConstraint(
            "return_code IN ('wrong-unit', 'know-too-little', 'no-consent', 'other-municipality', 'already-known',"
            " 'other')",
            name=op.f("ck_handover_return_code"),
        ),
    )
    op.create_index("ix_handover_request_id", "handover", ["request_id"])
    op.create_index("ix_handover_unit", "handover", ["unit"])
    op.create_index(
        "ix_handover_one_open", "handover", ["request_id"], unique=True, sqlite_where=_SENT, postgresql_where=_SENT
    )


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("adapter", sa.String(20), nullable=False),
        sa.Column("unit", sa.String(60), nullable=False),
        sa.Column("request_id", sa.Uuid, sa.ForeignKey("help_request.id"), nullable=False),
        sa.Column("payload", sa.JSON, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.SmallInteger, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("last_error", sa.String(60), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("adapter IN ('mail', 'webhook', 'folder')", name=op.f("ck_outbox_adapter")),
        sa.CheckConstraint("state IN ('waiting', 'sent', 'failed-for-now', 'given-up')", name=op.f("ck_outbox_state")),
    )
    op.create_index("ix_outbox_request_id", "outbox", ["request_id"])
    op.create_index(
        "ix_outbox_next_try_at", "outbox", ["next_try_at"], sqlite_where=_TO_SEND, postgresql_where=_TO_SEND
    )
