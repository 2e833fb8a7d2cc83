"""The protocol of what was erased, when, and under which decision. It holds no content."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from portal.records.base import Base

OF_A_PLACE = "area-signal"
"""What the protocol calls the text of a worry about a place."""


class Erasure(Base):
    __tablename__ = "erasure"

    number: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    reference: Mapped[str] = mapped_column(String(20), index=True)
    retention_class: Mapped[str] = mapped_column(String(60))
    decision: Mapped[str] = mapped_column(String(200))  # as it stood in the rules in force
    closed_at: Mapped[datetime | None]
    messages: Mapped[int]
    notes: Mapped[int]
    unread: Mapped[bool]  # an answer that the person never read was among them; somebody decided that
