"""Who did or opened what, when and why. Rows are only ever added, and each seals the one before: a hash chain.

Codes only: no text, no name, no address. The database itself refuses to change or remove a row (see migration 0005).
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.records.base import Base, JsonObject


class AuditEntry(Base):
    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_act_at", "act", "at"),)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # 1, 2, 3 … without a gap
    at: Mapped[datetime]
    staff_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff_account.id"), index=True)  # None: the portal itself
    act: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(60), index=True)  # a request's reference, an account's id, …
    why: Mapped[str] = mapped_column(String(40))
    detail: Mapped[JsonObject] = mapped_column(JSON, default=dict)
    seal: Mapped[str] = mapped_column(String(64))  # hex HMAC-SHA256 over this row and the seal before it
