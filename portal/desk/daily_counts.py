"""Counting what no request keeps, by day and language. Codes and numbers only."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal.desk.codes_only import require_codes
from portal.desk.figures import part_of
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


def counted(session: Session, *, begins: Sequence[date], last: date) -> list[NumberOf]:
    """What was counted in each part that begins with one of `begins`; the last one ends with `last`, included."""
    part = part_of(DailyCount.day, begins)
    rows = session.execute(
        select(part, DailyCount.what, DailyCount.language, func.sum(DailyCount.number))
        .where(DailyCount.day.between(begins[0], last), DailyCount.what.in_(tuple(Counted)))
        .group_by(part, DailyCount.what, DailyCount.language)
    )
    found: list[NumberOf] = [{} for _ in begins]
    for place, what, language, number in rows:
        found[place][Counted(what), language] = int(number)
    return found
