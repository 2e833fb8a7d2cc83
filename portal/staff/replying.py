"""The place on a request's page where an answer is put together: own words and ready-made replies, kept as a draft."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from flask import request

from portal import current
from portal.desk.answering import last_answer
from portal.desk.interpreters import Asked, asked_for
from portal.desk.replies import How, Offer, Pick, offers
from portal.desk.request_page import RequestPage
from portal.desk.staff_drafts import Draft, read_drafts
from portal.i18n.languages import SOURCE
from portal.records.staff_draft import DraftKind
from portal.reply_words import fill_what_can_be
from portal.staff import signed_in
from portal.staff.forms import AnswerForm, InterpreterForm, NoteForm

OWN: Final = "own"
"""The piece of an answer that staff write themselves."""

MOST_PIECES: Final = 12
"""Pieces of one answer; nobody reads more."""


@dataclass(frozen=True, slots=True)
class Posted:
    """What a posted answer was made of, in order: OWN, or a reply's slug with the mark of how it was shown."""

    pieces: tuple[str, ...]
    marks: dict[str, str] = field(default_factory=dict)
    how: dict[str, How] = field(default_factory=dict)
    seen: int | None = None

    @property
    def picks(self) -> list[Pick]:
        return [
            Pick(slug=slug, fingerprint=self.marks.get(slug, ""), how=self.how.get(slug))
            for slug in self.pieces
            if slug != OWN
        ]

    @property
    def own_words_at(self) -> int:
        return self.pieces.index(OWN)


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece on the page. `offer` is None for own words; the texts are filled as the reader will get them."""

    offer: Offer | None
    swedish: str = ""
    text: str = ""
    how: How | None = None


@dataclass(frozen=True, slots=True)
class Replying:
    """Everything the page needs for writing.

    `answered_since` is "colleague" or "self" when an answer was sent since the draft was begun, else empty.
    """

    answer: AnswerForm
    note: NoteForm
    interpreter: InterpreterForm
    pieces: tuple[Piece, ...]
    library: tuple[Piece, ...]
    seen: int
    answer_saved_at: datetime | None
    note_saved_at: datetime | None
    answered_since: str
    asked: tuple[Asked, ...]

    @property
    def has_words(self) -> bool:
        return bool(self.answer.answer.data) or len(self.pieces) > 1


def posted() -> Posted:
    """The pieces of the form that was posted; own words are always one of them."""
    marks: dict[str, str] = {}
    for value in request.form.getlist("piece")[:MOST_PIECES]:
        slug, _, mark = value.partition("|")
        marks.setdefault(slug, mark)
    marks.setdefault(OWN, "")
    chosen = {slug: request.form.get(f"how-{slug}", "") for slug in marks}
    seen = request.form.get("seen", "")
    return Posted(
        pieces=tuple(marks),
        marks={slug: mark for slug, mark in marks.items() if slug != OWN},
        how={slug: How(how) for slug, how in chosen.items() if how in list(How)},
        seen=int(seen) if seen.isascii() and seen.isdecimal() and len(seen) <= 12 else None,
    )


def rearranged(pieces: Sequence[str], act: str, slug: str) -> tuple[str, ...]:
    """The pieces after a button was pressed: `fetch` adds one, `remove` takes it away, `up` moves it one place up."""
    rest = [piece for piece in pieces if piece != slug]
    if act == "fetch":
        return (*rest, slug)
    if act == "up" and slug in pieces:
        place = max(pieces.index(slug) - 1, 0)
        return (*rest[:place], slug, *rest[place:])
    return tuple(rest) if act == "remove" and slug != OWN else tuple(pieces)


def packed(form: AnswerForm, pieces: Sequence[str], seen: int | None) -> str:
    """An answer as its draft keeps it; empty when there is nothing to keep."""
    words = form.answer.data or ""
    if not words.strip() and tuple(pieces) == (OWN,):
        return ""
    return json.dumps({"words": words, "language": form.language.data or "", "pieces": list(pieces), "seen": seen or 0})


def prepare(
    page: RequestPage,
    *,
    languages: list[str],
    answer: AnswerForm | None,
    note: NoteForm | None,
    interpreter: InterpreterForm | None,
) -> Replying:
    """The forms as they came back, or filled from the drafts of the signed-in person."""
    me = signed_in.who().id
    with current.reading() as db:
        drafts = read_drafts(db, keys=current.parts().content_keys, request_id=page.request_id, staff_id=me)
        newest, by = last_answer(db, request_id=page.request_id)
        there = offers(db, language=page.language, topics=page.topics)
        asked = asked_for(db, request_id=page.request_id)
    held = _held(drafts.get(DraftKind.ANSWER))
    came_back = answer is not None and bool(answer.answer.data or request.form.getlist("piece"))
    came = posted() if came_back else Posted(tuple(held.get("pieces", [OWN])), seen=held.get("seen"))
    form = answer if answer is not None and came_back else _answer_form(held)
    by_slug = {offer.slug: offer for offer in there}
    kept = [slug for slug in came.pieces if slug == OWN or slug in by_slug]
    return Replying(
        answer=form.offer_languages(languages, spoken=page.language),
        note=note or NoteForm(formdata=None, note=_words(drafts.get(DraftKind.NOTE))),
        interpreter=(interpreter or InterpreterForm(formdata=None)).offer_languages(
            [tag for tag in languages if tag != SOURCE], spoken=page.language
        ),
        pieces=tuple(_piece(by_slug.get(slug), came.how.get(slug)) for slug in kept),
        library=tuple(_piece(offer, None) for offer in there if offer.slug not in kept),
        seen=newest,
        answer_saved_at=_saved_at(drafts.get(DraftKind.ANSWER)),
        note_saved_at=_saved_at(drafts.get(DraftKind.NOTE)),
        answered_since=_answered_since(came.seen, newest, by, me),
        asked=asked,
    )


def _held(draft: Draft | None) -> dict[str, Any]:
    held: dict[str, Any] = json.loads(draft.body) if draft else {}
    return held


def _answer_form(held: dict[str, Any]) -> AnswerForm:
    return AnswerForm(formdata=None, answer=held.get("words"), language=held.get("language"))


def _words(draft: Draft | None) -> str | None:
    return draft.body if draft else None


def _saved_at(draft: Draft | None) -> datetime | None:
    return draft.saved_at if draft else None


def _answered_since(seen: int | None, newest: int, by: UUID | None, me: UUID) -> str:
    if seen is None or newest <= seen:
        return ""
    return "self" if by == me else "colleague"


def _piece(offer: Offer | None, how: How | None) -> Piece:
    if offer is None:
        return Piece(None)
    return Piece(
        offer,
        swedish=fill_what_can_be(offer.swedish, SOURCE),
        text=fill_what_can_be(offer.text or "", offer.language),
        how=how,
    )
