"""The worker process: what happens without anybody waiting for it. A queue in a file, or in Redis when there is one."""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Callable
from functools import partial
from typing import Final

from flask import Flask
from huey import Huey, RedisHuey, SqliteHuey, crontab

from portal import turns
from portal.app import create_app
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

_DELIVERING: Final = threading.Lock()


def open_queue(settings: Settings) -> Huey:
    """The queue for background work: Redis where configured, else a file of its own under the var folder."""
    if settings.redis_url:
        return RedisHuey("portal", url=settings.redis_url)
    settings.var_folder.mkdir(parents=True, exist_ok=True)
    return SqliteHuey("portal", filename=str(settings.var_folder / "queue.db"))


TURNS: Final[tuple[tuple[str, Callable[..., bool], Callable[[], str | None]], ...]] = (
    ("retention", EVERY_TEN_MINUTES, turns.retention),
    ("queue clocks", EVERY_MINUTE, turns.queue_clocks),
    ("area danger", EVERY_MINUTE, turns.area_danger),
    ("handovers", EVERY_MINUTE, turns.handovers),
    ("lying aside", EVERY_TEN_MINUTES, turns.lying_aside),
    ("public answers", EVERY_TEN_MINUTES, turns.public_answers),
    ("audit log", ONCE_A_NIGHT, turns.audit_log),
)
"""Name, when, and what. A turn that was missed is made up for by the next."""


def add_tasks(queue: Huey, app: Flask) -> None:
    """Register every task of the portal with `queue`."""
    for name, when, turn in TURNS:
        queue.periodic_task(when, name=name)(partial(take_turn, app, name, turn))

    outbox = queue.task(name="outbox")(partial(take_turn, app, "outbox", deliver))

    @queue.periodic_task(EVERY_MINUTE, name="outbox turns")  # type: ignore[untyped-decorator]
    def outbox_turns() -> None:
        for delay in range(0, 60, OUTBOX_EVERY):
            outbox.schedule(delay=delay)


def take_turn(app: Flask, name: str, turn: Callable[[], str | None]) -> None:
    """Do it once. A database that does not answer only puts it off."""
    with app.app_context():
        try:
            said = turn()
        except DomainError as error:
            log.warning("%s has to wait for the next turn (%s).", name, error.code)
            return
    if said:
        log.info(said)


def deliver() -> None:
    """Send what waits in the outbox. One turn at a time: a receiver who hangs never holds both of the workers, so that
    the clocks of the queue go on."""
    if _DELIVERING.acquire(blocking=False):
        try:
            deliver_due()
        finally:
            _DELIVERING.release()


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
