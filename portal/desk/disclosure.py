"""Taking one request out of the portal: for the person, a party, an authority. Parts can be left out, words blackened.

What is taken out is made from what the reader of the page saw, and leaves a line in a register: to whom, on which
ground, who decided, and the digest of the text, so that it can be told later whether a copy is the one given out.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.desk.contact import Contact
from portal.desk.conversation import MessageView
from portal.desk.log import record_event
from portal.desk.request_page import RequestPage
from portal.desk.translations import TranslationView
from portal.records.disclosure import Disclosure, Ground, Receiver
from portal.records.event import EventKind

BLACK = "█████"
"""Stands for what was masked; always as long, because the length of a name tells something too."""

CONTACT = "contact"
"""The key of the part with contact details; the others are `message-1` …, `translation-1-1` …, `note-1` …, in the
order they were said."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """One piece that can be left out. `who` is a code: person, staff, bot, translation, note or contact.

    `body` None: erased.
    """

    key: str
    who: str
    role: str | None
    language: str | None
    at: datetime | None
    body: str | None


@dataclass(frozen=True, kw_only=True)
class Copy:
    """What would be taken out: the parts, masked, and how much was masked."""

    parts: tuple[Part, ...]
    masked: int


def parts_of(
    page: RequestPage, *, words: Callable[[MessageView], str], reach: Callable[[Contact], list[str]]
) -> tuple[Part, ...]:
    """Everything that was said, noted and left as contact details, in that order.

    `words` says a message as it is read, and `reach` the contact details, a line each.
    """
    said: list[Part] = []
    for number, message in enumerate(page.messages, start=1):
        body = words(message) if message.body is not None else None
        said.append(
            Part(
                key=f"message-{number}",
                who=message.author,
                role=message.staff_role,
                language=message.language,
                at=message.created_at,
                body=body,
            )
        )
        said.extend(_translated(f"translation-{number}", page.translations.get(message.id, ())))
    noted = [
        Part(key=f"note-{number}", who="note", role=note.staff_role, language=None, at=note.created_at, body=note.body)
        for number, note in enumerate(page.notes, start=1)
    ]
    return (*said, *noted, *_contact(page, reach))


def masked_copy(parts: Sequence[Part], *, left_out: Iterable[str], words: Iterable[str]) -> Copy:
    """The parts less those whose key is in `left_out`, with every one of `words` blackened, however it is cased."""
    without = set(left_out)
    pattern = _pattern(words)
    masked = 0
    kept = []
    for part in parts:
        if part.key in without:
            masked += 1
            continue
        body, found = pattern.subn(BLACK, part.body or "") if pattern else (part.body or "", 0)
        masked += found
        kept.append(Part(key=part.key, who=part.who, role=part.role, language=part.language, at=part.at, body=body))
    return Copy(parts=tuple(kept), masked=masked)


def note_disclosure(
    session: Session,
    *,
    request_id: UUID,
    staff_id: UUID | None,
    receiver: str,
    ground: str,
    masked: int,
    text: str,
    now: datetime,
) -> str:
    """Write into the register that `text` was taken out, and return its digest.

    Raises ValueError for words that are no Receiver or Ground.
    """
    digest = hashlib.sha256(text.encode()).hexdigest()
    session.add(
        Disclosure(
            request_id=request_id,
            at=now,
            staff_id=staff_id,
            receiver=Receiver(receiver),
            ground=Ground(ground),
            masked=masked,
            digest=digest,
        )
    )
    record_event(
        session,
        request_id=request_id,
        kind=EventKind.DISCLOSED,
        at=now,
        staff_id=staff_id,
        detail={"receiver": receiver, "ground": ground},
    )
    return digest


def disclosures_of(session: Session, *, request_id: UUID) -> Sequence[Disclosure]:
    """What was taken out of this request, oldest first."""
    query = select(Disclosure).where(Disclosure.request_id == request_id).order_by(Disclosure.number)
    return session.scalars(query).all()


def _translated(key: str, translations: Sequence[TranslationView]) -> Iterator[Part]:
    for number, each in enumerate(reversed(translations), start=1):
        yield Part(
            key=f"{key}-{number}",
            who="translation",
            role=each.staff_role,
            language="sv",
            at=each.created_at,
            body=each.body,
        )


def _contact(page: RequestPage, reach: Callable[[Contact], list[str]]) -> list[Part]:
    if page.contact is None:
        return []
    body = "\n".join(reach(page.contact))
    return [Part(key=CONTACT, who="contact", role=None, language=None, at=None, body=body)] if body else []


def _pattern(words: Iterable[str]) -> re.Pattern[str] | None:
    wanted = sorted({word.strip() for word in words if word.strip()}, key=len, reverse=True)
    if not wanted:
        return None
    # Spaces in a name match any white space: names break over lines.
    ways = (r"\s+".join(re.escape(piece) for piece in word.split()) for word in wanted)
    return re.compile("|".join(ways), re.IGNORECASE)
