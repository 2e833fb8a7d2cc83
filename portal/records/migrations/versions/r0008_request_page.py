"""The request page: notes as fact or assessment, links between requests, threats, quarantine, tasks for staff."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the columns and tables. Notes written before count as assessments: that claims less than a fact."""
    op.add_column("note", sa.Column("kind", sa.String(10), nullable=True))
    op.execute("UPDATE note SET kind = 'assessment'")
    with op.batch_alter_table("note") as note:
        note.alter_column("kind", nullable=False)
        note.create_check_constraint(op.f("ck_note_kind"), "kind IN ('fact', 'assessment')")
    op.add_column("help_request", sa.Column("do_not_inform_guardian", sa.Boolean, nullable=True))
    op.execute("UPDATE help_request SET do_not_inform_guardian = false")
    with op.batch_alter_table("help_request") as request:
        request.alter_column("do_not_inform_guardian", nullable=False)
    op.create_index("ix_audit_entry_act_at", "audit_entry", ["act", "at"])
    _links()
    _threats()
    _quarantine()
    _tasks()


def downgrade() -> None:
    """Drop them; what lay aside still does, and waits for a human."""
    for table in ("staff_task", "quarantine", "second_press", "threat", "request_link"):
        op.drop_table(table)
    op.drop_index("ix_audit_entry_act_at", "audit_entry")
    with op.batch_alter_table("help_request") as request:
        request.drop_column("do_not_inform_guardian")
    with op.batch_alter_table("note") as note:
        note.drop_constraint(op.f("ck_note_kind"), type_="check")
        note.drop_column("kind")


def _links() -> None:
    op.create_table(
        "request_link",
        sa.Column("id", sa.Uuid, primary_key=True),
        _request("first_id"),
        _request("second_id"),
        sa.Column("kind", sa.String(20), nullable=False),
        _staff("staff_id", nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.CheckConstraint("kind IN ('duplicate', 'other-party')", name=op.f("ck_request_link_kind")),
        sa.CheckConstraint("first_id <> second_id", name=op.f("ck_request_link_two")),
        sa.UniqueConstraint("first_id", "second_id", name=op.f("uq_request_link_first_id_second_id")),
    )
    op.create_index("ix_request_link_first_id", "request_link", ["first_id"])
    op.create_index("ix_request_link_second_id", "request_link", ["second_id"])


def _threats() -> None:
    op.create_table(
        "threat",
        sa.Column("id", sa.Uuid, primary_key=True),
        _request("request_id"),
        _staff("raised_by", nullable=False),
        sa.Column("raised_at", _MOMENT, nullable=False),
        _staff("acknowledged_by"),
        sa.Column("acknowledged_at", _MOMENT, nullable=True),
        sa.Column("body", sa.LargeBinary, nullable=True),
        sa.Column("written_at", _MOMENT, nullable=True),
        sa.Column("expires_at", _MOMENT, nullable=False),
        _staff("ended_by"),
        sa.Column("ended_at", _MOMENT, nullable=True),
    )
    op.create_index("ix_threat_request_id", "threat", ["request_id"])
    op.create_index("ix_threat_acknowledged_at", "threat", ["acknowledged_at"])
    op.create_table(
        "second_press",
        sa.Column("id", sa.Uuid, primary_key=True),
        _request("request_id"),
        sa.Column("act", sa.String(20), nullable=False),
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=True),
        _staff("asked_by", nullable=False),
        sa.Column("asked_at", _MOMENT, nullable=False),
        sa.Column("alone_from", _MOMENT, nullable=False),
        _staff("pressed_by"),
        sa.Column("pressed_at", _MOMENT, nullable=True),
        sa.Column("used_at", _MOMENT, nullable=True),
        sa.CheckConstraint("act IN ('answer', 'handover', 'close')", name=op.f("ck_second_press_act")),
    )
    op.create_index("ix_second_press_request_id", "second_press", ["request_id"])


def _quarantine() -> None:
    op.create_table(
        "quarantine",
        sa.Column("id", sa.Uuid, primary_key=True),
        _request("request_id"),
        sa.Column("reason", sa.String(20), nullable=False),
        _staff("put_by", nullable=False),
        sa.Column("put_at", _MOMENT, nullable=False),
        sa.Column("due_at", _MOMENT, nullable=False),
        sa.Column("escalated_at", _MOMENT, nullable=True),
        sa.Column("outcome", sa.String(20), nullable=True),
        _staff("decided_by"),
        sa.Column("decided_at", _MOMENT, nullable=True),
        sa.CheckConstraint(
            "reason IN ('advertising', 'gibberish', 'flood', 'abuse', 'fake')", name=op.f("ck_quarantine_reason")
        ),
        sa.CheckConstraint("outcome IN ('cleared', 'misuse')", name=op.f("ck_quarantine_outcome")),
    )
    op.create_index("ix_quarantine_request_id", "quarantine", ["request_id"])
    op.create_index("ix_quarantine_outcome_due_at", "quarantine", ["outcome", "due_at"])


def _tasks() -> None:
    op.create_table(
        "staff_task",
        sa.Column("id", sa.Uuid, primary_key=True),
        _request("request_id"),
        sa.Column("kind", sa.String(20), nullable=False),
        _staff("about_staff"),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("due_at", _MOMENT, nullable=False),
        _staff("done_by"),
        sa.Column("done_at", _MOMENT, nullable=True),
        sa.CheckConstraint("kind IN ('aftercare', 'feedback')", name=op.f("ck_staff_task_kind")),
    )
    op.create_index("ix_staff_task_request_id", "staff_task", ["request_id"])
    op.create_index("ix_staff_task_done_at_due_at", "staff_task", ["done_at", "due_at"])


def _request(column: str) -> sa.Column[object]:
    return sa.Column(column, sa.Uuid, sa.ForeignKey("help_request.id"), nullable=False)


def _staff(column: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(column, sa.Uuid, sa.ForeignKey("staff_account.id"), nullable=nullable)
