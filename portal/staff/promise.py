"""Which promised answer still counts."""

from __future__ import annotations

from datetime import datetime

from portal.records.help_request import AWAITING_STAFF, State


def promised(state: State, waiting_since: datetime, due: datetime | None) -> datetime | None:
    """When the person who waits was promised an answer. A promise older than the waiting has been kept already."""
    return due if due is not None and state in AWAITING_STAFF and due > waiting_since else None
