"""Erasing the texts of worries about places after their time, and moving the rest to a new content key."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.desk import audit
from portal.records.area_signal import AreaSignal, SignalState
from portal.records.erasure import OF_A_PLACE, Erasure
from portal.records.sealing import ContentKeys


def erase_area_texts(session: Session, *, audit_key: bytes, keep: timedelta, decision: str, now: datetime) -> int:
    """Destroy the keys of texts that were kept for long enough, and return how many worries that were.

    The time runs from the day it came or was last told of. What nobody has read yet is never erased. Codes stay, and
    each erasure leaves a line in the protocol.
    """
    last = func.coalesce(AreaSignal.told_at, AreaSignal.created_at)
    over = session.scalars(
        select(AreaSignal)
        .where(last <= now - keep, AreaSignal.state != SignalState.NEW, AreaSignal.erased_at.is_(None))
        .with_for_update()
    ).all()
    for signal in over:
        signal.wrapped_key = None
        signal.erased_at = now
        session.add(
            Erasure(
                at=now,
                reference=signal.reference,
                retention_class=OF_A_PLACE,
                decision=decision[:200],
                closed_at=signal.closed_at,
                messages=1,
                notes=0,
                unread=False,
            )
        )
        session.flush()
        audit.append(session, key=audit_key, act=audit.Act.ERASED, subject=signal.reference, at=now, staff_id=None)
    return len(over)


def rewrap_area_signals(session: Session, *, keys: ContentKeys) -> int:
    """Put every worry's data key under the first content key and return how many were moved."""
    moved = 0
    for signal in session.scalars(select(AreaSignal).where(AreaSignal.wrapped_key.is_not(None)).with_for_update()):
        if signal.wrapped_key is None:
            continue
        wrapped = keys.rewrap(signal.wrapped_key, signal.id)
        moved += wrapped != signal.wrapped_key
        signal.wrapped_key = wrapped
    session.flush()
    return moved
