"""What a member of staff must still do after an act on a request."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, or_, select
from sqlalchemy.orm import Session

from portal.desk.errors import RequestUnknown
from portal.desk.reach import Reach
from portal.records.help_request import HelpRequest
from portal.records.staff_account import StaffAccount
from portal.records.staff_task import StaffTask, TaskKind


@dataclass(frozen=True, kw_only=True)
class TaskRow:
    """One task. `about` is the role of the colleague it is for, `about_id` their account; `reference` is None where
    the request is out of reach."""

    id: UUID
    kind: TaskKind
    reference: str | None
    about: str | None
    about_id: UUID | None
    due_at: datetime


def add_task(
    session: Session,
    *,
    request_id: UUID,
    kind: TaskKind,
    due_at: datetime,
    now: datetime,
    about_staff: UUID | None = None,
) -> None:
    """Note that something must be done. The same task that is still open is not added twice."""
    same = select(StaffTask.id).where(
        StaffTask.request_id == request_id,
        StaffTask.kind == kind,
        StaffTask.about_staff == about_staff,
        StaffTask.done_at.is_(None),
    )
    if session.scalar(same) is None:
        session.add(StaffTask(request_id=request_id, kind=kind, about_staff=about_staff, created_at=now, due_at=due_at))
        session.flush()


def open_tasks(
    session: Session, *, within: Reach, supervises: bool = False, request_id: UUID | None = None
) -> list[TaskRow]:
    """What is still to be done on requests `within` reach, or on one of them; the most urgent first.

    Who `supervises` sees every colleague's aftercare: nobody is left alone because the request is out of reach.
    """
    query = (
        select(StaffTask, case((within, HelpRequest.reference)), StaffAccount.display_role)
        .join(HelpRequest, HelpRequest.id == StaffTask.request_id)
        .outerjoin(StaffAccount, StaffAccount.id == StaffTask.about_staff)
        .where(StaffTask.done_at.is_(None), _shown(within, supervises))
        .order_by(StaffTask.due_at)
    )
    if request_id is not None:
        query = query.where(StaffTask.request_id == request_id)
    return [
        TaskRow(
            id=task.id,
            kind=TaskKind(task.kind),
            reference=reference,
            about=role,
            about_id=task.about_staff,
            due_at=task.due_at,
        )
        for task, reference, role in session.execute(query)
    ]


def finish_task(
    session: Session, *, within: Reach, supervises: bool, task_id: UUID, staff_id: UUID, now: datetime
) -> None:
    """It is done; saying so twice changes nothing. Aftercare is ended by a supervisor, and nobody ends their own.

    Raises RequestUnknown.
    """
    task = session.scalar(
        select(StaffTask)
        .join(HelpRequest, HelpRequest.id == StaffTask.request_id)
        .where(StaffTask.id == task_id, _shown(within, supervises))
        .with_for_update(of=StaffTask)
    )
    if task is None or task.about_staff == staff_id or (task.kind == TaskKind.AFTERCARE and not supervises):
        raise RequestUnknown(str(task_id))
    if task.done_at is None:
        task.done_by, task.done_at = staff_id, now
        session.flush()


def _shown(within: Reach, supervises: bool) -> ColumnElement[bool]:
    if not supervises:
        return within
    return or_(within, and_(StaffTask.kind == TaskKind.AFTERCARE, HelpRequest.practice.is_(False)))
