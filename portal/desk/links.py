"""Requests that belong together. Linking throws nothing away: both originals stay, each with its own person and code.

A duplicate is the same matter told again. The other party is the other side of one matter: no view shows both, and who
has read one side does not get to read the other (see `portal.desk.reach`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import or_, select, text
from sqlalchemy.orm import Session

from portal.desk.errors import RequestUnknown
from portal.desk.log import record_event
from portal.desk.reach import Reach
from portal.desk.request_errors import NotLinkable
from portal.records.event import EventKind
from portal.records.help_request import HelpRequest, State
from portal.records.request_link import LinkKind, RequestLink

RELATED_WITHIN: Final = timedelta(days=14)
"""Further apart in time, the same topic and area are no hint."""

_ADVISORY_LOCK: Final = 4_112_718  # any number that nothing else in the database locks
_LOOKED_THROUGH: Final = 200
_SHOWN: Final = 5


@dataclass(frozen=True, kw_only=True)
class LinkedRow:
    """A request that is linked as a duplicate, or that may be about the same. Codes only."""

    reference: str
    state: State
    created_at: datetime
    linked: bool


def link_duplicate(session: Session, *, request_id: UUID, other_id: UUID, staff_id: UUID, now: datetime) -> None:
    """They are about the same. Raises NotLinkable, RequestUnknown."""
    _one_at_a_time(session)
    if _link_between(session, request_id, other_id) is not None or request_id == other_id:
        raise NotLinkable()
    _add(session, request_id, other_id, LinkKind.DUPLICATE, staff_id, now)
    _close_off(session, request_id, staff_id, now)


def mark_other_party(session: Session, *, request_id: UUID, other_id: UUID, staff_id: UUID, now: datetime) -> None:
    """They are the two sides of one matter: `request_id` is party 1. Duplicates of a side belong to that side.

    Raises NotLinkable, RequestUnknown.
    """
    _one_at_a_time(session)
    if request_id == other_id or other_id in _same_matter(session, request_id):
        raise NotLinkable()
    if _link_between(session, request_id, other_id) is not None:
        raise NotLinkable()
    _add(session, request_id, other_id, LinkKind.OTHER_PARTY, staff_id, now)
    first, second = (_locked(session, each) for each in (request_id, other_id))
    first.party, second.party = first.party or 1, second.party or 2
    _close_off(session, request_id, staff_id, now)


def unlink(session: Session, *, request_id: UUID, other_id: UUID, staff_id: UUID, now: datetime) -> None:
    """They are two matters after all. Raises NotLinkable for requests that are not linked as duplicates."""
    _one_at_a_time(session)
    link = _link_between(session, request_id, other_id)
    if link is None or link.kind != LinkKind.DUPLICATE:
        raise NotLinkable()
    session.delete(link)
    for each in (request_id, other_id):
        record_event(session, request_id=each, kind=EventKind.UNLINKED, at=now, staff_id=staff_id)


def unmark_parties(session: Session, *, request_id: UUID, staff_id: UUID, now: datetime) -> None:
    """They were no two sides of one matter: a supervisor takes the mark away, from the duplicates of this side too."""
    _one_at_a_time(session)
    for mine in _same_matter(session, request_id):
        for link in _links(session, mine, LinkKind.OTHER_PARTY):
            session.delete(link)
            session.flush()
            for each in (mine, _other(link, mine)):
                record_event(session, request_id=each, kind=EventKind.UNLINKED, at=now, staff_id=staff_id)
                if not _links(session, each, LinkKind.OTHER_PARTY):
                    _locked(session, each).party = None


def has_duplicate(session: Session, *, request_id: UUID) -> bool:
    """Whether it is linked as a duplicate of some other request."""
    return bool(_links(session, request_id, LinkKind.DUPLICATE))


def linked(session: Session, *, within: Reach, request_id: UUID) -> list[LinkedRow]:
    """The duplicates `within` reach. The other party's side is never among them."""
    others = [_other(link, request_id) for link in _links(session, request_id, LinkKind.DUPLICATE)]
    rows = session.scalars(select(HelpRequest).where(HelpRequest.id.in_(others), within)).all()
    return [_row(request, linked=True) for request in rows]


