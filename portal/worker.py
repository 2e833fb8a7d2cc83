"""The worker process: what happens without anybody waiting for it. A queue in a file, or in Redis when there is one."""

from __future__ import annotations

import logging
import os
import sys
from typing import Final

from flask import Flask
from huey import Huey, RedisHuey, SqliteHuey, crontab

from portal import clock, current
from portal.app import create_app
from portal.commands.audit import check_audit
from portal.commands.retention import run_retention
from portal.desk import quarantine
from portal.records.errors import DomainError
from portal.records.sealing import BadContentKey
from portal.settings import Settings, SettingsError, from_environment

log = logging.getLogger("portal.worker")

EVERY_TEN_MINUTES: Final = crontab(minute="*/10")
ONCE_A_NIGHT: Final = crontab(hour="2", minute="30")


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

    @queue.periodic_task(EVERY_TEN_MINUTES, name="quarantine")  # type: ignore[untyped-decorator]
    def escalate_quarantine() -> None:
        with app.app_context():
            try:
                with current.writing() as session:
                    late = quarantine.escalate_overdue(session, now=clock.now())
            except DomainError as error:
                log.warning("Looking after what lies aside has to wait for the next turn (%s).", error.code)
                return
        if late:
            log.warning("%d requests lie aside and were not judged in time.", late)

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
    queue.create_consumer(workers=1, periodic=True, check_worker_health=True).run()


if __name__ == "__main__":
    main()
