"""Counting what no request keeps, by day and language. Codes and numbers only."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal.desk.codes_only import require_codes
from portal.records.daily_count import Counted, DailyCount

NumberOf = dict[tuple[Counted, str], int]
"""How often something was counted, by what it is and language."""


def count(session: Session, *, what: Counted, language: str, day: date, times: int = 1) -> None:
    """Count something that happened on `day`. Raises TextAmongCodes for a language that is no code."""
    require_codes("language", language)
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    row = insert(DailyCount).values(day=day, what=what, language=language, number=times)
    key = (DailyCount.day, DailyCount.what, DailyCount.language)
    session.execute(row.on_conflict_do_update(index_elements=key, set_={"number": DailyCount.number + times}))


def counted(session: Session, *, first: date, last: date, whats: Sequence[Counted] = tuple(Counted)) -> NumberOf:
    """What was counted from `first` to `last`, both included."""
    rows = session.execute(
        select(DailyCount.what, DailyCount.language, func.sum(DailyCount.number))
        .where(DailyCount.day.between(first, last), DailyCount.what.in_(whats))
        .group_by(DailyCount.what, DailyCount.language)
    )
    return {(Counted(what), language): int(number) for what, language, number in rows}
