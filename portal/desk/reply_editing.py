"""Keeping the library of replies: write, say it in other languages, review, retire. Of two who edit at once both keep
their text: the second is told that it has changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.desk.replies import Standing, source_hash, standing_of
from portal.desk.reply_errors import (
    NeedsAnotherReader,
    NumberInReply,
    PlaceholderUnknown,
    ReplyChanged,
    ReplyUnknown,
    SlugTaken,
)
from portal.records.reply import Reply, ReplyState, ReplyVariant, VariantState
from portal.records.staff_account import StaffAccount
from portal.triage.reply_file import holds_number, unknown_placeholders


@dataclass(frozen=True, kw_only=True)
class Written:
    """What an editor writes of a reply itself."""

    label: str
    text: str
    topics: Sequence[str] = ()
    note: str = ""
    law_date: date | None = None
    review_date: date | None = None


@dataclass(frozen=True, kw_only=True)
class VariantView:
    """A reply in one language. `text` is empty while there is none."""

    language: str
    text: str
    standing: Standing
    version: int
    written_by: UUID | None
    writer: str | None
    reviewer: str | None
    reviewed_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class ReplyView:
    """A reply for its editors. `variants` in the order of the languages that were asked for."""

    slug: str
    written: Written
    is_in_use: bool
    version: int
    writer: str | None
    written_at: datetime
    variants: tuple[VariantView, ...]


def list_replies(session: Session, *, languages: Sequence[str]) -> tuple[ReplyView, ...]:
    """All replies by label, those in use first, each with its variants."""
    roles = _roles(session)
    variants: dict[UUID, dict[str, ReplyVariant]] = {}
    for variant in session.scalars(select(ReplyVariant)):
        variants.setdefault(variant.reply_id, {})[variant.language] = variant
    rows = session.scalars(select(Reply).order_by(Reply.state, Reply.label))
    return tuple(_view(reply, variants.get(reply.id, {}), languages, roles) for reply in rows)


def read_reply(session: Session, *, slug: str, languages: Sequence[str]) -> ReplyView:
    """One reply. Raises ReplyUnknown."""
    reply = _the_reply(session, slug)
    found = session.scalars(select(ReplyVariant).where(ReplyVariant.reply_id == reply.id))
    return _view(reply, {variant.language: variant for variant in found}, languages, _roles(session))


def add_reply(
    session: Session,
    *,
    slug: str,
    written: Written,
    staff_id: UUID | None,
    now: datetime,
    helplines: Collection[str],
) -> None:
    """A new reply. Raises SlugTaken, PlaceholderUnknown, NumberInReply."""
    require_sendable(written.text, helplines)
    reply = Reply(slug=slug, written_by=staff_id, written_at=now)
    _take(reply, written)
    try:
        with session.begin_nested():
            session.add(reply)
    except IntegrityError as error:
        raise SlugTaken(slug) from error


def change_reply(
    session: Session,
    *,
    slug: str,
    written: Written,
    version: int,
    staff_id: UUID,
    now: datetime,
    helplines: Collection[str],
) -> None:
    """Write it anew. Variants of another Swedish text are stale from now on.

    Raises ReplyUnknown, ReplyChanged (it is not `version` any more), PlaceholderUnknown, NumberInReply.
    """
    require_sendable(written.text, helplines)
    reply = _the_reply(session, slug, version=version)
    _take(reply, written)
    reply.version += 1
    reply.written_by, reply.written_at = staff_id, now
    session.flush()


def retire_reply(session: Session, *, slug: str, in_use: bool, version: int) -> None:
    """Take it out of use, or into use again. Raises ReplyUnknown, ReplyChanged."""
    reply = _the_reply(session, slug, version=version)
    reply.state = ReplyState.IN_USE if in_use else ReplyState.RETIRED
    reply.version += 1
    session.flush()


def write_variant(
    session: Session,
    *,
    slug: str,
    language: str,
    text: str,
    reply_version: int,
    version: int,
    staff_id: UUID | None,
    now: datetime,
    helplines: Collection[str],
) -> None:
    """Say the reply, as it stands in Swedish, in another language; somebody else has to review it then.

    `version` is 0 for the first. Raises ReplyUnknown, ReplyChanged (the Swedish or the variant is not as it was
    shown), PlaceholderUnknown, NumberInReply.
    """
    require_sendable(text, helplines)
    reply = _the_reply(session, slug, version=reply_version)
    variant = _the_variant(session, reply, language, version)
    if variant is None:
        variant = ReplyVariant(reply_id=reply.id, language=language, version=0)
        session.add(variant)
    variant.text = text.strip()
    variant.source_hash = source_hash(reply.text)
    variant.state, variant.reviewed_by, variant.reviewed_at = VariantState.DRAFT, None, None
    variant.written_by, variant.written_at = staff_id, now
    variant.version += 1
    session.flush()


def review_variant(
    session: Session,
    *,
    slug: str,
    language: str,
    reply_version: int,
    version: int,
    staff_id: UUID,
    now: datetime,
) -> None:
    """Somebody who speaks the language, and did not write it, says that it is the same as the Swedish of now.

    Raises ReplyUnknown, ReplyChanged, NeedsAnotherReader.
    """
    reply = _the_reply(session, slug, version=reply_version)
    variant = _the_variant(session, reply, language, version)
    if variant is None:
        raise ReplyUnknown(slug)
    if variant.written_by == staff_id:
        raise NeedsAnotherReader(slug)
    variant.source_hash = source_hash(reply.text)
    variant.state, variant.reviewed_by, variant.reviewed_at = VariantState.REVIEWED, staff_id, now
    variant.version += 1
    session.flush()


def load_reply(
    session: Session,
    *,
    slug: str,
    written: Written,
    drafts: Mapping[str, str],
    now: datetime,
    helplines: Collection[str],
) -> bool:
    """Take in a reply from a file: what is not there yet. What editors have, stays. Whether anything was added."""
    reply = session.scalar(select(Reply).where(Reply.slug == slug))
    added = reply is None
    if reply is None:
        add_reply(session, slug=slug, written=written, staff_id=None, now=now, helplines=helplines)
        reply = _the_reply(session, slug)
    if source_hash(reply.text) != source_hash(written.text):
        return added
    there = set(session.scalars(select(ReplyVariant.language).where(ReplyVariant.reply_id == reply.id)))
    for language in drafts.keys() - there:
        write_variant(
            session,
            slug=slug,
            language=language,
            text=drafts[language],
            reply_version=reply.version,
            version=0,
            staff_id=None,
            now=now,
            helplines=helplines,
        )
        added = True
    return added


def require_sendable(text: str, helplines: Collection[str]) -> None:
    """Raise PlaceholderUnknown or NumberInReply for a text that cannot go out, or would go out of date."""
    if unknown := unknown_placeholders(text, helplines):
        raise PlaceholderUnknown(unknown[0])
    if number := holds_number(text):
        raise NumberInReply(number)


def _take(reply: Reply, written: Written) -> None:
    reply.label, reply.text = written.label.strip(), written.text.strip()
    reply.topics, reply.note = list(written.topics), written.note.strip()
    reply.law_date, reply.review_date = written.law_date, written.review_date


def _the_reply(session: Session, slug: str, *, version: int | None = None) -> Reply:
    """The reply; with a `version`, locked and only if it is still that one."""
    query = select(Reply).where(Reply.slug == slug)
    if version is not None:
        query = query.with_for_update().execution_options(populate_existing=True)
    reply = session.scalar(query)
    if reply is None:
        raise ReplyUnknown(slug)
    if version is not None and reply.version != version:
        raise ReplyChanged(slug)
    return reply


def _the_variant(session: Session, reply: Reply, language: str, version: int) -> ReplyVariant | None:
    """The variant if it is still `version`; None for the first. The reply is locked, so nobody else writes it now."""
    found = session.scalar(
        select(ReplyVariant)
        .where(ReplyVariant.reply_id == reply.id, ReplyVariant.language == language)
        .execution_options(populate_existing=True)
    )
    if (found.version if found else 0) != version:
        raise ReplyChanged(reply.slug)
    return found


def _roles(session: Session) -> dict[UUID, str]:
    return {row.id: row.display_role for row in session.execute(select(StaffAccount.id, StaffAccount.display_role))}


def _view(
    reply: Reply, variants: Mapping[str, ReplyVariant], languages: Sequence[str], roles: Mapping[UUID, str]
) -> ReplyView:
    return ReplyView(
        slug=reply.slug,
        written=Written(
            label=reply.label,
            text=reply.text,
            topics=tuple(reply.topics),
            note=reply.note,
            law_date=reply.law_date,
            review_date=reply.review_date,
        ),
        is_in_use=reply.state == ReplyState.IN_USE,
        version=reply.version,
        writer=roles.get(reply.written_by) if reply.written_by else None,
        written_at=reply.written_at,
        variants=tuple(_variant_view(reply, variants.get(tag), tag, roles) for tag in languages),
    )


def _variant_view(reply: Reply, variant: ReplyVariant | None, language: str, roles: Mapping[UUID, str]) -> VariantView:
    return VariantView(
        language=language,
        text=variant.text if variant else "",
        standing=standing_of(reply, variant, language),
        version=variant.version if variant else 0,
        written_by=variant.written_by if variant else None,
        writer=roles.get(variant.written_by) if variant and variant.written_by else None,
        reviewer=roles.get(variant.reviewed_by) if variant and variant.reviewed_by else None,
        reviewed_at=variant.reviewed_at if variant else None,
    )
