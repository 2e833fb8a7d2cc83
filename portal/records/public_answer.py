"""What everybody may read: questions without names and their answers, in clear. Nothing here leads to who asked."""

from datetime import date
from enum import StrEnum

from sqlalchemy import JSON, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.records.base import Base, one_of


class Origin(StrEnum):
    ASKED = "asked"  # somebody asked it here
    EDITORIAL = "editorial"  # a common question, written by the editors


class PublicAnswer(Base):
    __tablename__ = "public_answer"
    __table_args__ = (
        one_of("origin", Origin),
        Index("ix_public_answer_language_published_week", "language", "published_week"),
    )

    number: Mapped[int] = mapped_column(primary_key=True)
    origin: Mapped[str] = mapped_column(String(20))
    source_key: Mapped[str | None] = mapped_column(String(60), unique=True)  # its name in the editors' file
    source_hash: Mapped[str | None] = mapped_column(String(64))  # of what that file said when it was last taken in
    question: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text)  # paragraphs, an empty line between them
    topics: Mapped[list[str]] = mapped_column(JSON)
    language: Mapped[str] = mapped_column(String(35))
    owner: Mapped[str] = mapped_column(String(200))  # who answers for the text: a role or a unit, never a name
    published_week: Mapped[date]  # the Monday of the week, so that the day does not tell who asked
    reviewed_on: Mapped[date]
    review_by: Mapped[date]
    law_date: Mapped[date]  # the law as it stood on this day
    corrected_on: Mapped[date | None]
    retracted: Mapped[bool] = mapped_column(default=False)
    revision: Mapped[int] = mapped_column(default=1)  # counts changes, so that a search index knows when it is old


class AnswerSearchMiss(Base):
    """How many searches of a week found nothing. Never what was searched for."""

    __tablename__ = "answer_search_miss"

    week: Mapped[date] = mapped_column(primary_key=True)  # its Monday
    count: Mapped[int]
