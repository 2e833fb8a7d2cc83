"""A publication says why it may take a danger case its level, where it does.

Empty for publications that lose none, which is nearly all.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("ruleset_publication", sa.Column("accepted_loss", sa.String(500), nullable=True))


def downgrade() -> None:
    """Drop the column, and the reasons in it."""
    op.drop_column("ruleset_publication", "accepted_loss")
