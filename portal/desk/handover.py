"""Passing a request to a unit, which says yes or gives it back; until then the sender may take it back.

A handover is settled once: of those who accept, return and withdraw at the same time exactly one succeeds.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from portal.desk import audit, work
from portal.desk.accounts import StaffMember
from portal.desk.clocks import restart
from portal.desk.errors import RequestUnknown
from portal.desk.follow_up import open_again
from portal.desk.handover_errors import (
    HandoverOpen,
    HandoverSettled,
    HandoverUnknown,
    MayNotMove,
    NotConfirmable,
    NothingToSend,
    RequestChanged,
)
from portal.desk.handover_package import (
    CONSENT,
    Chosen,
    Ground,
    Package,
    circumstances,
    hash_of,
    make_package,
    open_package,
)
from portal.desk.legal_holds import holds_of
from portal.desk.log import record_event
from portal.desk.message_content import Notice
from portal.desk.outbox import put_in_outbox
from portal.desk.plain_notes import tell_person
from portal.desk.request_page import load_request
from portal.desk.takeover import glance
from portal.desk.talk_holder import claim_released
from portal.desk.thinning import thin
from portal.desk.two_handlers import require_second
from portal.records.event import EventKind
from portal.records.handover import PACKAGE_FIELD, Handover, HandoverState, ReturnReason
from portal.records.help_request import AWAITING_STAFF, CloseReason, HelpRequest, State
from portal.records.message import Author, Message
from portal.records.outbox import Adapter
from portal.records.sealing import ContentErased, ContentKeys
from portal.records.threat import PairedAct
from portal.triage.ruleset import Ruleset

TOLD = "handover-sent"
"""The kind of notice that a unit gets."""


def send(
    session: Session,
    *,
    keys: ContentKeys,
    audit_key: bytes,
    request_id: UUID,
    staff_id: UUID,
    unit: str,
    ground: Ground,
    chosen: Chosen,
    seen: int,
    due_at: datetime,
    adapters: Collection[Adapter],
    now: datetime,
) -> UUID:
    """Hand the request over and let go of it. `seen`: how much had happened to it when staff saw what would go.

    Raises NotClaimed, RequestClosed, RequestUnknown, HandoverOpen, RequestChanged, NothingToSend, SecondNeeded,
    ContentErased.
    """
    request = work.held(session, request_id, staff_id, now)
    if open_handover(session, request_id) is not None:
        raise HandoverOpen()
    if glance(session, request_id=request_id, now=now)[0] != seen:
        raise RequestChanged()
    page = load_request(session, keys=keys, request_id=request_id)
    around = circumstances(session, request_id=request_id, now=now)
    package = make_package(page, unit=unit, keep=chosen.keep, reach=chosen.reach, around=around, now=now)
    if not package.messages:
        raise NothingToSend()
    require_second(
        session,
        request_id=request_id,
        staff_id=staff_id,
        act=PairedAct.HANDOVER,
        code=unit,
        body=package.shown_text,
        key=keys.open_data_key(request.wrapped_key, request_id),
        now=now,
    )
    row = Handover(
        id=uuid4(),
        request_id=request_id,
        unit=unit,
        state=HandoverState.SENT,
        ground=ground.code,
        consent_how=ground.consent_how,
        may_move=chosen.may_move,
        last_message=_last_message(session, request_id),
        sent_at=now,
        sent_by=staff_id,
        due_at=due_at,
    )
    _seal(row, request, package, ground.reason, keys)
    session.add(row)
    work.let_go(request)
    claim_released(session, request_id=request_id, now=now)
    request.state = State.WAITING_UNIT
    codes = {"unit": unit, "ground": ground.code}
    record_event(session, request_id=request_id, kind=EventKind.HANDOVER_SENT, at=now, staff_id=staff_id, detail=codes)
    _write_down(session, request, row, audit_key=audit_key, staff_id=staff_id, now=now, what="sent")
    if ground.code == CONSENT:  # whoever said yes is told; others learn it when the unit has it
        _tell_person(session, row, Notice.UNIT_ASKED, keys, staff_id, now)
    if not request.practice:
        _tell_unit(session, row, adapters, now)
    return row.id


def accept(
    session: Session,
    *,
    keys: ContentKeys,
    audit_key: bytes,
    handover_id: UUID,
    staff_id: UUID,
    code_valid: timedelta,
    confirm_within: timedelta,
    now: datetime,
) -> Handover:
    """The unit takes it into its own system: what it got is thinned here (not under a legal hold), and the request
    closes. When the person wrote more meanwhile, that is kept, and the request stays open for the contact centre.

    Raises HandoverUnknown, HandoverSettled.
    """
    row, request = _settle(session, handover_id, HandoverState.ACCEPTED, staff_id, now)
    row.confirm_due_at = now + confirm_within
    reachable = bool((Package.from_json(open_package(keys, row)).contact or {}).get("address"))
    _accepted(session, request, row, audit_key=audit_key, staff_id=staff_id, now=now)
    if request.wrapped_key is not None:
        if not holds_of(session, request_id=request.id):
            thin(session, keys=keys, request=request, after_message=row.last_message, sent_at=row.sent_at)
            record_event(session, request_id=request.id, kind=EventKind.THINNED, at=now, staff_id=staff_id)
        notice = Notice.UNIT_WILL_REACH_YOU if reachable else Notice.UNIT_CANNOT_REACH_YOU
        _tell_person(session, row, notice, keys, staff_id, now)
    if request.state == State.CLOSED or _wrote_since(session, row):
        return row
    work.finish(
        session,
        request,
        reason=CloseReason.HANDED_OVER,
        staff_id=staff_id,
        now=now,
        code_valid=code_valid,
        retention=None,
    )
    return row


def accept_and_work_here(
    session: Session,
    *,
    keys: ContentKeys,
    audit_key: bytes,
    handover_id: UUID,
    staff_id: UUID,
    now: datetime,
    ruleset: Ruleset | None = None,
) -> Handover:
    """The unit takes the request itself: it belongs to that unit from now on, and the one who took it works on it.

    Raises HandoverUnknown, HandoverSettled, MayNotMove, ContentErased.
    """
    row, request = _settle(session, handover_id, HandoverState.ACCEPTED, staff_id, now)
    if not row.may_move:
        raise MayNotMove()
    if request.wrapped_key is None:
        raise ContentErased("the texts of this request are gone; only the package is left")
    row.moved = True
    _destroy_package(row)
    _accepted(session, request, row, audit_key=audit_key, staff_id=staff_id, now=now)
    request.unit = row.unit
    request.claimed_by, request.claimed_at, request.touched_at = staff_id, now, now
    if request.state in (State.WAITING_UNIT, State.CLOSED):
        open_again(request)
        request.state = State.CLAIMED
        restart(request, ruleset, now)
    detail = {"unit": row.unit}
    record_event(session, request_id=request.id, kind=EventKind.MOVED, at=now, staff_id=staff_id, detail=detail)
    _tell_person(session, row, Notice.UNIT_HAS_IT, keys, staff_id, now)
    return row


def give_back(
    session: Session,
    *,
    keys: ContentKeys,
    audit_key: bytes,
    handover_id: UUID,
    staff_id: UUID,
    reason: ReturnReason,
    words: str,
    now: datetime,
    ruleset: Ruleset | None = None,
) -> Handover:
    """The unit says no, and why. The request waits for the contact centre since the day when it first did.

    Raises HandoverUnknown, HandoverSettled.
    """
    row, request = _settle(session, handover_id, HandoverState.RETURNED, staff_id, now)
    row.return_code = reason
    if words.strip() and request.wrapped_key is not None:
        row.return_text = keys.open_data_key(request.wrapped_key, request.id).seal(words, row.return_field)
    _destroy_package(row)
    if request.state not in AWAITING_STAFF and request.wrapped_key is not None:
        open_again(request)
        request.state = State.CLAIMED if request.claimed_by else State.NEW
        _clock_runs_again(request, ruleset, now)
    detail = {"unit": row.unit, "why": reason.value}
    record_event(
        session, request_id=request.id, kind=EventKind.HANDOVER_RETURNED, at=now, staff_id=staff_id, detail=detail
    )
    _write_down(session, request, row, audit_key=audit_key, staff_id=staff_id, now=now, what="returned")
    if row.ground == CONSENT and request.wrapped_key is not None:
        _tell_person(session, row, Notice.UNIT_RETURNED, keys, staff_id, now)
    return row


def withdraw(
    session: Session,
    *,
    keys: ContentKeys,
    audit_key: bytes,
    request_id: UUID,
    staff_id: UUID,
    now: datetime,
    ruleset: Ruleset | None = None,
) -> Handover:
    """Take it back before the unit has answered, and go on working on it. Raises HandoverUnknown, HandoverSettled."""
    is_open = Handover.state == HandoverState.SENT
    latest = session.scalar(
        select(Handover.id)
        .where(Handover.request_id == request_id)
        .order_by(is_open.desc(), Handover.sent_at.desc())
        .limit(1)
    )
    if latest is None:
        raise HandoverUnknown()
    row, request = _settle(session, latest, HandoverState.WITHDRAWN, staff_id, now)
    _destroy_package(row)
    if request.state == State.WAITING_UNIT:
        request.state = State.CLAIMED
        request.claimed_by, request.claimed_at, request.touched_at = staff_id, now, now
        _clock_runs_again(request, ruleset, now)
    detail = {"unit": row.unit}
    record_event(
        session, request_id=request.id, kind=EventKind.HANDOVER_WITHDRAWN, at=now, staff_id=staff_id, detail=detail
    )
    _write_down(session, request, row, audit_key=audit_key, staff_id=staff_id, now=now, what="withdrawn")
    if row.ground == CONSENT and request.wrapped_key is not None:
        _tell_person(session, row, Notice.HANDOVER_WITHDRAWN, keys, staff_id, now)
    return row


def fetch(
    session: Session, *, keys: ContentKeys, audit_key: bytes, handover_id: UUID, staff_id: UUID, now: datetime
) -> str:
    """The package's text, for the unit's own system; written down. Raises HandoverUnknown, ContentErased."""
    row = locked(session, handover_id)
    if row.confirmed_at is not None:
        raise ContentErased("the unit has it, and it is kept here for a legal hold alone")
    text = open_package(keys, row)
    row.fetched_at = row.fetched_at or now
    request = _request(session, row.request_id)
    _write_down(
        session, request, row, audit_key=audit_key, staff_id=staff_id, now=now, what="taken-out", act=audit.Act.EXPORTED
    )
    return text


def confirm(session: Session, *, audit_key: bytes, handover_id: UUID, staff_id: UUID, now: datetime) -> Handover:
    """The unit has it in its own system: the package here is destroyed, under a legal hold when that ends.

    Raises HandoverUnknown, NotConfirmable.
    """
    row = locked(session, handover_id)
    if row.state != HandoverState.ACCEPTED or row.confirmed_at is not None or row.package is None:
        raise NotConfirmable()
    row.confirmed_at, row.confirmed_by = now, staff_id
    request = _request(session, row.request_id)
    if not holds_of(session, request_id=request.id):
        _destroy_package(row)
    _write_down(
        session, request, row, audit_key=audit_key, staff_id=staff_id, now=now, what="confirmed", act=audit.Act.ERASED
    )
    session.flush()
    return row


def locked(session: Session, handover_id: UUID) -> Handover:
    """The handover, locked and as the database has it now. Raises HandoverUnknown."""
    row = session.get(Handover, handover_id, populate_existing=True, with_for_update=True)
    if row is None:
        raise HandoverUnknown()
    return row


def open_handover(session: Session, request_id: UUID) -> Handover | None:
    """The handover that waits for a unit's yes or no."""
    return session.scalar(
        select(Handover).where(Handover.request_id == request_id, Handover.state == HandoverState.SENT)
    )


