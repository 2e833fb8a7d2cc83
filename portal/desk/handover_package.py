"""What is handed over to a unit: made from a request by what staff left unstruck, and frozen when it is sent."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from portal.desk.request_page import RequestPage
from portal.desk.two_handlers import waits_for_second
from portal.records.base import JsonObject
from portal.records.handover import PACKAGE_FIELD, ConsentHow, Handover
from portal.records.message import Author
from portal.records.report_clock import ReportClock
from portal.records.sealing import ContentErased, ContentKeys

FORMAT = "first-line-handover/1"
CONSENT = "consent"
"""The ground that is the person's own yes; the others stand in municipality.yaml."""

TRANSLATION = "translation"
"""The author of what a human translated, beside those of messages."""

STRUCK = "[…]"
"""Stands where something was struck, so that nobody takes a part for the whole."""


@dataclass(frozen=True, kw_only=True)
class Ground:
    """Why the content may leave: the person's consent with how it was given, or a legal ground, perhaps with why."""

    code: str
    consent_how: ConsentHow | None = None
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """What staff let go along: keys of lines, name and number, and whether the unit may take the request itself."""

    keep: frozenset[str] = field(default_factory=frozenset)
    reach: bool = True
    may_move: bool = False


@dataclass(frozen=True, kw_only=True)
class Circumstances:
    """What whoever takes over must know beside the request itself: staff were threatened, so that two handle it; and
    since when the legal clocks of a report on a child run."""

    threat: bool
    report_received_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Piece:
    """One line that can be struck. `key` names it in a form."""

    key: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Offered:
    """A message or a note with its lines. `usual`: left in unless somebody strikes it."""

    author: str
    role: str | None
    language: str
    at: datetime
    opening: bool
    usual: bool
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, kw_only=True)
class Package:
    """What the unit gets. `salt` keeps the hash from telling what was sent once the package is destroyed."""

    format: str
    reference: str
    unit: str
    sent_at: str
    salt: str
    codes: JsonObject
    messages: list[JsonObject]
    notes: list[JsonObject]
    contact: JsonObject | None

    @property
    def shown_text(self) -> str:
        """What a second member of staff reads who must agree."""
        said = [each["text"] for each in (*self.messages, *self.notes)]
        reach = [self.contact["name"], self.contact["address"]] if self.contact else []
        return "\n\n".join(text for text in (*said, *reach) if text)

    def to_json(self) -> str:
        """The text that is sealed, and that the unit takes out."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Package:
        return cls(**json.loads(text))


def hash_of(text: str) -> str:
    """SHA-256 of a package's text, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def offered_messages(page: RequestPage) -> tuple[Offered, ...]:
    """What was said, the opening words first. What the bot said is left out unless somebody asks for it;
    the portal's own notices are nothing to hand over."""
    offered: list[Offered] = []
    for message in sorted(page.messages, key=lambda message: not message.opening):
        if message.body is None or message.author == Author.PORTAL:
            continue
        offered.append(
            Offered(
                author=message.author.value,
                role=message.staff_role,
                language=message.language,
                at=message.created_at,
                opening=message.opening,
                usual=message.author != Author.BOT,
                pieces=_pieces("m", message.id, message.body),
            )
        )
        offered.extend(_newest_translation(page, message.id))
    return tuple(offered)


def _newest_translation(page: RequestPage, message_id: UUID) -> Iterator[Offered]:
    for newest in page.translations.get(message_id, ())[:1]:
        yield Offered(
            author=TRANSLATION,
            role=newest.staff_role,
            language="sv",
            at=newest.created_at,
            opening=False,
            usual=True,
            pieces=_pieces("t", newest.id, newest.body),
        )


def offered_notes(page: RequestPage) -> tuple[Offered, ...]:
    """Internal notes; they go along only when staff say so."""
    return tuple(
        Offered(
            author=Author.STAFF.value,
            role=note.staff_role,
            language="sv",
            at=note.created_at,
            opening=False,
            usual=False,
            pieces=_pieces("n", note.id, note.body),
        )
        for note in page.notes
        if note.body is not None
    )


def usual_keys(page: RequestPage) -> set[str]:
    """What goes along unless somebody strikes it."""
    everything = (*offered_messages(page), *offered_notes(page))
    return {piece.key for each in everything if each.usual for piece in each.pieces}


def make_package(
    page: RequestPage, *, unit: str, keep: frozenset[str], reach: bool, around: Circumstances, now: datetime
) -> Package:
    """The package for a unit: the lines whose keys are in `keep`; with `reach` also name and number or address.

    The rules of safe contact always go along: whoever takes over must not call where it is dangerous.
    """
    return Package(
        format=FORMAT,
        reference=page.reference,
        unit=unit,
        sent_at=_utc(now),
        salt=secrets.token_hex(16),
        codes={
            "urgency": page.urgency.value,
            "signals": list(page.signals),
            "topics": list(page.topics),
            "facts": page.facts,
            "language": page.language,
            "entrance": page.entrance.value,
            "channel": page.channel.value,
            "child_concerned": page.child_concerned,
            "protected": page.protected,
            "do_not_inform_guardian": page.do_not_inform_guardian,
            "threat": around.threat,
            "report_received_at": _utc(around.report_received_at) if around.report_received_at else None,
            "asked_at": _utc(page.created_at),
        },
        messages=list(_kept(offered_messages(page), keep)),
        notes=list(_kept(offered_notes(page), keep)),
        contact=_contact(page, reach=reach),
    )


def open_package(keys: ContentKeys, row: Handover) -> str:
    """The text of the package. Raises ContentErased."""
    if row.package is None:
        raise ContentErased("the package was destroyed")
    return keys.open_data_key(row.wrapped_key, row.id).open(row.package, PACKAGE_FIELD)


def circumstances(session: Session, *, request_id: UUID, now: datetime) -> Circumstances:
    """How it stands around a request now."""
    clock = session.get(ReportClock, request_id)
    return Circumstances(
        threat=waits_for_second(session, request_id=request_id, now=now),
        report_received_at=clock.received_at if clock is not None else None,
    )


def _kept(offered: tuple[Offered, ...], keep: frozenset[str]) -> Iterator[JsonObject]:
    for each in offered:
        if any(piece.key in keep for piece in each.pieces):
            yield {
                "author": each.author,
                "role": each.role,
                "language": each.language,
                "at": _utc(each.at),
                "opening": each.opening,
                "text": _joined(each, keep),
            }


def _joined(offered: Offered, keep: frozenset[str]) -> str:
    """The lines that were left in; what was struck in a row becomes one mark."""
    lines: list[str] = []
    for piece in offered.pieces:
        if piece.key in keep:
            lines.append(piece.text)
        elif not lines or lines[-1] != STRUCK:
            lines.append(STRUCK)
    return "\n".join(lines)


def _contact(page: RequestPage, *, reach: bool) -> JsonObject | None:
    if page.contact is None:
        return None
    told = asdict(page.contact) | {
        "channel": page.contact.channel.value,
        "needs": [need.value for need in page.contact.needs],
    }
    return told if reach else told | {"name": "", "address": ""}


def _pieces(kind: str, owner: UUID, body: str | None) -> tuple[Piece, ...]:
    lines = [line for line in (body or "").splitlines() if line.strip()]
    return tuple(Piece(key=f"{kind}-{owner.hex}-{number}", text=line) for number, line in enumerate(lines))


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
