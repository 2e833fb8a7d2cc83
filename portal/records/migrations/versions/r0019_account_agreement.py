"""What gives the right to read, or opens an account, needs two persons: recoveries become one kind of agreement."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision: str | None = "0018"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Recoveries that are under way, an hour at the most, are begun anew."""
    op.drop_table("staff_recovery")
    op.create_table(
        "account_agreement",
        sa.Column("id", sa.Uuid, primary_key=True),
        _account("staff_id"),
        sa.Column("kind", sa.String(20), nullable=False),
        _account("asked_by"),
        _moment("asked_at"),
        sa.Column("roles", sa.JSON, nullable=False),
        sa.Column("units", sa.JSON, nullable=False),
        sa.Column("sees_protected", sa.Boolean, nullable=False),
        sa.Column("municipality_name", sa.String(100), nullable=True),
        _account("agreed_by", nullable=True),
        sa.Column("code_hash", sa.String(64), nullable=True, unique=True),
        _moment("expires_at"),
        _moment("ended_at", nullable=True),
        sa.CheckConstraint(
            "kind IN ('recovery', 'rights', 'link', 'switch-on')", name=op.f("ck_account_agreement_kind")
        ),
        sa.CheckConstraint("asked_by <> staff_id", name=op.f("ck_account_agreement_not_for_oneself")),
        sa.CheckConstraint(
            "agreed_by <> asked_by AND agreed_by <> staff_id", name=op.f("ck_account_agreement_two_persons")
        ),
    )
    op.create_index("ix_account_agreement_staff_id", "account_agreement", ["staff_id"])


def downgrade() -> None:
    """What waits for a second person is gone."""
    op.drop_table("account_agreement")
    op.create_table(
        "staff_recovery",
        sa.Column("id", sa.Uuid, primary_key=True),
        _account("staff_id"),
        _account("begun_by"),
        _account("approved_by", nullable=True),
        sa.Column("code_hash", sa.String(64), nullable=True, unique=True),
        _moment("expires_at"),
        _moment("ended_at", nullable=True),
        sa.CheckConstraint("approved_by <> begun_by", name=op.f("ck_staff_recovery_two_persons")),
    )
    op.create_index("ix_staff_recovery_staff_id", "staff_recovery", ["staff_id"])


def _account(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Uuid, sa.ForeignKey("staff_account.id"), nullable=nullable)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)
