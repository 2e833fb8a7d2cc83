"""Which requests a member of staff can reach at all: their units, real or practice, protected identities.

Every query for staff carries `within_reach`; every page finds its request through `find`. What is out of reach does
not exist for them: no count, no "there is one, but you may not".
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select, true
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
    mine: Reach = HelpRequest.unit.in_(sorted(member.units))
    if Role.ON_CALL in member.roles:
        urgent = and_(HelpRequest.urgency == Urgency.EMERGENCY, HelpRequest.unit.not_in(sorted(sealed_units)))
        mine = or_(mine, urgent)
    return and_(
        mine,
        HelpRequest.practice.is_(Role.TRAINEE in member.roles),
        true() if member.sees_protected else HelpRequest.protected.is_(False),
    )


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
