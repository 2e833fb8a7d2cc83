"""Worries about places, with no person in them. A table of its own: nothing here points to a request about a person,
and nothing there points here."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.records.base import Base, one_of


class SignalState(StrEnum):
    NEW = "new"
    VERIFIED = "verified"  # somebody read it and found no person in it
    MERGED = "merged"  # part of another signal, which leads the phenomenon
    PASSED_ON = "passed-on"
    CLOSED = "closed"
    NOT_AREA = "not-area"  # no worry about a place; never counted


class SignalSource(StrEnum):
    """Who hands in: a kind, never a name."""

    RESIDENT = "resident"
    PROPERTY_OWNER = "property-owner"
    ASSOCIATION = "association"
    SCHOOL = "school"
    PARTNER = "partner"
    STAFF = "staff"


class HowOften(StrEnum):
    ONCE = "once"
    SOMETIMES = "sometimes"
    WEEKLY = "weekly"
    DAILY = "daily"
    UNKNOWN = "unknown"


class Told(StrEnum):
    """What is told back in a sentence that exists in every language."""

    READ = "read"
    PASSED_ON = "passed-on"
    KNOWN = "known"
    VISITED = "visited"
    CHANGED = "changed"
    NOT_OURS = "not-ours"


# Of a partial index. A query must say it in these very words, or the databases do not use it.
DANGER_UNSEEN = "danger_since IS NOT NULL"


class AreaSignal(Base):
    __tablename__ = "area_signal"
    __table_args__ = (
        one_of("state", SignalState),
        one_of("source", SignalSource),
        one_of("how_often", HowOften),
        CheckConstraint(f"(state = '{SignalState.MERGED}') = (merged_into IS NOT NULL)", name="merged"),
        Index("ix_area_signal_state_created_at", "state", "created_at"),
        Index(
            "ix_area_signal_danger_since",
            "danger_since",
            postgresql_where=text(DANGER_UNSEEN),
            sqlite_where=text(DANGER_UNSEEN),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    reference: Mapped[str] = mapped_column(String(20), unique=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    wrapped_key: Mapped[bytes | None]  # None once the texts were erased
    words: Mapped[bytes]  # sealed: what somebody saw, without what a colleague stripped
    place_words: Mapped[bytes | None]  # sealed: a place that is not in the list
    passed_words: Mapped[bytes | None]  # sealed: what was passed on
    told_words: Mapped[bytes | None]  # sealed: what was told back in our own words
    # The area as it was dated on the day, so that a list that changes later changes nothing here.
    area: Mapped[str | None] = mapped_column(String(60))
    area_name: Mapped[str | None] = mapped_column(String(200))
    area_from: Mapped[date | None]
    areas_version: Mapped[str] = mapped_column(String(12))
    week: Mapped[str] = mapped_column(String(8), index=True)  # when it was seen, as 2026-W47
    category: Mapped[str] = mapped_column(String(60))
    how_often: Mapped[str] = mapped_column(String(20))
    source: Mapped[str] = mapped_column(String(20))
    signals: Mapped[list[str]] = mapped_column(JSON)  # danger signals found in the words
    danger_since: Mapped[datetime | None]  # since when danger in it waits to be seen; NULL: none, or somebody has
    danger_steps: Mapped[int] = mapped_column(SmallInteger, default=0)  # how many steps of its escalation were taken
    danger_told: Mapped[str | None] = mapped_column(String(20))  # who was told last that nobody has looked
    wants_told: Mapped[bool]
    language: Mapped[str] = mapped_column(String(35))
    state: Mapped[str] = mapped_column(String(10))
    merged_into: Mapped[UUID | None] = mapped_column(ForeignKey("area_signal.id"), index=True)
    passed_to: Mapped[list[str]] = mapped_column(JSON)  # receivers of municipality.yaml
    told: Mapped[str | None] = mapped_column(String(20))
    created_at: Mapped[datetime]
    verified_at: Mapped[datetime | None]
    passed_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]
    told_read_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]

    def field(self, name: str) -> str:
        """What a sealed text of this row is bound to."""
        return f"area_signal/{self.id}/{name}"
