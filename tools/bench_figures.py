"""What a page of figures costs over a year of 100,000 requests, and over one of its months.

    make bench-figures                       SQLite and PostgreSQL
    make bench-figures ARGS="--only sqlite"  one of them

Every request is answered or waits, in 19 languages; the page is made as the portal makes it. A last line says whether
a year takes at most LONGEST seconds; status 1 when it does not.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

from bench_queue import LANGUAGES, new_app, server, within
from flask import Flask
from sqlalchemy import insert, select, text

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from portal import clock
from portal.current import EXTENSION
from portal.desk.accounts import StaffMember, add_staff
from portal.desk.roster import random_password
from portal.records.database import Database
from portal.records.event import Event
from portal.records.help_request import HelpRequest
from portal.records.message import Message
from portal.records.migrations import upgrade
from portal.records.ruleset import RulesetSnapshot
from portal.staff import figures

REQUESTS: Final = 100_000
NOW: Final = datetime(2026, 1, 10, 12, tzinfo=UTC)
PERIODS: Final = {"a year": "2025", "a quarter": "2025-Q3", "a month": "2025-10"}
LONGEST: Final = 1.0  # seconds
ROUNDS: Final = 9
AT_ONCE: Final = 5_000


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", choices=("sqlite", "postgresql"))
    chosen = parser.parse_args(arguments).only or ("sqlite", "postgresql")
    print(f"Load at the start: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors.")
    slowest = 0.0
    for name in chosen:
        with server(name) as new_database, clock.freeze(NOW):
            url = new_database("figures")
            upgrade(url)
            app = new_app(url)
            member = _fill(app)
            for period, code in PERIODS.items():
                slowest = max(slowest, _measure(f"{name}: {period}", _page(app, member, code)))
            app.extensions[EXTENSION].database.close()
    print(f"Load at the end: {os.getloadavg()[0]:.1f}.")
    print(f"The slowest took {slowest:.2f} s; it may take {LONGEST:.0f} s.")
    return 0 if slowest <= LONGEST else 1


def _measure(what: str, page: Callable[[], Any]) -> float:
    """The median of some rounds, in seconds."""
    taken = []
    for turn in range(ROUNDS + 1):
        begun = time.perf_counter()
        page()
        if turn:
            taken.append(time.perf_counter() - begun)
    half = statistics.median(taken)
    print(f"{what:<24}{half * 1000:8.0f} ms (from {min(taken) * 1000:.0f} to {max(taken) * 1000:.0f})", flush=True)
    return half


def _page(app: Flask, member: StaffMember, code: str) -> Callable[[], Any]:
    return lambda: within(app, member, f"/staff/figures?period={code}", figures.figures)


def _fill(app: Flask) -> StaffMember:
    """A year of requests without a word in them, two in three of them answered and one in three of those read."""
    database: Database = app.extensions[EXTENSION].database
    with database.session() as session:
        rules = session.scalars(select(RulesetSnapshot.id)).first()
        member = add_staff(
            session,
            username="supervisor",
            display_role="Kollega",
            roles=["supervisor"],
            password=random_password(),
            now=clock.now(),
        )
    chance = random.Random(5)  # noqa: S311 - the same requests each time, no secret
    seconds = sorted((chance.randrange(365 * 86400) for _ in range(REQUESTS)), reverse=True)
    moments = [NOW - timedelta(days=9, seconds=before) for before in seconds]
    for first in range(0, REQUESTS, AT_ONCE):
        made = [_request(chance, created, str(rules)) for created in moments[first : first + AT_ONCE]]
        with database.engine.begin() as connection:
            connection.execute(insert(HelpRequest), made)
            connection.execute(insert(Message), list(_answers(made, member.id)))
            connection.execute(insert(Event), list(_contacts(made)))
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    return member


def _request(chance: random.Random, created: datetime, rules: str) -> dict[str, Any]:
    priority = chance.choices((1, 2, 3, 4, 5), (1, 9, 20, 60, 10))[0]
    answered = created + timedelta(minutes=chance.expovariate(1 / 300)) if chance.random() < 0.67 else None
    number = uuid4()
    return {
        "id": number,
        "reference": number.hex[:20],
        "code_hash": number.hex * 2,
        "wrapped_key": bytes(69),
        "created_at": created,
        "entrance": "private",
        "channel": chance.choice(("form", "form", "chat")),
        "language": chance.choice(LANGUAGES),
        "urgency": "emergency" if priority == 1 else "soon",
        "signals": ["violence-now"] if priority == 1 else [],
        "topics": [chance.choice(("housing.eviction", "home.fights", "money.rent", "feelings.worry"))],
        "facts": {"age": chance.randrange(12, 90), "area": f"area-{chance.randrange(12)}"},
        "suggestions": [],
        "ruleset_id": rules,
        "anonymous": True,
        "state": "closed" if answered and chance.random() < 0.9 else "waiting-person" if answered else "new",
        "close_reason": chance.choice(("answered", "guided-on", "booked")) if answered else None,
        "priority": priority,
        "child_rank": 1,
        "waiting_since": created,
        "act_by": created + timedelta(hours=4),
        "first_acted_at": answered and created + (answered - created) / 2,
        "first_act_by": answered and created + timedelta(hours=4),
        "first_answer_at": answered,
    }


def _answers(made: Sequence[dict[str, Any]], staff: UUID) -> Iterator[dict[str, Any]]:
    for number, request in enumerate(made):
        if at := request["first_answer_at"]:
            yield {
                "id": uuid4(),
                "request_id": request["id"],
                "author": "staff",
                "staff_id": staff,
                "body": bytes(200),
                "language": "sv",
                "created_at": at,
                "read_by_person_at": None if number % 3 else at,
            }


def _contacts(made: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for number, request in enumerate(made):
        at = request["created_at"]
        yield {"request_id": request["id"], "at": at, "kind": "submitted", "detail": {}}
        if number % 25 == 0:
            detail = {"channel": "phone", "result": "reached"}
            yield {"request_id": request["id"], "at": at + timedelta(hours=2), "kind": "contacted", "detail": detail}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
