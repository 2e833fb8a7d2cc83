"""Published rules: snapshots named by their content, and the append-only list of what was published when."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.records.base import Base


class RulesetSnapshot(Base):
    __tablename__ = "ruleset_snapshot"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)  # SHA-256 of `content`, hex
    content: Mapped[str] = mapped_column(Text)  # canonical JSON
    published_at: Mapped[datetime]
    published_by: Mapped[str] = mapped_column(String(100))


class RulesetPublication(Base):
    """The newest row names the rules in force; rolling back appends the old snapshot again."""

    __tablename__ = "ruleset_publication"

    number: Mapped[int] = mapped_column(primary_key=True)
    snapshot_id: Mapped[str] = mapped_column(ForeignKey("ruleset_snapshot.id"), index=True)
    published_at: Mapped[datetime]
    published_by: Mapped[str] = mapped_column(String(100))
    accepted_loss: Mapped[str | None] = mapped_column(String(500))  # why danger cases may lose their level
