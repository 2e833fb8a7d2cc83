"""Practice requests for trainees: made from the editors' examples that have words, judged and filed as real ones are.

They are marked, so that no real queue, figure, alarm or delivery ever sees them (`desk.reach`).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.desk.filing import file_request
from portal.desk.retention import destroy_content
from portal.records.help_request import Channel, HelpRequest, State
from portal.records.sealing import ContentKeys
from portal.triage.facts import from_codes
from portal.triage.ruleset import Ruleset

OURS = "sv"
"""The language of an example that names none: that of the rule files."""


def load_practice(session: Session, *, keys: ContentKeys, code_key: bytes, ruleset: Ruleset, now: datetime) -> int:
    """Put aside the practice requests that are there and file fresh ones; how many there are now."""
    for old in session.scalars(select(HelpRequest).where(HelpRequest.practice, HelpRequest.erased_at.is_(None))):
        destroy_content(old, now)
        old.state = State.CLOSED
    written = [example for _file, example in ruleset.examples if example.words]
    for example in written:
        facts = from_codes(example.facts)
        filed = file_request(
            session,
            keys=keys,
            code_key=code_key,
            ruleset=ruleset,
            facts=facts,
            words=example.words or "",
            language=facts.language or OURS,
            channel=Channel.FORM,
            now=now,
        )
        request = session.get(HelpRequest, filed.request_id)
        if request is not None:
            request.practice = True
    session.flush()
    return len(written)


def count_practice(session: Session) -> int:
    """How many practice requests trainees can work with."""
    query = select(HelpRequest.id).where(HelpRequest.practice, HelpRequest.erased_at.is_(None))
    return len(session.scalars(query).all())
