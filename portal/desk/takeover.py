"""A human takes a chat over from the bot, and gives it back. One who answers at a time; the bot is mute meanwhile.

Who answers in a talk that was sent, in `records.takeover`: nobody yet (the person waits), a member of staff, or the bot
again. Without a row the talk was sent and nobody asked for a human. Taking a talk over takes its request, so that of
two who try at once exactly one succeeds, and the owner of a talk always holds its request.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from portal.desk import work
from portal.desk.conversation import Line, MessageView, add_message, read_messages
from portal.desk.errors import NotFromChat, NotTakenOver, RequestUnknown
from portal.desk.follow_up import person_waits, raise_danger
from portal.desk.presence import somebody_present
from portal.desk.reach import Reach
from portal.desk.talk_holder import hold, takeover_of
from portal.records.event import Event, EventKind
from portal.records.help_request import Channel, HelpRequest, State, Urgency
from portal.records.message import FROM_US
from portal.records.sealing import ContentKeys
from portal.records.staff_account import StaffAccount
from portal.records.takeover import Holder, Takeover
from portal.triage.ruleset import Ruleset

TOLD_IN_THE_TALK = (
    EventKind.HUMAN_ASKED,
    EventKind.TAKEN_OVER,
    EventKind.GIVEN_BACK,
    EventKind.LEFT_CHAT,
    EventKind.CLOSED,
)
"""What the person reads among the lines of the talk."""


@dataclass(frozen=True, kw_only=True)
class TalkEvent:
    """A change of who answers. `role` is the staff's, where staff did it."""

    number: int
    kind: EventKind
    at: datetime
    role: str | None


@dataclass(frozen=True, kw_only=True)
class SentTalk:
    """A talk after it was sent, as its page needs it. `holder` None: nobody asked for a human, or the human is done.

    `answers` are those of staff and notices of the portal, opened; `role` is the owner's; `claim_lapsed` that the owner
    has done nothing for so long that a colleague may take over.
    """

    reference: str
    state: State
    holder: Holder | None
    role: str | None
    since: datetime | None
    claim_lapsed: bool
    answers: tuple[MessageView, ...]
    events: tuple[TalkEvent, ...]


@dataclass(frozen=True, kw_only=True)
class WaitingChat:
    """A person who waits for a human in the chat. Codes only."""

    reference: str
    urgency: Urgency
    signals: tuple[str, ...]
    language: str
    since: datetime


def ask_for_human(
    session: Session,
    *,
    keys: ContentKeys,
    request_id: UUID,
    now: datetime,
    lines: Sequence[Line] = (),
    signals: Sequence[str] = (),
    answer_due_at: datetime | None = None,
    ruleset: Ruleset | None = None,
) -> None:
    """The person wants a human in the chat. Asking twice, or while a human answers already, changes nothing more.

    `lines` were said with the bot since a human gave the talk back: the person lets them be read now. `signals` is the
    danger in them. Raises RequestUnknown, ContentErased.
    """
    request = _locked(session, request_id)
    key = keys.open_data_key(request.wrapped_key, request_id)
    for line in lines:
        add_message(
            session,
            key=key,
            request_id=request_id,
            author=line.author,
            body=line.body,
            language=line.language,
            at=line.at,
        )
    row = takeover_of(session, request_id)
    if lines or signals or row is None or row.holder == Holder.BOT:
        person_waits(session, request, now, answer_due_at, ruleset)
    raise_danger(session, request, signals, now, ruleset)
    if row is None or row.holder == Holder.BOT:
        hold(session, request_id=request_id, holder=Holder.WAITING, kind=EventKind.HUMAN_ASKED, now=now)


def step_in(session: Session, *, request_id: UUID, staff_id: UUID, now: datetime) -> None:
    """Take the talk over, and its request with it; what is yours already stays so.

    Raises NotFromChat, AlreadyClaimed, RequestClosed, RequestUnknown.
    """
    request = session.get(HelpRequest, request_id)
    if request is not None and request.channel != Channel.CHAT:
        raise NotFromChat()
    work.claim(session, request_id=request_id, staff_id=staff_id, now=now)
    row = takeover_of(session, request_id)
    if row is None or row.holder != Holder.STAFF:  # a colleague's would have come with the claim
        hold(
            session,
            request_id=request_id,
            holder=Holder.STAFF,
            kind=EventKind.TAKEN_OVER,
            now=now,
            staff_id=staff_id,
        )


def give_back(session: Session, *, request_id: UUID, staff_id: UUID, now: datetime) -> None:
    """Let the bot answer again. The request is let go too, so that anybody is free when the person asks again.

    Raises NotTakenOver, NotClaimed, RequestClosed, RequestUnknown.
    """
    request = work.held(session, request_id, staff_id, now)
    row = takeover_of(session, request_id)
    if row is None or row.holder != Holder.STAFF:
        raise NotTakenOver()
    hold(session, request_id=request_id, holder=Holder.BOT, kind=EventKind.GIVEN_BACK, now=now, staff_id=staff_id)
    work.let_go(request)
    session.flush()