def note_opened(session: Session, *, audit_key: bytes, handover_id: UUID, member: StaffMember, now: datetime) -> None:
    """Somebody of the unit opened what was handed over. Raises HandoverUnknown."""
    row = session.get(Handover, handover_id)
    if row is None:
        raise HandoverUnknown()
    audit.note_opened(
        session, key=audit_key, request_id=row.request_id, staff_id=member.id, at=now, why=audit.Why.HANDOVER
    )


def _settle(
    session: Session, handover_id: UUID, state: HandoverState, staff_id: UUID, now: datetime
) -> tuple[Handover, HelpRequest]:
    """Move it out of SENT, for one caller only, and lock both it and its request."""
    won = session.execute(
        update(Handover)
        .where(Handover.id == handover_id, Handover.state == HandoverState.SENT)
        .values(state=state, settled_at=now, settled_by=staff_id)
        .execution_options(synchronize_session=False)
        .returning(Handover.id)
    ).first()
    row = locked(session, handover_id)
    if won is None:
        raise HandoverSettled(row.state)
    return row, _request(session, row.request_id)


def _clock_runs_again(request: HelpRequest, ruleset: Ruleset | None, now: datetime) -> None:
    """Whoever waited for us still does, since then; where an answer had stopped the clocks, they start now."""
    if request.escalate_at is None:
        restart(request, ruleset, now)


