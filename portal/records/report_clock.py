"""The two legal clocks of a report on a child. They run from receipt, weekends included, until a human has assessed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.records.base import Base

SAFETY_RUNS = "safety_assessed_at IS NULL"
PRELIMINARY_RUNS = "preliminary_assessed_at IS NULL"


class ReportClock(Base):
    """One row per request that is treated as a report. `*_step`: 0, 1 warned, 2 the time ran out."""

    __tablename__ = "report_clock"
    __table_args__ = (
        Index(
            "ix_report_clock_safety",
            "received_at",
            postgresql_where=text(SAFETY_RUNS),
            sqlite_where=text(SAFETY_RUNS),
        ),
        Index(
            "ix_report_clock_preliminary",
            "received_at",
            postgresql_where=text(PRELIMINARY_RUNS),
            sqlite_where=text(PRELIMINARY_RUNS),
        ),
    )

    request_id: Mapped[UUID] = mapped_column(ForeignKey("help_request.id"), primary_key=True)
    received_at: Mapped[datetime]  # when the words came that staff treat as a report
    started_at: Mapped[datetime]
    started_by: Mapped[UUID] = mapped_column(ForeignKey("staff_account.id"))
    safety_assessed_at: Mapped[datetime | None]
    safety_assessed_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff_account.id"))
    safety_step: Mapped[int] = mapped_column(SmallInteger, default=0)
    preliminary_assessed_at: Mapped[datetime | None]
    preliminary_assessed_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff_account.id"))
    preliminary_step: Mapped[int] = mapped_column(SmallInteger, default=0)
