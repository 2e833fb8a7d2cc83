"""A question that may be answered in public: its way from the asker's words to a published answer.

The asker's own words are those of the request; here lie the scrubbed question and the draft of an answer, sealed with
the request's data key, so that they are gone when the request is erased. Some time after publication the row is cut
off: from then on the database does not tell who asked what was answered.
"""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.records.base import Base, one_of

PUBLIC_ANSWERS = "public-answers"
"""The unit of requests that wait for a public answer. Nobody belongs to it: they stand in no queue of requests and
open on no page of requests, only where answers are written."""


class QuestionState(StrEnum):
    ASKED = "asked"  # waits for somebody to scrub and answer it, also after a second reader sent the draft back
    DRAFTED = "drafted"  # waits for the second reader
    SCHEDULED = "scheduled"  # read twice; the asker has the answer, the public gets it later
    PUBLISHED = "published"
    DECLINED = "declined"  # not to be published; answered like any other request
    PRIVATE = "private"  # answered, or to be answered, for the asker alone


class DeclineReason(StrEnum):
    POINTS_OUT = "points-out"  # cannot be told without showing who it is
    ABOUT_OTHERS = "about-others"
    ONGOING = "ongoing"  # about a matter that somebody is already handling
    NOT_OURS = "not-ours"
    ANSWERED_BEFORE = "answered-before"


class PublicQuestion(Base):
    __tablename__ = "public_question"
    __table_args__ = (
        one_of("state", QuestionState),
        one_of("decline_reason", DeclineReason),
        Index("ix_public_question_state_asked_at", "state", "asked_at"),
    )

    number: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    request_id: Mapped[UUID | None] = mapped_column(ForeignKey("help_request.id"), unique=True)  # NULL: cut off
    state: Mapped[str] = mapped_column(String(20), default=QuestionState.ASKED)
    version: Mapped[int] = mapped_column(default=1)  # counts changes: who changes it must have seen the last one
    language: Mapped[str] = mapped_column(String(35))
    topics: Mapped[list[str]] = mapped_column(JSON)
    asked_at: Mapped[datetime]

    scrubbed: Mapped[bytes | None]  # sealed
    draft: Mapped[bytes | None]  # sealed JSON of the answer's parts
    comment: Mapped[bytes | None]  # sealed; what the second reader wants changed
    scrubbed_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff_account.id"))
    drafted_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff_account.id"))
    reviewed_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff_account.id"))
    law_date: Mapped[date | None]
    review_by: Mapped[date | None]
    decline_reason: Mapped[str | None] = mapped_column(String(30))

    publish_at: Mapped[datetime | None]
    answer_number: Mapped[int | None] = mapped_column(ForeignKey("public_answer.number"))
    cut_at: Mapped[datetime | None] = mapped_column(index=True)

    def field(self, name: str) -> str:
        """What a sealed column is bound to: this very question and this column."""
        return f"public-question/{self.id}/{name}"
