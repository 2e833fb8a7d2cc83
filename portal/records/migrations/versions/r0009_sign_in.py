"""Signing in: on the server, with a second factor, in known browsers, recovered by two, with outside accounts."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Add the tables. Who is signed in now has to sign in again: their cookies name no sign-in on the server."""
    _accounts()
    op.create_table(
        "staff_session",
        sa.Column("id", sa.Uuid, primary_key=True),
        _owner("staff_id"),
        sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("factor", sa.String(20), nullable=True),
        sa.Column("wrong_codes", sa.Integer, nullable=False),
        _moment("begun_at"),
        _moment("seen_at"),
        _moment("ended_at", nullable=True),
    )
    op.create_table(
        "staff_device",
        sa.Column("id", sa.Uuid, primary_key=True),
        _owner("staff_id"),
        sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
        _moment("used_at"),
        sa.Column("failed_count", sa.Integer, nullable=False),
        _moment("locked_until", nullable=True),
    )
    op.create_table(
        "one_time_value",
        sa.Column("value_hash", sa.String(64), primary_key=True),
        sa.Column("purpose", sa.String(20), nullable=False),
        _moment("expires_at"),
    )
    _factors()
    op.create_table(
        "staff_recovery",
        sa.Column("id", sa.Uuid, primary_key=True),
        _owner("staff_id"),
        _owner("begun_by"),
        _owner("approved_by", nullable=True),
        sa.Column("code_hash", sa.String(64), nullable=True, unique=True),
        _moment("expires_at"),
        _moment("ended_at", nullable=True),
        sa.CheckConstraint("approved_by <> begun_by", name=op.f("ck_staff_recovery_two_persons")),
    )
    for table in _OWNED:
        op.create_index(f"ix_{table}_staff_id", table, ["staff_id"])


def downgrade() -> None:
    """Drop them: a password alone signs in again."""
    for table in (*_OWNED, "staff_totp", "one_time_value"):
        op.drop_table(table)
    with op.batch_alter_table("staff_account") as staff:
        for column in ("municipality_name", "municipality_subject"):
            staff.drop_constraint(op.f(f"uq_staff_account_{column}"), type_="unique")
            staff.drop_column(column)
        staff.drop_column("password_made")


_OWNED = ("staff_session", "staff_device", "staff_passkey", "staff_recovery")


def _accounts() -> None:
    op.add_column("staff_account", sa.Column("password_made", sa.Boolean, nullable=True))
    op.add_column("staff_account", sa.Column("municipality_name", sa.String(100), nullable=True))
    op.add_column("staff_account", sa.Column("municipality_subject", sa.String(255), nullable=True))
    op.execute("UPDATE staff_account SET password_made = false")
    with op.batch_alter_table("staff_account") as staff:
        staff.alter_column("password_made", nullable=False)
        for column in ("municipality_name", "municipality_subject"):
            staff.create_unique_constraint(op.f(f"uq_staff_account_{column}"), [column])


def _factors() -> None:
    op.create_table(
        "staff_totp",
        sa.Column("staff_id", sa.Uuid, sa.ForeignKey("staff_account.id"), primary_key=True),
        sa.Column("secret", sa.LargeBinary, nullable=True),
        sa.Column("offered", sa.LargeBinary, nullable=True),
        sa.Column("last_step", sa.BigInteger, nullable=True),
    )
    op.create_table(
        "staff_passkey",
        sa.Column("id", sa.Uuid, primary_key=True),
        _owner("staff_id"),
        sa.Column("credential_id", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("public_key", sa.LargeBinary, nullable=False),
        sa.Column("sign_count", sa.BigInteger, nullable=False),
        sa.Column("name", sa.LargeBinary, nullable=False),
        _moment("added_at"),
        _moment("used_at", nullable=True),
    )


def _owner(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Uuid, sa.ForeignKey("staff_account.id"), nullable=nullable)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)
