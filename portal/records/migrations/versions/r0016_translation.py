"""What a human translated of a person's messages."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision: str | None = "0015"
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
)
_NEW_KIND = "translated"
_LAST_KIND = "erased"


def upgrade() -> None:
    """A table of its own, so that nothing translated is ever taken for what the person wrote."""
    _allow_kinds(*_KINDS, _NEW_KIND, _LAST_KIND)
    op.create_table(
        "translation",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("id", sa.Uuid, nullable=False, unique=True),
        sa.Column("request_id", sa.Uuid, sa.ForeignKey("help_request.id"), nullable=False),
        sa.Column("message_id", sa.Uuid, sa.ForeignKey("message.id"), nullable=False),
        sa.Column("staff_id", sa.Uuid, sa.ForeignKey("staff_account.id"), nullable=False),
        sa.Column("translator", sa.String(15), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("translator IN ('translator', 'interpreter', 'colleague')", name="translator"),
    )
    op.create_index("ix_translation_request_id", "translation", ["request_id"])
    op.create_index("ix_translation_message_id", "translation", ["message_id"])


def downgrade() -> None:
    """The translations are gone, and that there were any."""
    op.drop_table("translation")
    op.execute(f"DELETE FROM event WHERE kind = '{_NEW_KIND}'")  # noqa: S608  # the word above, nobody's input
    _allow_kinds(*_KINDS, _LAST_KIND)


def _allow_kinds(*kinds: str) -> None:
    allowed = ", ".join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table("event") as event:
        event.drop_constraint(op.f("ck_event_kind"), type_="check")
        event.create_check_constraint(op.f("ck_event_kind"), f"kind IN ({allowed})")
