"""Filing a request."""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal import clock
from portal.desk.codes_only import require_codes
from portal.desk.contact import Contact
from portal.desk.conversation import Line, add_message
from portal.desk.errors import RulesetUnknown
from portal.desk.log import record_event
from portal.desk.priority import danger_first
from portal.records import receipt_code
from portal.records.event import EventKind
from portal.records.help_request import (
    CONTACT_FIELD,
    Channel,
    Entrance,
    HelpRequest,
    State,
    Suggestion,
    Urgency,
)
from portal.records.message import Author
from portal.records.ruleset import RulesetSnapshot
from portal.records.sealing import ContentKeys, DataKey

_SHORTEST_IDEMPOTENCY_KEY = 22  # characters; 16 random bytes in base64


@dataclass(frozen=True, kw_only=True)
class Submitted:
    """What the person is told once the request is committed. `code` is sixteen digits, ungrouped."""

    reference: str
    code: str
    request_id: UUID
    urgency: str
    answer_due_at: datetime | None
    repeated: bool  # the same submission was filed before; reference and code are the ones given then


def submit_request(
    session: Session,
    *,
    keys: ContentKeys,
    code_key: bytes,
    words: str,
    conversation: Sequence[Line] = (),
    facts: Mapping[str, object],
    topics: Sequence[str],
    signals: Sequence[str],
    urgency: str,
    suggestions: Sequence[Suggestion],
    ruleset_id: str,
    language: str,
    channel: str,
    entrance: str,
    contact: Contact | None = None,
    concerns_child: bool = False,
    protected: bool = False,
    answer_due_at: datetime | None,
    priority: int | None = None,
    act_by: datetime | None = None,
    escalate_at: datetime | None = None,
    idempotency_key: str | None = None,
    told: Mapping[str, object] | None = None,
    now: datetime | None = None,
) -> Submitted:
    """File a request; the person may see the result only after the caller has committed.

    With an `idempotency_key` (at least 22 random characters, made with the form and kept in the visit) the
    same submission sent twice is filed once, and both times gives the same reference and the same working
    code: the code is then derived from that key, so nothing has to be stored to show it again. A submission
    whose content was changed in between is another request; where `facts` hold what a model made of the words,
    `told` is what the sender told instead, so that a model's second opinion is no other content.

    `priority` is what the rules say; danger is P1 in any case. `act_by` and `escalate_at` are its clocks.
    `concerns_child` decides the place in the queue among equals, never who may have help. `protected`: the person says
    that their details must be protected, so only a small group of staff will find the request.

    Raises TextAmongCodes, RulesetUnknown; ValueError for a word that is no urgency, channel or entrance.
    """
    for name, value in _stored_in_clear(facts, topics, signals, suggestions, language).items():
        require_codes(name, value)
    if session.get(RulesetSnapshot, ruleset_id) is None:
        raise RulesetUnknown(ruleset_id)
    now = now or clock.now()
    told = told if told is not None else {"facts": dict(facts), "topics": list(topics)}
    told = {**told, "protected": True} if protected else told
    seed = _submission_seed(code_key, idempotency_key, words, conversation, told, contact)
    code = receipt_code.code_from(seed) if seed else receipt_code.new_code()
    submission_hash = hashlib.sha256(seed).hexdigest() if seed else None

    request_id = uuid4()
    key, wrapped_key = keys.new_data_key(request_id)
    request = HelpRequest(
        id=request_id,
        reference=_unused_reference(session),
        code_hash=receipt_code.keyed_hash(code, code_key),
        submission_hash=submission_hash,
        wrapped_key=wrapped_key,
        created_at=now,
        entrance=Entrance(entrance),
        channel=Channel(channel),
        language=language,
        urgency=Urgency(urgency),
        signals=list(signals),
        topics=list(topics),
        facts=dict(facts),
        suggestions=list(suggestions),
        ruleset_id=ruleset_id,
        anonymous=contact is None or contact.is_anonymous,
        contact=key.seal(contact.to_json(), CONTACT_FIELD) if contact is not None else None,
        protected=protected,
        state=State.NEW,
        priority=danger_first(urgency=urgency, signals=signals, judged=priority),
        child_rank=0 if concerns_child else 1,
        waiting_since=now,
        act_by=act_by,
        escalate_at=escalate_at,
        answer_due_at=answer_due_at,
    )
    try:
        with session.begin_nested():
            session.add(request)
    except IntegrityError:
        # The database alone can tell twins apart that arrive in the same moment.
        earlier = _filed_before(session, submission_hash, code)
        if earlier is None:
            raise
        return earlier
    _keep_words(session, key, request, words, conversation)
    record_event(session, request_id=request_id, kind=EventKind.SUBMITTED, at=now, detail={"channel": str(channel)})
    if protected:
        record_event(session, request_id=request_id, kind=EventKind.PROTECTED, at=now)
    return _submitted(request, code, repeated=False)


def _stored_in_clear(
    facts: Mapping[str, object],
    topics: Sequence[str],
    signals: Sequence[str],
    suggestions: Sequence[Suggestion],
    language: str,
) -> dict[str, object]:
    return {
        "facts": facts,
        "topics": topics,
        "signals": signals,
        "suggestions": suggestions,
        "language": language,
    }


def _submission_seed(
    code_key: bytes,
    idempotency_key: str | None,
    words: str,
    conversation: Sequence[Line],
    told: Mapping[str, object],
    contact: Contact | None,
) -> bytes | None:
    if idempotency_key is None:
        return None
    if len(idempotency_key) < _SHORTEST_IDEMPOTENCY_KEY:
        raise ValueError("an idempotency key this short could be guessed, and the code with it")
    said = [[line.author, line.body, line.language] for line in conversation]
    whole = [idempotency_key, words, said, dict(told), asdict(contact) if contact else None]
    return hmac.new(code_key, json.dumps(whole, sort_keys=True).encode(), hashlib.sha256).digest()


def _filed_before(session: Session, submission_hash: str | None, code: str) -> Submitted | None:
    if submission_hash is None:
        return None
    request = session.scalar(select(HelpRequest).where(HelpRequest.submission_hash == submission_hash))
    return _submitted(request, code, repeated=True) if request is not None else None


def _submitted(request: HelpRequest, code: str, *, repeated: bool) -> Submitted:
    return Submitted(
        reference=request.reference,
        code=code,
        request_id=request.id,
        urgency=request.urgency,
        answer_due_at=request.answer_due_at,
        repeated=repeated,
    )


def _unused_reference(session: Session) -> str:
    while True:
        reference = receipt_code.reference()
        if session.scalar(select(HelpRequest.id).where(HelpRequest.reference == reference)) is None:
            return reference


def _keep_words(session: Session, key: DataKey, request: HelpRequest, words: str, conversation: Sequence[Line]) -> None:
    for line in conversation:
        if line.body.strip():
            add_message(
                session,
                key=key,
                request_id=request.id,
                author=line.author,
                body=line.body,
                language=line.language,
                at=line.at,
            )
    if words.strip():
        add_message(
            session,
            key=key,
            request_id=request.id,
            author=Author.PERSON,
            body=words,
            language=request.language,
            at=request.created_at,
            opening=True,
        )
