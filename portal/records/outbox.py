"""What must be told to other systems. Written in the transaction of what it tells, sent by the worker afterwards."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import JSON, ForeignKey, Index, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.records.base import Base, JsonObject, one_of


class Adapter(StrEnum):
    """The way by which a notice leaves."""

    MAIL = "mail"
    WEBHOOK = "webhook"
    FOLDER = "folder"


class OutboxState(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed-for-now"
    GIVEN_UP = "given-up"


# The condition of a partial index. A query must say it in these very words, or SQLite does not use the index.
WAITS = f"state IN ('{OutboxState.WAITING}', '{OutboxState.FAILED}')"


class OutboxItem(Base):
    """`id` is the idempotency key: whoever gets it twice has got one notice."""

    __tablename__ = "outbox"
    __table_args__ = (
        one_of("adapter", Adapter),
        one_of("state", OutboxState),
        Index("ix_outbox_next_try_at", "next_try_at", sqlite_where=text(WAITS), postgresql_where=text(WAITS)),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    kind: Mapped[str] = mapped_column(String(40))
    adapter: Mapped[str] = mapped_column(String(20))
    unit: Mapped[str] = mapped_column(String(60))  # whose address it goes to, as it is when it goes
    # NULL: it is about no request.
    request_id: Mapped[UUID | None] = mapped_column(ForeignKey("help_request.id"), index=True)
    payload: Mapped[JsonObject] = mapped_column(JSON)  # codes only
    created_at: Mapped[datetime]
    next_try_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(SmallInteger, default=0)
    state: Mapped[str] = mapped_column(String(20), default=OutboxState.WAITING)
    last_error: Mapped[str | None] = mapped_column(String(60))  # a code
    sent_at: Mapped[datetime | None]
