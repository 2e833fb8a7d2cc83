"""What the person, the staff and the bot said to each other."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.records.base import Base, one_of


class Author(StrEnum):
    PERSON = "person"
    STAFF = "staff"
    BOT = "bot"
    PORTAL = "portal"  # a notice that the portal writes by itself when something has happened


class Content(StrEnum):
    """What the sealed body holds."""

    WORDS = "words"  # one text
    PARTS = "parts"  # several, each in its language, some with the Swedish that staff chose them by
    NOTICE = "notice"  # a key and codes; the sentence is found when it is read


FROM_US = (Author.STAFF, Author.PORTAL)
"""Whose messages the person has to read."""


ANSWERS = text(f"author = '{Author.STAFF}'")
"""What staff said. Say it in these very words, or the databases do not use the index below."""


class Message(Base):
    __tablename__ = "message"
    __table_args__ = (
        one_of("author", Author),
        one_of("content", Content),
        Index("ix_message_answers", "request_id", "read_by_person_at", postgresql_where=ANSWERS, sqlite_where=ANSWERS),
    )

    number: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    request_id: Mapped[UUID] = mapped_column(ForeignKey("help_request.id"), index=True)
    author: Mapped[str] = mapped_column(String(10))
    # The words the request was sent with, as against the talk before and after.
    opening: Mapped[bool] = mapped_column(default=False)
    staff_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff_account.id"))
    content: Mapped[str] = mapped_column(String(10), default=Content.WORDS)
    body: Mapped[bytes]  # sealed
    language: Mapped[str] = mapped_column(String(35))
    created_at: Mapped[datetime]
    read_by_person_at: Mapped[datetime | None]

    @property
    def field(self) -> str:
        """What the sealed body is bound to: this very message, said by this author."""
        return f"message/{self.id}/{self.author}"