def _request(session: Session, request_id: UUID) -> HelpRequest:
    request = session.get(HelpRequest, request_id, populate_existing=True, with_for_update=True)
    if request is None:
        raise RequestUnknown(str(request_id))
    return request


def _seal(row: Handover, request: HelpRequest, package: Package, reason: str, keys: ContentKeys) -> None:
    key, row.wrapped_key = keys.new_data_key(row.id)
    text = package.to_json()
    row.package = key.seal(text, PACKAGE_FIELD)
    row.package_hash = hash_of(text)
    if reason.strip():
        row.reason = keys.open_data_key(request.wrapped_key, request.id).seal(reason, row.reason_field)


def _destroy_package(row: Handover) -> None:
    row.wrapped_key = row.package = None


def _accepted(
    session: Session, request: HelpRequest, row: Handover, *, audit_key: bytes, staff_id: UUID, now: datetime
) -> None:
    detail = {"unit": row.unit, "hash": row.package_hash}
    record_event(
        session, request_id=request.id, kind=EventKind.HANDOVER_ACCEPTED, at=now, staff_id=staff_id, detail=detail
    )
    _write_down(session, request, row, audit_key=audit_key, staff_id=staff_id, now=now, what="accepted")


def _last_message(session: Session, request_id: UUID) -> int:
    newest = select(func.max(Message.number)).where(Message.request_id == request_id)
    return session.scalar(newest) or 0


