"""How staff may reach a person outside the portal: only as the person said, and never in another way."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from portal.desk import work
from portal.desk.audit import Act, append
from portal.desk.contact import Contact, ContactChannel
from portal.desk.log import record_event
from portal.desk.request_errors import UnsafeContact
from portal.records.event import EventKind
from portal.records.help_request import CONTACT_FIELD, HelpRequest
from portal.records.sealing import ContentKeys


class Result(StrEnum):
    """How reaching out ended."""

    REACHED = "reached"
    NO_ANSWER = "no-answer"
    SOMEBODY_ELSE = "somebody-else"  # somebody else answered and was told nothing
    MESSAGE_LEFT = "message-left"
    SENT = "sent"
    NOT_SENT = "not-sent"


_SPOKEN: Final = (Result.REACHED, Result.NO_ANSWER, Result.SOMEBODY_ELSE)
_WRITTEN: Final = (Result.SENT, Result.NOT_SENT)


@dataclass(frozen=True, kw_only=True)
class SafeWay:
    """The one way the person allows. `channel` None: none, answer only in the portal."""

    channel: ContactChannel | None
    results: tuple[Result, ...]
    asks_for_times: bool  # the person named safe times, so whoever reaches out must say that it is one


def safe_way(contact: Contact | None) -> SafeWay:
    """What the person allows. Everything else is impossible, not advised against."""
    if contact is None or contact.channel == ContactChannel.NONE or not contact.address.strip():
        return SafeWay(channel=None, results=(), asks_for_times=False)
    results: tuple[Result, ...] = _WRITTEN
    if contact.channel == ContactChannel.PHONE:
        results = (*_SPOKEN, Result.MESSAGE_LEFT) if contact.may_leave_message else _SPOKEN
    return SafeWay(channel=contact.channel, results=results, asks_for_times=bool(contact.best_times.strip()))


def reveal(session: Session, *, keys: ContentKeys, key: bytes, request_id: UUID, staff_id: UUID, now: datetime) -> None:
    """Note that the one who holds the request looked up how to reach the person. `key` is the audit log's.

    Raises UnsafeContact where there is no safe way; NotClaimed, RequestClosed, RequestUnknown, ContentErased.
    """
    request = work.held(session, request_id, staff_id, now)
    if safe_way(_contact(request, keys)).channel is None:
        raise UnsafeContact("channel")
    append(session, key=key, act=Act.UNMASKED, subject=request.reference, at=now, staff_id=staff_id)


def record_contact(
    session: Session,
    *,
    keys: ContentKeys,
    request_id: UUID,
    staff_id: UUID,
    channel: str,
    result: str,
    safe_time: bool,
    now: datetime,
) -> None:
    """Write down that staff reached out, and how it ended: codes only.

    Raises UnsafeContact for what the person did not allow; NotClaimed, RequestClosed, RequestUnknown, ContentErased;
    ValueError for a result that there is not.
    """
    request = work.held(session, request_id, staff_id, now)
    way = safe_way(_contact(request, keys))
    if way.channel is None or way.channel != channel:
        raise UnsafeContact("channel")
    if Result(result) not in way.results:
        raise UnsafeContact("message")
    if way.asks_for_times and not safe_time:
        raise UnsafeContact("times")
    record_event(
        session,
        request_id=request_id,
        kind=EventKind.CONTACTED,
        at=now,
        staff_id=staff_id,
        detail={"channel": str(way.channel), "result": str(result)},
    )


def _contact(request: HelpRequest, keys: ContentKeys) -> Contact | None:
    if request.contact is None:
        return None
    key = keys.open_data_key(request.wrapped_key, request.id)
    return Contact.from_json(key.open(request.contact, CONTACT_FIELD))
