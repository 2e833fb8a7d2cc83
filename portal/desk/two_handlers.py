"""After a threat two handle a request: what reaches the person, and what ends it, needs a second member of staff.

The second sees exactly what is about to be done and presses; then the first does it. A press covers that and nothing
else, once. When no colleague comes in time one may act alone, because the person must not be left without help.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.orm import Session

from portal.desk.audit import Act, Why, append
from portal.desk.codes_only import require_codes
from portal.desk.errors import RequestUnknown
from portal.desk.request_errors import NothingToPress, SecondMustBeAnother, SecondNeeded
from portal.records.help_request import HelpRequest
from portal.records.sealing import ContentKeys, DataKey
from portal.records.staff_account import StaffAccount
from portal.records.threat import PairedAct, SecondPress, Threat


@dataclass(frozen=True, kw_only=True)
class PressView:
    """Something that waits to be done by two. `body` is the text of an answer."""

    id: UUID
    act: PairedAct
    code: str
    body: str | None
    asked_by: UUID
    asked_role: str
    asked_at: datetime
    alone_from: datetime
    pressed: bool


def threat_counts(now: datetime) -> ColumnElement[bool]:
    """A condition on threats: it counts now."""
    return and_(Threat.ended_at.is_(None), Threat.expires_at > now)


def require_second(
    session: Session,
    *,
    request_id: UUID,
    staff_id: UUID,
    act: PairedAct,
    now: datetime,
    code: str = "",
    body: str = "",
    key: DataKey | None = None,
) -> None:
    """Let `act` through when no threat counts, or a second pressed for exactly this. Raises SecondNeeded.

    Acts are known again by their `code`, an answer by its `body`, for which `key` opens what was asked.
    """
    if not _is_threatened(session, request_id, now):
        return
    for press in _open_presses(session, request_id, act):
        same = press.code == code and (press.body is None or (key is not None and _opened(press, key) == body))
        if press.asked_by == staff_id and same and (press.pressed_at is not None or press.alone_from <= now):
            press.used_at = now
            session.flush()
            return
    raise SecondNeeded(act, body)


def ask_second(
    session: Session,
    *,
    keys: ContentKeys,
    request_id: UUID,
    staff_id: UUID,
    act: PairedAct,
    now: datetime,
    alone_after: timedelta,
    code: str = "",
    body: str = "",
) -> None:
    """Show a colleague what is about to be done. Asking anew replaces what was asked, unless it is the same.

    Raises RequestUnknown, ContentErased, TextAmongCodes.
    """
    require_codes("code", code or None)
    # Locked, so that it is not sealed under a key that thinning forgets meanwhile.
    request = session.get(HelpRequest, request_id, populate_existing=True, with_for_update=True)
    if request is None:
        raise RequestUnknown(str(request_id))
    key = keys.open_data_key(request.wrapped_key, request_id)
    for press in _open_presses(session, request_id, act):
        text = _opened(press, key) if press.body is not None else ""
        if press.asked_by == staff_id and (press.code, text) == (code, body):
            return
        press.used_at = now
    press = SecondPress(
        id=uuid4(),
        request_id=request_id,
        act=act,
        code=code,
        asked_by=staff_id,
        asked_at=now,
        alone_from=now + alone_after,
    )
    press.body = key.seal(body, press.field) if body else None
    session.add(press)
    session.flush()


def press_second(
    session: Session, *, key: bytes, request_id: UUID, press_id: UUID, staff_id: UUID, now: datetime
) -> None:
    """The second has seen it and agrees. `key` is the audit log's. Raises NothingToPress, SecondMustBeAnother."""
    press = session.get(SecondPress, press_id, with_for_update=True)
    if press is None or press.request_id != request_id or press.used_at is not None:
        raise NothingToPress()
    if press.asked_by == staff_id:
        raise SecondMustBeAnother()
    if press.pressed_at is None:
        press.pressed_by, press.pressed_at = staff_id, now
        append(
            session,
            key=key,
            act=Act.SECONDED,
            subject=_reference(session, request_id),
            at=now,
            staff_id=staff_id,
            why=Why.THREAT,
            detail={"act": press.act},
        )


def waiting_presses(session: Session, *, key: DataKey | None, request_id: UUID, now: datetime) -> list[PressView]:
    """What waits to be done by two, while a threat counts."""
    if not _is_threatened(session, request_id, now):
        return []
    return [
        PressView(
            id=press.id,
            act=PairedAct(press.act),
            code=press.code,
            body=_opened(press, key) if press.body is not None and key is not None else None,
            asked_by=press.asked_by,
            asked_role=_role(session, press.asked_by),
            asked_at=press.asked_at,
            alone_from=press.alone_from,
            pressed=press.pressed_at is not None,
        )
        for press in _open_presses(session, request_id)
    ]


def waits_for_second(session: Session, *, request_id: UUID, now: datetime) -> bool:
    """Whether a colleague is wanted: a threat counts, so that two handle it."""
    return _is_threatened(session, request_id, now)


def _is_threatened(session: Session, request_id: UUID, now: datetime) -> bool:
    return bool(session.scalar(select(exists().where(Threat.request_id == request_id, threat_counts(now)))))


def _open_presses(session: Session, request_id: UUID, act: PairedAct | None = None) -> Sequence[SecondPress]:
    """For one act, which is about to be done, they are locked; for all, to be shown, they are only read."""
    query = select(SecondPress).where(SecondPress.request_id == request_id, SecondPress.used_at.is_(None))
    return session.scalars(query if act is None else query.where(SecondPress.act == act).with_for_update()).all()


def _opened(press: SecondPress, key: DataKey) -> str:
    return key.open(press.body, press.field) if press.body is not None else ""


def _role(session: Session, staff_id: UUID) -> str:
    return session.scalar(select(StaffAccount.display_role).where(StaffAccount.id == staff_id)) or ""


def _reference(session: Session, request_id: UUID) -> str:
    return session.scalar(select(HelpRequest.reference).where(HelpRequest.id == request_id)) or ""
