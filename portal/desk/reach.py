"""Which requests a member of staff can reach at all: their units, real or practice, protected identities.

Every query for staff carries `within_reach`; every page finds its request through `find`. What is out of reach does
not exist for them: no count, no "there is one, but you may not".
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, or_, select, true
from sqlalchemy.orm import Session

from portal.desk.accounts import StaffMember
from portal.desk.errors import RequestUnknown
from portal.records.help_request import HelpRequest, Urgency
from portal.records.staff_account import Role

Reach = ColumnElement[bool]
"""A condition on requests."""


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
    own = tuple(Lane(unit, and_(HelpRequest.unit == unit, kind, masked)) for unit in units)
    if Role.ON_CALL not in member.roles:
        return own
    elsewhere = HelpRequest.unit.not_in(sorted({*units, *sealed_units}))
    return (*own, Lane(None, and_(HelpRequest.urgency == Urgency.EMERGENCY, elsewhere, kind, masked)))


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
