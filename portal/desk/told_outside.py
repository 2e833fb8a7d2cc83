"""Telling somebody outside the portal that nobody has acted: a notice of codes, in the transaction of the telling."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from portal.desk.outbox import put_in_outbox
from portal.records.outbox import Adapter
from portal.triage.ruleset import Ruleset

ESCALATED: Final = "escalated"
"""The kind of these notices. Their `unit` is who is told."""


def tell_outside(
    session: Session, *, ruleset: Ruleset, to: str, priority: int, request_id: UUID | None, now: datetime
) -> None:
    """Write a notice for each way by which `to` is told of this priority; none where the municipality names no way.

    Which request it is about never leaves; `request_id` is None for what is no request.
    """
    ways = {str(receiver): way for receiver, way in ruleset.municipality.escalation_notices.items()}
    way = ways.get(to)
    if way is None or priority not in way.priorities:
        return
    put_in_outbox(
        session,
        kind=ESCALATED,
        unit=to,
        adapters=[adapter for adapter in Adapter if getattr(way, adapter.value)],
        request_id=request_id,
        payload={"event": ESCALATED, "to": to, "priority": priority},
        now=now,
    )
