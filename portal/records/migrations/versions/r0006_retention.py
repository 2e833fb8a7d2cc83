"""Retention by class: legal holds, the protocol of what was erased, the register of what was disclosed."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Make the tables and add the columns; what is closed already is kept as long as its code opens it."""
    _requests()
    _legal_hold()
    _erasure()
    _disclosure()


def downgrade() -> None:
    """Drop them, the protocol and the register too."""
    for table in ("disclosure", "erasure", "legal_hold"):
        op.drop_table(table)
    with op.batch_alter_table("help_request") as request:
        request.drop_constraint(op.f("fk_help_request_erase_unread_by"), type_="foreignkey")
        for column in ("erase_unread_by", "unread_told_at", "erase_after", "retention_class"):
            request.drop_column(column)


def _requests() -> None:
    with op.batch_alter_table("help_request") as request:
        request.add_column(sa.Column("retention_class", sa.String(60), nullable=True))
        request.add_column(_moment("erase_after", nullable=True))
        request.add_column(_moment("unread_told_at", nullable=True))
        request.add_column(sa.Column("erase_unread_by", sa.Uuid, nullable=True))
        request.create_foreign_key(
            op.f("fk_help_request_erase_unread_by"), "staff_account", ["erase_unread_by"], ["id"]
        )
    op.execute("UPDATE help_request SET erase_after = code_expires_at")


def _legal_hold() -> None:
    op.create_table(
        "legal_hold",
        sa.Column("number", sa.Integer, primary_key=True),
        _request_id(),
        sa.Column("reason", sa.String(30), nullable=False),
        _staff("placed_by"),
        _moment("placed_at"),
        _staff("ended_by", nullable=True),
        _moment("ended_at", nullable=True),
        _one_of("reason", "disclosure-asked", "appeal", "court", "supervisory-authority", "archive"),
    )
    op.create_index("ix_legal_hold_request_id", "legal_hold", ["request_id"])


def _erasure() -> None:
    op.create_table(
        "erasure",
        sa.Column("number", sa.Integer, primary_key=True),
        _moment("at"),
        sa.Column("reference", sa.String(20), nullable=False),
        sa.Column("retention_class", sa.String(60), nullable=False),
        sa.Column("decision", sa.String(200), nullable=False),
        _moment("closed_at", nullable=True),
        sa.Column("messages", sa.Integer, nullable=False),
        sa.Column("notes", sa.Integer, nullable=False),
        sa.Column("unread", sa.Boolean, nullable=False),
    )
    op.create_index("ix_erasure_reference", "erasure", ["reference"])


def _disclosure() -> None:
    op.create_table(
        "disclosure",
        sa.Column("number", sa.Integer, primary_key=True),
        _request_id(),
        _moment("at"),
        _staff("staff_id", nullable=True),
        sa.Column("receiver", sa.String(20), nullable=False),
        sa.Column("ground", sa.String(20), nullable=False),
        sa.Column("masked", sa.Integer, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        _one_of("receiver", "person", "guardian", "party", "authority", "court", "public"),
        _one_of("ground", "own-data", "party-access", "public-document", "duty-to-inform", "consent"),
    )
    op.create_index("ix_disclosure_request_id", "disclosure", ["request_id"])


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _staff(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Uuid, sa.ForeignKey("staff_account.id"), nullable=nullable)


def _request_id() -> sa.Column[object]:
    return sa.Column("request_id", sa.Uuid, sa.ForeignKey("help_request.id"), nullable=False)


def _one_of(column: str, *words: str) -> sa.CheckConstraint:
    allowed = ", ".join(f"'{word}'" for word in words)
    return sa.CheckConstraint(f"{column} IN ({allowed})", name=column)
