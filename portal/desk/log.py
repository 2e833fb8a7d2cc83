"""Writing down what happened to a request."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from portal.desk.codes_only import require_codes
from portal.records.event import Event, EventKind


def record_event(
    session: Session,
    *,
    request_id: UUID,
    kind: EventKind,
    at: datetime,
    staff_id: UUID | None = None,
    detail: Mapping[str, object] | None = None,
) -> None:
    """Append one event. Raises TextAmongCodes when `detail` holds more than codes."""
    require_codes("detail", detail)
    session.add(Event(request_id=request_id, at=at, kind=kind, staff_id=staff_id, detail=dict(detail or {})))
    session.flush()
