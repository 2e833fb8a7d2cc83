"""Filters that somebody keeps under a name of their own, and how they want the queue. The name is sealed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal.desk.errors import DomainError, EmptyText
from portal.records.queue_setting import QueueSetting
from portal.records.saved_view import SavedView
from portal.records.sealing import ContentKeys

MOST_VIEWS: Final = 20


class TooManyViews(DomainError):
    """Somebody has MOST_VIEWS saved views already."""

    code = "too-many-views"


@dataclass(frozen=True, slots=True)
class NamedView:
    """A saved view, opened. `chosen` is the part of the address that holds the filters."""

    id: UUID
    name: str
    chosen: str


@dataclass(frozen=True, slots=True)
class Setting:
    """How somebody wants the queue."""

    shortcuts: bool = True


def save_view(
    session: Session, *, keys: ContentKeys, staff_id: UUID, name: str, chosen: str, now: datetime
) -> NamedView:
    """Keep a view. Raises EmptyText, TooManyViews."""
    if not name.strip():
        raise EmptyText()
    kept = session.scalar(select(func.count()).where(SavedView.staff_id == staff_id)) or 0
    if kept >= MOST_VIEWS:
        raise TooManyViews()
    view_id = uuid4()
    key, wrapped = keys.new_data_key(view_id)
    view = SavedView(id=view_id, staff_id=staff_id, wrapped_key=wrapped, chosen=chosen, created_at=now)
    view.name = key.seal(name.strip(), view.field)
    session.add(view)
    session.flush()
    return NamedView(view_id, name.strip(), chosen)


def views_of(session: Session, *, keys: ContentKeys, staff_id: UUID) -> list[NamedView]:
    """Somebody's own views, the oldest first. Raises ContentKeyMissing, ContentDamaged."""
    query = select(SavedView).where(SavedView.staff_id == staff_id).order_by(SavedView.created_at, SavedView.id)
    return [
        NamedView(view.id, keys.open_data_key(view.wrapped_key, view.id).open(view.name, view.field), view.chosen)
        for view in session.scalars(query)
    ]


def forget_view(session: Session, *, staff_id: UUID, view_id: UUID) -> None:
    """Remove one of one's own views; removing what is gone, or somebody else's, changes nothing."""
    session.execute(delete(SavedView).where(SavedView.id == view_id, SavedView.staff_id == staff_id))


def rewrap_views(session: Session, *, keys: ContentKeys) -> int:
    """Put every view's data key under the first content key and return how many were moved."""
    moved = 0
    for view in session.scalars(select(SavedView).with_for_update()):
        wrapped = keys.rewrap(view.wrapped_key, view.id)
        if wrapped != view.wrapped_key:
            view.wrapped_key = wrapped
            moved += 1
    session.flush()
    return moved


def setting_of(session: Session, *, staff_id: UUID) -> Setting:
    """How somebody wants the queue; with keys until they say otherwise."""
    kept = session.get(QueueSetting, staff_id)
    return Setting(kept.shortcuts) if kept is not None else Setting()


def choose_setting(session: Session, *, staff_id: UUID, shortcuts: bool) -> None:
    """Keep how somebody wants the queue."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    row = insert(QueueSetting).values(staff_id=staff_id, shortcuts=shortcuts)
    kept = {"shortcuts": shortcuts}
    session.execute(row.on_conflict_do_update(index_elements=(QueueSetting.staff_id,), set_=kept))
