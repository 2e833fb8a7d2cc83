"""Answers made of parts in several languages, and notices that the portal writes by itself."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision: str | None = "0006"
branch_labels = None
depends_on = None

_AUTHORS = ("person", "staff", "bot")
_CONTENTS = ("words", "parts", "notice")


def upgrade() -> None:
    """Everything that was said until now is one text by somebody."""
    op.add_column("message", sa.Column("content", sa.String(10), nullable=True))
    op.execute("UPDATE message SET content = 'words'")
    with op.batch_alter_table("message") as message:
        message.alter_column("content", nullable=False)
        message.create_check_constraint(op.f("ck_message_content"), _one_of("content", *_CONTENTS))
        message.drop_constraint(op.f("ck_message_author"), type_="check")
        message.create_check_constraint(op.f("ck_message_author"), _one_of("author", *_AUTHORS, "portal"))


def downgrade() -> None:
    """Notices are gone, and answers of parts cannot be read any more as one text: they go with them."""
    op.execute("DELETE FROM message WHERE content <> 'words' OR author = 'portal'")
    with op.batch_alter_table("message") as message:
        message.drop_constraint(op.f("ck_message_author"), type_="check")
        message.create_check_constraint(op.f("ck_message_author"), _one_of("author", *_AUTHORS))
        message.drop_constraint(op.f("ck_message_content"), type_="check")
        message.drop_column("content")


def _one_of(column: str, *words: str) -> str:
    allowed = ", ".join(f"'{word}'" for word in words)
    return f"{column} IN ({allowed})"
