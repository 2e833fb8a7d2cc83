"""The worker process: what happens without anybody waiting for it. A queue in a file, or in Redis when there is one."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable
from typing import Final

from flask import Flask
from huey import Huey, RedisHuey, SqliteHuey, crontab

from portal import clock, current
from portal.app import create_app
from portal.commands.answers import publish_answers
from portal.commands.audit import check_audit
from portal.commands.retention import run_retention
from portal.desk.handover_clocks import escalate_overdue
from portal.outbox.delivery import deliver_due
from portal.records.errors import DomainError
from portal.records.sealing import BadContentKey
from portal.settings import Settings, SettingsError, from_environment

log = logging.getLogger("portal.worker")

EVERY_TEN_MINUTES: Final = crontab(minute="*/10")
EVERY_MINUTE: Final = crontab()
ONCE_A_NIGHT: Final = crontab(hour="2", minute="30")

OUTBOX_EVERY: Final = 5
"""Seconds between the outbox's turns. A periodic task comes once a minute at most, so it sets the others up."""


def open_queue(settings: Settings) -> Huey:
    """The queue for background work: Redis where configured, else a file of its own under the var folder."""
    if settings.redis_url:
        return RedisHuey("portal", url=settings.redis_url)
    settings.var_folder.mkdir(parents=True, exist_ok=True)
    return SqliteHuey("portal", filename=str(settings.var_folder / "queue.db"))


def add_tasks(queue: Huey, app: Flask) -> None:
    """Register every task of the portal with `queue`."""

    @queue.periodic_task(EVERY_TEN_MINUTES, name="retention")  # type: ignore[untyped-decorator]
    def retention() -> None:
        with app.app_context():
            try:
                erased, forgotten = run_retention()
            except DomainError as error:
                log.warning("Retention has to wait for the next turn (%s).", error.code)
                return
        log.info("Retention: %d requests erased, %d drafts forgotten.", erased, forgotten)

    @queue.task(name="outbox")  # type: ignore[untyped-decorator]
    def outbox() -> None:
        with app.app_context():
            _unless_database_fails("The outbox", deliver_due)

    @queue.periodic_task(EVERY_MINUTE, name="outbox turns")  # type: ignore[untyped-decorator]
    def outbox_turns() -> None:
        for delay in range(0, 60, OUTBOX_EVERY):
            outbox.schedule(delay=delay)

    @queue.periodic_task(EVERY_MINUTE, name="handover clocks")  # type: ignore[untyped-decorator]
    def handover_clocks() -> None:
        with app.app_context():
            _unless_database_fails("Overdue handovers", escalate_handovers)

    @queue.periodic_task(EVERY_TEN_MINUTES, name="public answers")  # type: ignore[untyped-decorator]
    def public_answers() -> None:
        with app.app_context():
            try:
                published, cut = publish_answers()
            except DomainError as error:
                log.warning("Public answers have to wait for the next turn (%s).", error.code)
                return
        log.info("Public answers: %d published, %d cut off from who asked.", published, cut)

    @queue.periodic_task(ONCE_A_NIGHT, name="audit")  # type: ignore[untyped-decorator]
    def check_log() -> None:
        with app.app_context():
            try:
                verdict = check_audit()
            except DomainError as error:
                log.warning("Checking the audit log has to wait for the next night (%s).", error.code)
                return
        if verdict.broken_at is not None:
            log.error("The audit log does not fit at row %d. Run `flask audit verify`.", verdict.broken_at)


def escalate_handovers() -> int:
    """Escalate the handovers that are overdue; how many."""
    with current.writing() as session:
        return escalate_overdue(session, now=clock.now())


def _unless_database_fails(what: str, work: Callable[[], int]) -> None:
    try:
        work()
    except DomainError as error:
        log.warning("%s: has to wait for the next turn (%s).", what, error.code)


def main() -> None:
    """Work until stopped. Ends with one clear sentence and status 1 when that cannot be done."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s", stream=sys.stdout)
    logging.getLogger("huey").setLevel(logging.WARNING)
    try:
        settings = from_environment(os.environ)
        app = create_app(settings)
    except (SettingsError, BadContentKey) as error:
        sys.exit(str(error))
    queue = open_queue(settings)
    add_tasks(queue, app)
    log.info("The worker is ready.")
    queue.create_consumer(workers=2, periodic=True, check_worker_health=True).run()


if __name__ == "__main__":
    main()
