"""The queue gets priorities with clocks, the legal clocks of reports, saved views, and who is looking."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision: str | None = "0019"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_ORDER = ["priority", "child_rank", "waiting_since", "id"]
_OLD_ORDER = ["queue_rank", "child_rank", "waiting_since", "id"]
_AWAITING = "state IN ('new', 'claimed', 'in-dialogue')"
_ASIDE = "state IN ('waiting-person', 'waiting-unit', 'quarantine')"
_OPEN = "state <> 'closed'"
_INDEXES = {
    "queue": (["practice", "unit", *_ORDER], _AWAITING),
    "language": (["practice", "unit", "language", "waiting_since"], _AWAITING),
    "by_language": (["practice", "unit", "language", *_ORDER], _AWAITING),
    "aside": (["practice", "state", "unit", *_ORDER], _ASIDE),
    "closed": (["practice", "unit", "closed_at", "id"], "state = 'closed'"),
    "held": (["claimed_by", *_ORDER], f"claimed_by IS NOT NULL AND {_OPEN}"),
    "other_party": (["practice", "unit", *_ORDER], f"party = 2 AND {_OPEN}"),
    "acute": (["practice", *_ORDER], f"urgency = 'emergency' AND {_AWAITING}"),
    "escalated": (["practice", "unit", *_ORDER], f"escalated_to IS NOT NULL AND {_AWAITING}"),
    "escalate_at": (["escalate_at"], f"escalate_at IS NOT NULL AND {_AWAITING}"),
}


def upgrade() -> None:
    """Old requests get the priority that their rank meant; a promise that was made becomes the time to act by."""
    op.drop_index("ix_help_request_queue", "help_request")
    for column in _columns():
        op.add_column("help_request", column)
    op.execute(
        "UPDATE help_request SET escalation_step = 0, act_by = answer_due_at, escalate_at = answer_due_at,"
        " priority = CASE queue_rank WHEN 0 THEN 1 WHEN 1 THEN 3 ELSE 4 END"
    )
    with op.batch_alter_table("help_request") as request:
        request.alter_column("priority", nullable=False)
        request.alter_column("escalation_step", nullable=False)
        request.drop_column("queue_rank")
        request.create_check_constraint(op.f("ck_help_request_priority"), "priority BETWEEN 1 AND 5")
        request.create_check_constraint(
            op.f("ck_help_request_escalated_to"), "escalated_to IN ('supervisor', 'on-call', 'unit-head')"
        )
    for name, (columns, where) in _INDEXES.items():
        _index(name, columns, where)
    _report_clock()
    _looks()
    _views()


def downgrade() -> None:
    """Put the rank back; clocks, saved views and settings are gone."""
    for table in ("queue_setting", "saved_view", "request_look", "report_clock"):
        op.drop_table(table)
    for name in _INDEXES:
        op.drop_index(f"ix_help_request_{name}", "help_request")
    op.add_column("help_request", sa.Column("queue_rank", sa.SmallInteger, nullable=True))
    op.execute("UPDATE help_request SET queue_rank = CASE priority WHEN 1 THEN 0 WHEN 2 THEN 1 ELSE priority - 2 END")
    with op.batch_alter_table("help_request") as request:
        request.alter_column("queue_rank", nullable=False)
        request.drop_constraint(op.f("ck_help_request_priority"), type_="check")
        request.drop_constraint(op.f("ck_help_request_escalated_to"), type_="check")
        for column in ("escalated_to", "escalation_step", "escalate_at", "acted_at", "act_by", "priority"):
            request.drop_column(column)
    _index("queue", _OLD_ORDER, _OPEN)


def _columns() -> list[sa.Column[object]]:
    return [
        sa.Column("priority", sa.SmallInteger, nullable=True),
        sa.Column("act_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("escalate_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("escalation_step", sa.SmallInteger, nullable=True),
        sa.Column("escalated_to", sa.String(20), nullable=True),
    ]


def _index(name: str, columns: list[str], where: str) -> None:
    condition = sa.text(where)
    op.create_index(
        f"ix_help_request_{name}", "help_request", columns, postgresql_where=condition, sqlite_where=condition
    )


def _report_clock() -> None:
    op.create_table(
        "report_clock",
        sa.Column("request_id", sa.Uuid, sa.ForeignKey("help_request.id"), primary_key=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_by", sa.Uuid, sa.ForeignKey("staff_account.id"), nullable=False),
        *(
            column
            for clock in ("safety", "preliminary")
            for column in (
                sa.Column(f"{clock}_assessed_at", sa.DateTime(timezone=True), nullable=True),
                sa.Column(f"{clock}_assessed_by", sa.Uuid, sa.ForeignKey("staff_account.id"), nullable=True),
                sa.Column(f"{clock}_step", sa.SmallInteger, nullable=False),
            )
        ),
    )
    for clock in ("safety", "preliminary"):
        runs = sa.text(f"{clock}_assessed_at IS NULL")
        op.create_index(
            f"ix_report_clock_{clock}", "report_clock", ["received_at"], postgresql_where=runs, sqlite_where=runs
        )


def _looks() -> None:
    op.create_table(
        "request_look",
        sa.Column("request_id", sa.Uuid, sa.ForeignKey("help_request.id"), primary_key=True),
        sa.Column("staff_id", sa.Uuid, sa.ForeignKey("staff_account.id"), primary_key=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_request_look_seen_at", "request_look", ["seen_at"])


def _views() -> None:
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("staff_id", sa.Uuid, sa.ForeignKey("staff_account.id"), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary, nullable=False),
        sa.Column("name", sa.LargeBinary, nullable=False),
        sa.Column("chosen", sa.String(500), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_saved_view_staff_id", "saved_view", ["staff_id"])
    op.create_table(
        "queue_setting",
        sa.Column("staff_id", sa.Uuid, sa.ForeignKey("staff_account.id"), primary_key=True),
        sa.Column("sound", sa.Boolean, nullable=False),
        sa.Column("shortcuts", sa.Boolean, nullable=False),
    )
