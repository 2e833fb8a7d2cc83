"""Danger about a place is seen at once; notices about no request; whether it sounds belongs to the browser."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision: str | None = "0016"
branch_labels = None
depends_on = None

_UNSEEN = sa.text("danger_since IS NOT NULL")


def upgrade() -> None:
    """Danger in a worry that nobody has judged waits to be seen from the moment it came."""
    op.add_column("area_signal", sa.Column("danger_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("area_signal", sa.Column("danger_told", sa.String(20), nullable=True))
    op.add_column("area_signal", sa.Column("danger_steps", sa.SmallInteger, nullable=True))
    op.execute("UPDATE area_signal SET danger_steps = 0")
    op.execute("UPDATE area_signal SET danger_since = created_at WHERE state = 'new' AND CAST(signals AS TEXT) <> '[]'")
    with op.batch_alter_table("area_signal") as signal:
        signal.alter_column("danger_steps", nullable=False)
    op.create_index(
        "ix_area_signal_danger_since",
        "area_signal",
        ["danger_since"],
        postgresql_where=_UNSEEN,
        sqlite_where=_UNSEEN,
    )
    with op.batch_alter_table("outbox") as outbox:
        outbox.alter_column("request_id", existing_type=sa.Uuid(), nullable=True)
    with op.batch_alter_table("queue_setting") as setting:
        setting.drop_column("sound")


def downgrade() -> None:
    """Notices that are about no request are gone, and everybody has the sound on again."""
    op.add_column("queue_setting", sa.Column("sound", sa.Boolean, nullable=True))
    op.execute("UPDATE queue_setting SET sound = true")
    with op.batch_alter_table("queue_setting") as setting:
        setting.alter_column("sound", existing_type=sa.Boolean(), nullable=False)
    op.execute("DELETE FROM outbox WHERE request_id IS NULL")
    with op.batch_alter_table("outbox") as outbox:
        outbox.alter_column("request_id", existing_type=sa.Uuid(), nullable=False)
    op.drop_index("ix_area_signal_danger_since", "area_signal")
    with op.batch_alter_table("area_signal") as signal:
        for column in ("danger_steps", "danger_told", "danger_since"):
            signal.drop_column(column)
