"""The library of replies: Swedish texts that staff pick, and what the reader gets in another language.

These texts are the municipality's own and say nothing about anybody, so they are not sealed.
"""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.records.base import Base, one_of


class ReplyState(StrEnum):
    IN_USE = "in-use"
    RETIRED = "retired"


class VariantState(StrEnum):
    DRAFT = "draft"  # made by a machine or by one person; nobody else has read it
    REVIEWED = "reviewed"


class Reply(Base):
    __tablename__ = "reply"
    __table_args__ = (one_of("state", ReplyState),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    label: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    topics: Mapped[list[str]] = mapped_column(JSON)  # empty: suits every topic
    note: Mapped[str] = mapped_column(Text, default="")  # for editors
    state: Mapped[str] = mapped_column(String(10), default=ReplyState.IN_USE)
    law_date: Mapped[date | None]  # the law that the text follows is the one of this day
    review_date: Mapped[date | None]  # to be read again by then
    version: Mapped[int] = mapped_column(default=1)  # of two who change it at once, the second is told
    written_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff_account.id"))  # NULL: loaded from a file
    written_at: Mapped[datetime]


class ReplyVariant(Base):
    __tablename__ = "reply_variant"
    __table_args__ = (
        one_of("state", VariantState),
        CheckConstraint("(state = 'reviewed') = (reviewed_by IS NOT NULL)", name="reviewer"),
        CheckConstraint("reviewed_by <> written_by", name="another_person"),
        UniqueConstraint("reply_id", "language"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    reply_id: Mapped[UUID] = mapped_column(ForeignKey("reply.id"))
    language: Mapped[str] = mapped_column(String(35))
    text: Mapped[str] = mapped_column(Text)
    source_hash: Mapped[str] = mapped_column(String(64))  # of the Swedish text that this says in another language
    state: Mapped[str] = mapped_column(String(10), default=VariantState.DRAFT)
    version: Mapped[int] = mapped_column(default=1)
    written_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff_account.id"))  # NULL: a machine's draft
    written_at: Mapped[datetime]
    reviewed_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff_account.id"))
    reviewed_at: Mapped[datetime | None]