def maybe_related(session: Session, *, within: Reach, request_id: UUID) -> list[LinkedRow]:
    """A hint by codes only: a topic in common, the same area and language, and close in time. The nearest first.

    Never the other party's side or its duplicates, nor what is linked already. Raises RequestUnknown.
    """
    request = _found(session, request_id)
    if not request.topics:
        return []
    candidates = session.scalars(
        select(HelpRequest)
        .where(
            HelpRequest.language == request.language,
            HelpRequest.created_at.between(request.created_at - RELATED_WITHIN, request.created_at + RELATED_WITHIN),
            HelpRequest.id.not_in(_known_to(session, request_id)),
            within,
        )
        .order_by(HelpRequest.created_at.desc())
        .limit(_LOOKED_THROUGH)
    )
    alike = [
        other
        for other in candidates
        if set(other.topics) & set(request.topics) and other.facts.get("area") == request.facts.get("area")
    ]
    alike.sort(key=lambda other: abs(other.created_at - request.created_at))
    return [_row(other, linked=False) for other in alike[:_SHOWN]]


def _one_at_a_time(session: Session) -> None:
    """What belongs to one side is found over many links, so that two who link must not overlook each other's.
    SQLite lets only one transaction write in any case."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})


def _known_to(session: Session, request_id: UUID) -> set[UUID]:
    """Itself, its duplicates, and everything on the other side."""
    same = _same_matter(session, request_id)
    return same | _other_sides(session, same)


def _close_off(session: Session, request_id: UUID, staff_id: UUID, now: datetime) -> None:
    """Every request of one side is the other party's for every request of the other side."""
    here = _same_matter(session, request_id)
    there: set[UUID] = set()
    for other in _other_sides(session, here):
        there |= _same_matter(session, other)
    if here & there:
        raise NotLinkable()
    parties = {each: _found(session, each).party for each in here | there}
    side = next((party for each, party in parties.items() if each in here and party), 1)
    for first in here:
        for second in there:
            if _link_between(session, first, second) is None:
                _add(session, first, second, LinkKind.OTHER_PARTY, staff_id, now)
    if there:
        for each in here | there:
            _locked(session, each).party = side if each in here else 3 - side
    session.flush()


def _same_matter(session: Session, request_id: UUID) -> set[UUID]:
    """The request and everything that is a duplicate of it, over any number of links."""
    found, new = {request_id}, {request_id}
    while new:
        links = [link for each in new for link in _links(session, each, LinkKind.DUPLICATE)]
        new = {one for link in links for one in (link.first_id, link.second_id)} - found
        found |= new
    return found


def _other_sides(session: Session, same: Iterable[UUID]) -> set[UUID]:
    return {_other(link, each) for each in same for link in _links(session, each, LinkKind.OTHER_PARTY)}


def _links(session: Session, request_id: UUID, kind: LinkKind) -> Sequence[RequestLink]:
    mine = or_(RequestLink.first_id == request_id, RequestLink.second_id == request_id)
    return session.scalars(select(RequestLink).where(mine, RequestLink.kind == kind)).all()


def _link_between(session: Session, one: UUID, other: UUID) -> RequestLink | None:
    either = or_(
        (RequestLink.first_id == one) & (RequestLink.second_id == other),
        (RequestLink.first_id == other) & (RequestLink.second_id == one),
    )
    return session.scalar(select(RequestLink).where(either))


def _other(link: RequestLink, request_id: UUID) -> UUID:
    return link.second_id if link.first_id == request_id else link.first_id


def _add(session: Session, one: UUID, other: UUID, kind: LinkKind, staff_id: UUID, now: datetime) -> None:
    session.add(RequestLink(first_id=one, second_id=other, kind=kind, staff_id=staff_id, at=now))
    session.flush()
    for each in (one, other):
        # Not which one: of the other party not even the reference is told.
        detail = {"link": str(kind)}
        record_event(session, request_id=each, kind=EventKind.LINKED, at=now, staff_id=staff_id, detail=detail)


def _row(request: HelpRequest, *, linked: bool) -> LinkedRow:
    return LinkedRow(
        reference=request.reference, state=State(request.state), created_at=request.created_at, linked=linked
    )


def _found(session: Session, request_id: UUID) -> HelpRequest:
    request = session.get(HelpRequest, request_id)
    if request is None:
        raise RequestUnknown(str(request_id))
    return request


def _locked(session: Session, request_id: UUID) -> HelpRequest:
    request = session.get(HelpRequest, request_id, populate_existing=True, with_for_update=True)
    if request is None:
        raise RequestUnknown(str(request_id))
    return request
