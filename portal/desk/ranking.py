"""A human changes how urgent a request is, or gives it to somebody: written down, never silent."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from portal.desk.accounts import StaffMember
from portal.desk.clocks import act, hurry
from portal.desk.errors import AlreadyClaimed, DomainError, RequestClosed, RequestUnknown
from portal.desk.log import record_event
from portal.desk.reach import within_reach
from portal.desk.request_errors import SetAside
from portal.desk.talk_holder import claim_moved
from portal.records.event import EventKind
from portal.records.help_request import HelpRequest, Priority, State
from portal.triage.ruleset import Ruleset


class OutOfReach(DomainError):
    """The colleague may not read this request, so it cannot be given to them."""

    code = "out-of-reach"


def rank(session: Session, *, ruleset: Ruleset, request_id: UUID, staff_id: UUID, priority: int, now: datetime) -> None:
    """Change the priority. More urgent: what is due comes sooner. Less urgent: what is due stays as it was.

    Raises RequestUnknown, RequestClosed; ValueError for a number that is no priority.
    """
    wanted = Priority(priority)
    request = _locked(session, request_id)
    before = Priority(request.priority)
    if wanted == before:
        return
    request.priority = wanted
    if wanted < before:
        hurry(request, ruleset, now)
    record_event(
        session,
        request_id=request_id,
        kind=EventKind.RANKED,
        at=now,
        staff_id=staff_id,
        detail={"from": before.value, "to": wanted.value},
    )


def give_to(
    session: Session,
    *,
    request_id: UUID,
    to: StaffMember,
    staff_id: UUID,
    now: datetime,
    sealed_units: frozenset[str] = frozenset(),
) -> None:
    """A supervisor gives a request to a colleague, also one that somebody holds.

    Raises RequestUnknown, RequestClosed, SetAside, OutOfReach, AlreadyClaimed (by that colleague).
    """
    request = _locked(session, request_id)
    if request.state == State.QUARANTINE:
        raise SetAside()
    reaches = session.query(HelpRequest.id).where(
        HelpRequest.id == request_id, within_reach(to, sealed_units=sealed_units)
    )
    if reaches.first() is None:
        raise OutOfReach()
    if request.claimed_by == to.id:
        raise AlreadyClaimed(by=to.id, role=to.display_role, until=now)
    request.claimed_by, request.claimed_at, request.touched_at = to.id, now, now
    act(request, now)
    if request.state == State.NEW:
        request.state = State.CLAIMED
    record_event(
        session,
        request_id=request_id,
        kind=EventKind.REASSIGNED,
        at=now,
        staff_id=staff_id,
        detail={"to": str(to.id)},
    )
    claim_moved(session, request_id=request_id, staff_id=to.id, now=now)


def _locked(session: Session, request_id: UUID) -> HelpRequest:
    request = session.get(HelpRequest, request_id, populate_existing=True, with_for_update=True)
    if request is None:
        raise RequestUnknown(str(request_id))
    if request.state == State.CLOSED:
        raise RequestClosed()
    return request
