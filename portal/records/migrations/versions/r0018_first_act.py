"""When a human first acted on a request, and by when it was due, so that figures follow the clocks of the queue."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision: str | None = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What was before is read from the log as well as it can be: the first time that somebody took each request."""
    for name in ("first_acted_at", "first_act_by"):
        op.add_column("help_request", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE help_request SET first_act_by = act_by, first_acted_at = coalesce((SELECT min(event.at) FROM event"
        " WHERE event.request_id = help_request.id AND event.kind IN ('claimed', 'reassigned')), first_answer_at)"
        " WHERE acted_at IS NOT NULL OR first_answer_at IS NOT NULL"
    )


def downgrade() -> None:
    """Drop them."""
    with op.batch_alter_table("help_request") as request:
        for name in ("first_act_by", "first_acted_at"):
            request.drop_column(name)
