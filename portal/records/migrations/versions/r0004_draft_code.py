"""A draft may be put away under a code, to be opened on another device.

The code is stored as a keyed hash; the cookie that opens the draft is sealed under a key made from the code.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Add the columns and the index by which a code finds its draft."""
    op.add_column("visit", sa.Column("code_hash", sa.String(64), nullable=True))
    op.add_column("visit", sa.Column("sealed_cookie", sa.LargeBinary, nullable=True))
    op.create_index("ix_visit_code_hash", "visit", ["code_hash"], unique=True)


def downgrade() -> None:
    """Drop them; codes given out open nothing any more, and the drafts stay."""
    op.drop_index("ix_visit_code_hash", "visit")
    op.drop_column("visit", "sealed_cookie")
    op.drop_column("visit", "code_hash")
