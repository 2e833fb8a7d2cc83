"""Whether anybody is there to answer in the chat: the last moment of each agent's open page, and nothing before it."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, exists, update
from sqlalchemy.orm import Session

from portal.records.staff_account import StaffAccount

PRESENT_FOR = timedelta(minutes=2)
"""So long after an open page last asked, its agent counts as being there."""

NOTED_EVERY = timedelta(seconds=30)
"""Pages ask more often than once a second; writing that down each time would keep the database busy for nothing."""


def is_stale(present_at: datetime | None, now: datetime) -> bool:
    """Whether it is time to note again that somebody is there."""
    return present_at is None or now - present_at >= NOTED_EVERY


def note_present(session: Session, *, staff_id: UUID, now: datetime) -> None:
    """An agent has a page open."""
    session.execute(update(StaffAccount).where(StaffAccount.id == staff_id).values(present_at=now))


def note_gone(session: Session, *, staff_id: UUID) -> None:
    """An agent signed out."""
    session.execute(update(StaffAccount).where(StaffAccount.id == staff_id).values(present_at=None))


def somebody_present(now: datetime) -> ColumnElement[bool]:
    """A condition: some agent who may sign in has a page open. Only agents are ever noted."""
    return exists().where(StaffAccount.active, StaffAccount.present_at > now - PRESENT_FOR)