def _wrote_since(session: Session, row: Handover) -> bool:
    """Whether the person wrote more than what was handed over."""
    more = select(Message.number).where(
        Message.request_id == row.request_id, Message.author == Author.PERSON, Message.number > row.last_message
    )
    return session.scalar(more.limit(1)) is not None


def _tell_person(
    session: Session, row: Handover, notice: Notice, keys: ContentKeys, staff_id: UUID, now: datetime
) -> None:
    codes = {"unit": row.unit} if notice != Notice.HANDOVER_WITHDRAWN else {}
    tell_person(session, keys=keys, request_id=row.request_id, notice=notice, codes=codes, staff_id=staff_id, now=now)


def _tell_unit(session: Session, row: Handover, adapters: Collection[Adapter], now: datetime) -> None:
    payload = {
        "event": TOLD,
        "handover": str(row.id),
        "unit": row.unit,
        "due_at": row.due_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    put_in_outbox(
        session,
        kind=TOLD,
        unit=row.unit,
        adapters=adapters,
        request_id=row.request_id,
        payload=payload,
        now=now,
    )


def _write_down(
    session: Session,
    request: HelpRequest,
    row: Handover,
    *,
    audit_key: bytes,
    staff_id: UUID,
    now: datetime,
    what: str,
    act: audit.Act = audit.Act.HANDED_OVER,
) -> None:
    detail = {"handover": str(row.id), "unit": row.unit, "ground": row.ground, "what": what, "hash": row.package_hash}
    audit.append(
        session,
        key=audit_key,
        act=act,
        subject=request.reference,
        at=now,
        staff_id=staff_id,
        why=audit.Why.HANDOVER,
        detail=detail,
    )
