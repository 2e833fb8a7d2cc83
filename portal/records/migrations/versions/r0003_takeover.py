"""A human takes a chat over from the bot: who answers in it, what happened to it, and who is there to answer."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision: str | None = "0002"
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
)
_NEW_KINDS = ("human-asked", "taken-over", "given-back", "left-chat")
_LAST_KIND = "erased"


def upgrade() -> None:
    """Make the table, add the column and allow the new kinds of event."""
    op.create_table(
        "takeover",
        sa.Column("request_id", sa.Uuid, sa.ForeignKey("help_request.id"), primary_key=True),
        sa.Column("holder", sa.String(10), nullable=False),
        sa.Column("staff_id", sa.Uuid, sa.ForeignKey("staff_account.id"), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("holder IN ('waiting', 'staff', 'bot')", name="holder"),
        sa.CheckConstraint("(holder = 'staff') = (staff_id IS NOT NULL)", name="owner"),
    )
    op.create_index("ix_takeover_holder_since", "takeover", ["holder", "since"])
    op.add_column("staff_account", sa.Column("present_at", sa.DateTime(timezone=True), nullable=True))
    _allow_kinds(*_KINDS, *_NEW_KINDS, _LAST_KIND)


def downgrade() -> None:
    """Drop table and column, and the events that the older schema does not know."""
    forgotten = ", ".join(f"'{kind}'" for kind in _NEW_KINDS)
    op.execute(f"DELETE FROM event WHERE kind IN ({forgotten})")  # noqa: S608  # the words above, nobody's input
    _allow_kinds(*_KINDS, _LAST_KIND)
    op.drop_column("staff_account", "present_at")
    op.drop_table("takeover")


def _allow_kinds(*kinds: str) -> None:
    allowed = ", ".join(f"'{kind}'" for kind in kinds)
    # SQLite makes the table anew for this, which it may: nothing points to it.
    with op.batch_alter_table("event") as event:
        event.drop_constraint(op.f("ck_event_kind"), type_="check")
        event.create_check_constraint(op.f("ck_event_kind"), f"kind IN ({allowed})")
