"""Handovers as staff see them: on the request's page, in a unit's list, and opened by the unit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select, true
from sqlalchemy.orm import Session, aliased

from portal.desk.accounts import StaffMember
from portal.desk.errors import RequestUnknown
from portal.desk.handover_errors import HandoverUnknown
from portal.desk.handover_package import Package, open_package
from portal.desk.reach import Reach, one_side_only
from portal.desk.rights import Right, may
from portal.records.handover import ConsentHow, Handover, HandoverState, ReturnReason
from portal.records.help_request import HelpRequest, Urgency
from portal.records.sealing import ContentKeys, DataKey
from portal.records.staff_account import Role, StaffAccount

_WAITS = or_(
    Handover.state == HandoverState.SENT,
    and_(Handover.state == HandoverState.ACCEPTED, Handover.package.is_not(None), Handover.confirmed_at.is_(None)),
)
"""A unit has not said yes or no, or not that it has what it accepted in its own system."""


@dataclass(frozen=True, kw_only=True)
class HandoverView:
    """One handover. Texts are None when there were none, or when they are erased; `package_left`: it can be opened."""

    id: UUID
    reference: str
    unit: str
    state: HandoverState
    urgency: Urgency
    child_concerned: bool
    language: str
    ground: str
    consent_how: ConsentHow | None
    reason: str | None
    may_move: bool
    package_left: bool
    package_hash: str
    sent_at: datetime
    sent_by: str
    due_at: datetime
    escalated: bool
    settled_at: datetime | None
    settled_by: str | None
    moved: bool
    return_code: ReturnReason | None
    return_text: str | None
    fetched_at: datetime | None
    confirmed_at: datetime | None
    confirm_due_at: datetime | None
    confirm_escalated: bool

    @property
    def clock(self) -> datetime | None:
        """By when the unit's next word is due."""
        return self.due_at if self.state == HandoverState.SENT else self.confirm_due_at


def handovers_of(session: Session, *, keys: ContentKeys, request_id: UUID) -> tuple[HandoverView, ...]:
    """Every handover of a request, the newest first. Raises RequestUnknown, ContentKeyMissing, ContentDamaged."""
    request = session.get(HelpRequest, request_id)
    if request is None:
        raise RequestUnknown(str(request_id))
    key = keys.open_data_key(request.wrapped_key, request_id) if request.wrapped_key is not None else None
    return _views(session, Handover.request_id == request_id, key=key)


def unit_handovers(session: Session, *, member: StaffMember) -> tuple[HandoverView, ...]:
    """What waits for an answer, or for a word that it has arrived, from the member's units. Without texts."""
    return _views(session, and_(_for(member), _WAITS), newest_first=False)


def sent_handovers(session: Session, *, within: Reach) -> tuple[HandoverView, ...]:
    """What was sent from within reach and waits for a unit, the oldest promise first. Without texts."""
    return _views(session, and_(within, _WAITS), newest_first=False)


def somebody_receives(session: Session, *, unit: str) -> bool:
    """Whether somebody in this unit can open here what is handed over to it."""
    active = session.scalars(select(StaffAccount).where(StaffAccount.active))
    return any(unit in each.units and may(map(Role, each.roles), Right.RECEIVE_HANDOVERS) for each in active)


def find_for_unit(session: Session, *, member: StaffMember, handover_id: UUID) -> UUID:
    """The handover, if it was sent to one of the member's units. Raises HandoverUnknown, also when out of reach."""
    found = session.scalar(
        select(Handover.id)
        .join(HelpRequest, HelpRequest.id == Handover.request_id)
        .where(Handover.id == handover_id, _for(member))
    )
    if found is None:
        raise HandoverUnknown()
    return found


def open_for_unit(session: Session, *, keys: ContentKeys, handover_id: UUID) -> tuple[HandoverView, Package | None]:
    """The handover with what was sent, which is None once it was destroyed. Raises HandoverUnknown."""
    row = session.get(Handover, handover_id)
    if row is None:
        raise HandoverUnknown()
    package = Package.from_json(open_package(keys, row)) if row.package is not None else None
    request = session.get(HelpRequest, row.request_id)
    sealed = request.wrapped_key if request is not None else None
    key = keys.open_data_key(sealed, row.request_id) if sealed is not None else None
    (view,) = _views(session, Handover.id == handover_id, key=key)
    return view, package


def _for(member: StaffMember) -> ColumnElement[bool]:
    return and_(
        Handover.unit.in_(sorted(member.units)),
        HelpRequest.practice.is_(False),
        true() if member.sees_protected else HelpRequest.protected.is_(False),
        one_side_only(member),
    )


def _views(
    session: Session, condition: ColumnElement[bool], *, key: DataKey | None = None, newest_first: bool = True
) -> tuple[HandoverView, ...]:
    sender, settler = aliased(StaffAccount), aliased(StaffAccount)
    rows = session.execute(
        select(Handover, HelpRequest, sender.display_role, settler.display_role)
        .join(HelpRequest, HelpRequest.id == Handover.request_id)
        .join(sender, sender.id == Handover.sent_by)
        .outerjoin(settler, settler.id == Handover.settled_by)
        .where(condition)
        .order_by(Handover.sent_at.desc() if newest_first else Handover.due_at, Handover.id)
    )
    return tuple(_view(row, request, sent_by, settled_by, key) for row, request, sent_by, settled_by in rows)


def _view(
    row: Handover, request: HelpRequest, sent_by: str, settled_by: str | None, key: DataKey | None
) -> HandoverView:
    return HandoverView(
        id=row.id,
        reference=request.reference,
        unit=row.unit,
        state=HandoverState(row.state),
        urgency=Urgency(request.urgency),
        child_concerned=request.child_rank == 0,
        language=request.language,
        ground=row.ground,
        consent_how=ConsentHow(row.consent_how) if row.consent_how else None,
        reason=key.open(row.reason, row.reason_field) if key is not None and row.reason is not None else None,
        may_move=row.may_move,
        package_left=row.package is not None,
        package_hash=row.package_hash,
        sent_at=row.sent_at,
        sent_by=sent_by,
        due_at=row.due_at,
        escalated=row.escalated_at is not None,
        settled_at=row.settled_at,
        settled_by=settled_by,
        moved=row.moved,
        return_code=ReturnReason(row.return_code) if row.return_code else None,
        return_text=(
            key.open(row.return_text, row.return_field) if key is not None and row.return_text is not None else None
        ),
        fetched_at=row.fetched_at,
        confirmed_at=row.confirmed_at,
        confirm_due_at=row.confirm_due_at,
        confirm_escalated=row.confirm_escalated_at is not None,
    )
