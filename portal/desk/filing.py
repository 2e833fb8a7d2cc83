"""From a situation as it is known to a filed request: judged, promised an answer, and put in the queue.

Form, chat and API all file here, so that the same situation gives the same place in the queue.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from portal.desk import clocks
from portal.desk.contact import Contact
from portal.desk.conversation import Line
from portal.desk.priority import danger_first
from portal.desk.submit import Submitted, submit_request
from portal.records.help_request import Entrance, Suggestion, Urgency
from portal.records.sealing import ContentKeys
from portal.triage.engine import decide
from portal.triage.facts import Facts
from portal.triage.ruleset import Ruleset


def answer_due(ruleset: Ruleset, urgency: str, now: datetime) -> datetime:
    """When a first answer is promised: so many opening hours of the contact centre from now, by urgency. An emergency
    does not wait for them where somebody reads emergencies day and night."""
    open_hours: float = getattr(ruleset.municipality.answer_within, urgency)
    if urgency == Urgency.EMERGENCY and ruleset.municipality.emergencies_read == "always":
        return ruleset.local(now + timedelta(hours=open_hours))
    return ruleset.contact_hours.add_open_time(ruleset.local(now), open_hours)


def file_request(
    session: Session,
    *,
    keys: ContentKeys,
    code_key: bytes,
    ruleset: Ruleset,
    facts: Facts,
    words: str,
    language: str,
    channel: str,
    now: datetime,
    conversation: Sequence[Line] = (),
    contact: Contact | None = None,
    protected: bool = False,
    idempotency_key: str | None = None,
    told: Mapping[str, object] | None = None,
) -> Submitted:
    """Judge and file. The person may see the result only after the commit.

    Errors, `idempotency_key` and `told` are those of `submit_request`.
    """
    decision = decide(ruleset, facts, now)
    codes = facts.to_codes()
    suggestions: list[Suggestion] = [
        {"service": s.service, "level": s.level, "rules": [reason.rule for reason in s.reasons]} for s in decision.doors
    ]
    due = answer_due(ruleset, decision.urgency, now)
    judged = clocks.judged(ruleset, facts, decision.urgency)
    priority = danger_first(urgency=decision.urgency, signals=decision.signals, judged=judged)
    waiting = clocks.begin(ruleset, priority, now, promised=due)
    return submit_request(
        session,
        keys=keys,
        code_key=code_key,
        words=words,
        conversation=conversation,
        facts={key: value for key, value in codes.items() if key not in ("topics", "signals", "language")},
        topics=codes.get("topics", []),
        signals=decision.signals,
        urgency=decision.urgency,
        suggestions=suggestions,
        ruleset_id=ruleset.id,
        language=language,
        channel=channel,
        entrance=Entrance.PROFESSIONAL if facts.choice("as") == "professional" else Entrance.PRIVATE,
        contact=contact,
        protected=protected,
        concerns_child=facts.age is not None and facts.age < ruleset.municipality.adult_from_age,
        answer_due_at=due,
        priority=priority,
        act_by=waiting.act_by,
        escalate_at=waiting.escalate_at,
        idempotency_key=idempotency_key,
        told=told,
        now=now,
    )
