"""Which requests a member of staff can reach at all: their units, real or practice, protected identities.

Every query for staff carries `within_reach`; every page finds its request through `find`. What is out of reach does
not exist for them: no count, no "there is one, but you may not".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, false, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from portal.desk.accounts import StaffMember
from portal.desk.audit import Act
from portal.desk.errors import RequestUnknown
from portal.records.audit_entry import AuditEntry
from portal.records.help_request import HelpRequest, Urgency
from portal.records.public_question import PUBLIC_ANSWERS
from portal.records.request_link import LinkKind, RequestLink
from portal.records.staff_account import Role

Reach = ColumnElement[bool]
"""A condition on requests."""

PUBLIC_QUESTIONS: Final[Reach] = and_(
    HelpRequest.unit == PUBLIC_ANSWERS, HelpRequest.practice.is_(False), HelpRequest.protected.is_(False)
)
"""Requests that are answered in public. They are in nobody's reach; whoever decides what is erased and held decides it
for these too, by reference alone."""


def within_reach(member: StaffMember, *, sealed_units: frozenset[str] = frozenset()) -> Reach:
    """The condition under which a request exists for this member.

    On-call staff reach what is an emergency in every unit but `sealed_units` (services whose compartment is sealed).
    """
    parts = [lane.condition for lane in lanes(member, sealed_units=sealed_units)]
    return or_(*parts) if parts else false()


@dataclass(frozen=True)
class Lane:
    """A part of somebody's reach whose requests one index has in the queue's order. `unit` None: emergencies."""

    unit: str | None
    condition: Reach


def lanes(member: StaffMember, *, sealed_units: frozenset[str] = frozenset()) -> tuple[Lane, ...]:
    """The parts that somebody's reach is made of. No request is in two of them."""
    kind = HelpRequest.practice == (Role.TRAINEE in member.roles)
    masked = true() if member.sees_protected else HelpRequest.protected == false()
    units = sorted(member.units)
    one_side = one_side_only(member)
    own = tuple(Lane(unit, and_(HelpRequest.unit == unit, kind, masked, one_side)) for unit in units)
    if Role.ON_CALL not in member.roles:
        return own
    elsewhere = HelpRequest.unit.not_in(sorted({*units, *sealed_units}))
    return (*own, Lane(None, and_(HelpRequest.urgency == Urgency.EMERGENCY, elsewhere, kind, masked, one_side)))


def one_side_only(member: StaffMember) -> Reach:
    """The condition that hides the other party's side of what this member has read."""
    return or_(HelpRequest.party.is_(None), HelpRequest.id.not_in(_other_sides_of_what_was_read(member.id)))


def find_public(session: Session, *, reference: str) -> UUID:
    """The request with this reference among `PUBLIC_QUESTIONS`. Raises RequestUnknown."""
    found = session.scalar(
        select(HelpRequest.id).where(HelpRequest.reference == reference.strip().upper(), PUBLIC_QUESTIONS)
    )
    if found is None:
        raise RequestUnknown()
    return found


def find(session: Session, *, member: StaffMember, reference: str, sealed_units: frozenset[str] = frozenset()) -> UUID:
    """The request with this public reference, in capitals or not. Raises RequestUnknown, also when out of reach."""
    found = session.scalar(
        select(HelpRequest.id).where(
            HelpRequest.reference == reference.strip().upper(),
            within_reach(member, sealed_units=sealed_units),
        )
    )
    if found is None:
        raise RequestUnknown()
    return found


def is_other_side(session: Session, *, member: StaffMember, reference: str) -> bool:
    """Whether this is the other party's side of something that the member has read, and hidden for that reason."""
    asked = HelpRequest.reference == reference.strip().upper()
    units = HelpRequest.unit.in_(sorted(member.units))
    shown = true() if member.sees_protected else HelpRequest.protected.is_(False)
    hidden = HelpRequest.id.in_(_other_sides_of_what_was_read(member.id))
    return session.scalar(select(HelpRequest.id).where(asked, units, shown, hidden)) is not None


def _other_sides_of_what_was_read(staff_id: UUID) -> Select[Any]:
    """The requests whose other party's side this member opened, before or instead of them."""
    here, there = aliased(HelpRequest), aliased(HelpRequest)
    first_here, first_there = _first_opened(here, staff_id), _first_opened(there, staff_id)
    sides = (RequestLink.first_id, RequestLink.second_id)
    return (
        select(here.id)
        .select_from(RequestLink)
        .join(here, here.id.in_(sides))
        .join(there, and_(there.id.in_(sides), there.id != here.id))
        .where(
            RequestLink.kind == LinkKind.OTHER_PARTY,
            first_there.is_not(None),
            or_(first_here.is_(None), first_here > first_there),
        )
    )


def _first_opened(request: type[HelpRequest], staff_id: UUID) -> ScalarSelect[int]:
    """The number of the audit log's first row in which this member opened the request."""
    return (
        select(func.min(AuditEntry.number))
        .where(
            AuditEntry.subject == request.reference,
            AuditEntry.staff_id == staff_id,
            AuditEntry.act == Act.OPENED,
        )
        .scalar_subquery()
    )


def find_for_operator(session: Session, *, reference: str) -> UUID:
    """The request with this reference, for whoever holds database and keys in any case. Raises RequestUnknown."""
    found = session.scalar(select(HelpRequest.id).where(HelpRequest.reference == reference.strip().upper()))
    if found is None:
        raise RequestUnknown()
    return found
