"""The library of replies for those who answer: which fit, what the reader would get, and making an answer of them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from portal.desk.message_content import Mark, Part
from portal.desk.reply_errors import ReplyChanged, ReplyUnknown, VariantNotChosen
from portal.records.reply import Reply, ReplyState, ReplyVariant, VariantState

SWEDISH = "sv"
"""The language in which replies are written and picked."""

Fill = Callable[[str, str], str]
"""A text and its language to the text with its placeholders filled. Raises PlaceholderUnknown."""


class Standing(StrEnum):
    """How a reply stands in one language."""

    SOURCE = "source"  # it is Swedish
    REVIEWED = "reviewed"  # another person than the writer has read it, and the Swedish is still the same
    UNREVIEWED = "unreviewed"
    STALE = "stale"  # the Swedish has changed since
    MISSING = "missing"


class How(StrEnum):
    """What goes out for a reply."""

    VARIANT = "variant"  # the Swedish, or its reviewed variant
    UNREVIEWED = "unreviewed"  # a variant that is stale or not reviewed, marked so for the reader
    SWEDISH = "swedish"  # the Swedish, with a note on how to get it explained


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A reply as staff may pick it for readers of one language.

    `text` is what the reader would get, None when there is nothing in the language; `fingerprint` changes when anything
    of it does.
    """

    slug: str
    label: str
    swedish: str
    language: str
    text: str | None
    standing: Standing
    suits: bool
    fingerprint: str

    @property
    def is_sound(self) -> bool:
        """Whether it may go out without a choice."""
        return self.standing in (Standing.SOURCE, Standing.REVIEWED)


@dataclass(frozen=True, kw_only=True)
class Pick:
    """A reply that somebody picked: as it was shown, and how it shall go out."""

    slug: str
    fingerprint: str
    how: How | None


def source_hash(swedish: str) -> str:
    """What a variant remembers of the Swedish that it was made from; space at line ends does not count."""
    lines = "\n".join(line.rstrip() for line in swedish.strip().splitlines())
    return hashlib.sha256(lines.encode()).hexdigest()


def standing_of(reply: Reply, variant: ReplyVariant | None, language: str) -> Standing:
    if language == SWEDISH:
        return Standing.SOURCE
    if variant is None:
        return Standing.MISSING
    if variant.source_hash != source_hash(reply.text):
        return Standing.STALE
    return Standing.REVIEWED if variant.state == VariantState.REVIEWED else Standing.UNREVIEWED


def offers(session: Session, *, language: str, topics: Sequence[str]) -> tuple[Offer, ...]:
    """Every reply in use, for readers of `language`: those first that suit one of the topics, then by label."""
    rows = session.execute(
        select(Reply, ReplyVariant)
        .outerjoin(ReplyVariant, and_(ReplyVariant.reply_id == Reply.id, ReplyVariant.language == language))
        .where(Reply.state == ReplyState.IN_USE)
        .order_by(Reply.label)
    )
    found = [_offer(reply, variant, language, topics) for reply, variant in rows]
    return tuple(sorted(found, key=lambda offer: not offer.suits))


def parts_of(session: Session, *, picks: Sequence[Pick], language: str, fill: Fill) -> tuple[Part, ...]:
    """The picked replies as parts of an answer to a reader of `language`.

    Raises ReplyUnknown (retired), ReplyChanged (not as it was shown), VariantNotChosen (it needs a choice and has none,
    or one that does not fit), PlaceholderUnknown.
    """
    there = {offer.slug: offer for offer in offers(session, language=language, topics=())}
    return tuple(_part(pick, there.get(pick.slug), fill) for pick in picks)


def _part(pick: Pick, offer: Offer | None, fill: Fill) -> Part:
    if offer is None:
        raise ReplyUnknown(pick.slug)
    if offer.fingerprint != pick.fingerprint:
        raise ReplyChanged(offer.slug)
    swedish = fill(offer.swedish, SWEDISH)
    if offer.is_sound and offer.text is not None:
        source = None if offer.standing == Standing.SOURCE else swedish
        return Part(body=fill(offer.text, offer.language), language=offer.language, source=source)
    if pick.how == How.UNREVIEWED and offer.text is not None:
        words = fill(offer.text, offer.language)
        return Part(body=words, language=offer.language, source=swedish, mark=Mark.UNREVIEWED)
    if pick.how == How.SWEDISH:
        return Part(body=swedish, language=SWEDISH, mark=Mark.EXPLAINED)
    raise VariantNotChosen(offer.slug)


def _offer(reply: Reply, variant: ReplyVariant | None, language: str, topics: Sequence[str]) -> Offer:
    standing = standing_of(reply, variant, language)
    text = reply.text if standing == Standing.SOURCE else variant.text if variant else None
    shown = "\0".join((reply.text, standing, text or ""))
    return Offer(
        slug=reply.slug,
        label=reply.label,
        swedish=reply.text,
        language=language,
        text=text,
        standing=standing,
        suits=_suits(reply.topics, topics),
        fingerprint=hashlib.sha256(shown.encode()).hexdigest()[:16],
    )


def _suits(wanted: Sequence[str], topics: Sequence[str]) -> bool:
    """Whether one of the request's topics is one that the reply is meant for, or lies within it."""
    return any(topic == want or topic.startswith(f"{want}.") for want in wanted for topic in topics)