def go_back_to_bot(session: Session, *, request_id: UUID, now: datetime) -> None:
    """The person stops waiting, or ends the talk with the human. Staff keep the request. Raises RequestUnknown."""
    _locked(session, request_id)
    row = takeover_of(session, request_id)
    if row is None or row.holder != Holder.BOT:
        hold(session, request_id=request_id, holder=Holder.BOT, kind=EventKind.LEFT_CHAT, now=now)


def holder_of(session: Session, *, request_id: UUID) -> Holder | None:
    """Who answers now; None when nobody asked for a human since the talk was sent, or the human is done."""
    held = session.scalar(select(Takeover.holder).where(Takeover.request_id == request_id))
    return Holder(held) if held is not None else None


def glance(session: Session, *, request_id: UUID, now: datetime) -> tuple[int, bool]:
    """How much has happened to a request, and whether an agent is there: one query, for pages that ask all the time.

    Everything that changes a talk is an event, and events are only ever added: they are counted, because of two
    transactions the one that took its number first may be seen last.
    """
    happened = select(func.count()).select_from(Event).where(Event.request_id == request_id).scalar_subquery()
    count, present = session.execute(select(happened, somebody_present(now))).one()
    return int(count), bool(present)


def anybody_present(session: Session, *, now: datetime) -> bool:
    """Whether some agent has a page for answering open."""
    return bool(session.scalar(select(somebody_present(now))))


def read_sent_talk(session: Session, *, keys: ContentKeys, request_id: UUID, now: datetime) -> SentTalk:
    """What has become of a talk since it was sent. Raises RequestUnknown, ContentKeyMissing, ContentDamaged."""
    request = session.get(HelpRequest, request_id)
    if request is None:
        raise RequestUnknown(str(request_id))
    key = keys.open_data_key(request.wrapped_key, request_id) if request.wrapped_key is not None else None
    row = takeover_of(session, request_id)
    owner = session.get(StaffAccount, row.staff_id) if row is not None and row.staff_id is not None else None
    lapsed = request.touched_at is None or request.touched_at <= now - work.CLAIM_LAPSES_AFTER
    return SentTalk(
        reference=request.reference,
        state=State(request.state),
        holder=Holder(row.holder) if row is not None else None,
        role=owner.display_role if owner is not None else None,
        since=row.since if row is not None else None,
        claim_lapsed=owner is not None and lapsed,
        answers=read_messages(session, request_id=request_id, key=key, authors=FROM_US),
        events=_told(session, request_id),
    )


def waiting_chats(session: Session, *, within: Reach, now: datetime, other_party: bool = False) -> list[WaitingChat]:
    """Those `within` reach who wait for a human in the chat, longest first: nobody came, or who did fell silent.

    Of two parties in one matter the second is listed with `other_party` only, and then nobody else.
    """
    second = HelpRequest.party == 2
    silent = and_(
        Takeover.holder == Holder.STAFF,
        HelpRequest.state.not_in((State.WAITING_PERSON, State.CLOSED)),
        HelpRequest.touched_at <= now - work.CLAIM_LAPSES_AFTER,
    )
    rows = session.execute(
        select(HelpRequest, Takeover.since)
        .join(Takeover, Takeover.request_id == HelpRequest.id)
        .where(
            within,
            second if other_party else or_(HelpRequest.party.is_(None), ~second),
            Takeover.holder.in_((Holder.WAITING, Holder.STAFF)),
            or_(Takeover.holder == Holder.WAITING, silent),
        )
        .order_by(Takeover.since, HelpRequest.id)
    )
    return [
        WaitingChat(
            reference=request.reference,
            urgency=Urgency(request.urgency),
            signals=tuple(request.signals),
            language=request.language,
            since=since,
        )
        for request, since in rows
    ]


def _locked(session: Session, request_id: UUID) -> HelpRequest:
    request = session.get(HelpRequest, request_id, populate_existing=True, with_for_update=True)
    if request is None:
        raise RequestUnknown(str(request_id))
    return request


def _told(session: Session, request_id: UUID) -> tuple[TalkEvent, ...]:
    rows = session.execute(
        select(Event, StaffAccount.display_role)
        .outerjoin(StaffAccount, StaffAccount.id == Event.staff_id)
        .where(Event.request_id == request_id, Event.kind.in_(TOLD_IN_THE_TALK))
        .order_by(Event.number)
    )
    return tuple(TalkEvent(number=e.number, kind=EventKind(e.kind), at=e.at, role=role) for e, role in rows)
