"""Everything staff see of one request, opened once and frozen."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.desk.contact import Contact
from portal.desk.conversation import MessageView, opening_words, read_messages
from portal.desk.errors import RequestUnknown
from portal.desk.translations import TranslationView, read_translations
from portal.desk.work import CLAIM_LAPSES_AFTER
from portal.records.base import JsonObject
from portal.records.event import Event, EventKind
from portal.records.help_request import (
    CONTACT_FIELD,
    Channel,
    CloseReason,
    Entrance,
    HelpRequest,
    State,
    Suggestion,
    Urgency,
)
from portal.records.note import Note, NoteKind
from portal.records.sealing import ContentKeys, DataKey
from portal.records.staff_account import StaffAccount
from portal.records.takeover import Holder, Takeover


@dataclass(frozen=True, kw_only=True)
class NoteView:
    """An internal note; `body` is None once the request was erased."""

    id: UUID
    kind: NoteKind
    body: str | None
    staff_id: UUID
    staff_role: str
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class EventView:
    at: datetime
    kind: EventKind
    staff_id: UUID | None
    staff_role: str | None
    detail: JsonObject


@dataclass(frozen=True, kw_only=True)
class RequestPage:
    """One request. `words` are those it was sent with; `messages` hold them too, in their place."""

    request_id: UUID
    reference: str
    state: State
    urgency: Urgency
    priority: int
    act_by: datetime | None
    signals: tuple[str, ...]
    topics: tuple[str, ...]
    facts: JsonObject
    suggestions: tuple[Suggestion, ...]
    ruleset_id: str
    language: str
    channel: Channel
    entrance: Entrance
    child_concerned: bool
    unit: str
    protected: bool
    party: int | None
    do_not_inform_guardian: bool
    anonymous: bool
    contact: Contact | None
    words: str | None
    messages: tuple[MessageView, ...]
    translations: Mapping[UUID, tuple[TranslationView, ...]]  # by message, the newest first
    notes: tuple[NoteView, ...]
    events: tuple[EventView, ...]
    created_at: datetime
    waiting_since: datetime
    answer_due_at: datetime | None
    first_answer_at: datetime | None
    claimed_by: UUID | None
    claimed_role: str | None
    claimed_at: datetime | None
    claim_lapses_at: datetime | None
    closed_at: datetime | None
    close_reason: CloseReason | None
    talk_holder: Holder | None  # who answers in its chat, where that was asked
    talk_since: datetime | None
    code_saved: bool
    code_expires_at: datetime | None
    erased_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How a request stands, without anything of what is in it. `holder` is the role of who works on it now."""

    state: State
    protected: bool
    holder: str | None
    claimed_at: datetime | None


def standing_of(
    session: Session, *, request_id: UUID, now: datetime, claim_lapses_after: timedelta = CLAIM_LAPSES_AFTER
) -> Standing:
    """Before it is opened. Raises RequestUnknown."""
    request = session.get(HelpRequest, request_id)
    if request is None:
        raise RequestUnknown(str(request_id))
    held = request.touched_at is not None and request.touched_at > now - claim_lapses_after
    claimer = session.get(StaffAccount, request.claimed_by) if request.claimed_by and held else None
    return Standing(
        state=State(request.state),
        protected=request.protected,
        holder=claimer.display_role if claimer else None,
        claimed_at=request.claimed_at if claimer else None,
    )


def load_request(
    session: Session,
    *,
    keys: ContentKeys,
    request_id: UUID,
    claim_lapses_after: timedelta = CLAIM_LAPSES_AFTER,
) -> RequestPage:
    """One request with everything that belongs to it; an erased one comes without its texts.

    `claimed_by` is shown even when the claim has lapsed: compare `claim_lapses_at` with the present moment.
    Raises RequestUnknown, ContentKeyMissing, ContentDamaged.
    """
    request = session.get(HelpRequest, request_id)
    if request is None:
        raise RequestUnknown(str(request_id))
    key = keys.open_data_key(request.wrapped_key, request_id) if request.wrapped_key is not None else None
    messages = read_messages(session, request_id=request_id, key=key)
    talk = session.get(Takeover, request_id)
    claimer = session.get(StaffAccount, request.claimed_by) if request.claimed_by else None
    return RequestPage(
        request_id=request.id,
        reference=request.reference,
        state=State(request.state),
        urgency=Urgency(request.urgency),
        priority=request.priority,
        act_by=request.act_by,
        signals=tuple(request.signals),
        topics=tuple(request.topics),
        facts=dict(request.facts),
        suggestions=tuple(request.suggestions),
        ruleset_id=request.ruleset_id,
        language=request.language,
        channel=Channel(request.channel),
        entrance=Entrance(request.entrance),
        child_concerned=request.child_rank == 0,
        unit=request.unit,
        protected=request.protected,
        party=request.party,
        do_not_inform_guardian=request.do_not_inform_guardian,
        anonymous=request.anonymous,
        contact=_contact(request, key),
        words=opening_words(messages),
        messages=messages,
        translations=read_translations(session, request_id=request_id, key=key),
        notes=_notes(session, request_id, key),
        events=_events(session, request_id),
        created_at=request.created_at,
        waiting_since=request.waiting_since,
        answer_due_at=request.answer_due_at,
        first_answer_at=request.first_answer_at,
        claimed_by=request.claimed_by,
        claimed_role=claimer.display_role if claimer else None,
        claimed_at=request.claimed_at,
        claim_lapses_at=request.touched_at + claim_lapses_after if request.touched_at else None,
        closed_at=request.closed_at,
        close_reason=CloseReason(request.close_reason) if request.close_reason else None,
        talk_holder=Holder(talk.holder) if talk is not None else None,
        talk_since=talk.since if talk is not None else None,
        code_saved=request.saved_code_at is not None,
        code_expires_at=request.code_expires_at,
        erased_at=request.erased_at,
    )


def _contact(request: HelpRequest, key: DataKey | None) -> Contact | None:
    if key is None or request.contact is None:
        return None
    return Contact.from_json(key.open(request.contact, CONTACT_FIELD))


def _notes(session: Session, request_id: UUID, key: DataKey | None) -> tuple[NoteView, ...]:
    rows = session.execute(
        select(Note, StaffAccount.display_role)
        .join(StaffAccount, StaffAccount.id == Note.staff_id)
        .where(Note.request_id == request_id)
        .order_by(Note.created_at, Note.number)
    )
    return tuple(
        NoteView(
            id=note.id,
            kind=NoteKind(note.kind),
            body=key.open(note.body, note.field) if key is not None else None,
            staff_id=note.staff_id,
            staff_role=role,
            created_at=note.created_at,
        )
        for note, role in rows
    )


def _events(session: Session, request_id: UUID) -> tuple[EventView, ...]:
    rows = session.execute(
        select(Event, StaffAccount.display_role)
        .outerjoin(StaffAccount, StaffAccount.id == Event.staff_id)
        .where(Event.request_id == request_id)
        .order_by(Event.number)
    )
    return tuple(
        EventView(
            at=event.at,
            kind=EventKind(event.kind),
            staff_id=event.staff_id,
            staff_role=role,
            detail=event.detail,
        )
        for event, role in rows
    )
