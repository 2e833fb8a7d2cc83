"""The worker knows every turn, and none of them needs anything to be there."""

from __future__ import annotations

import logging
import threading

import pytest
from flask import Flask
from huey import MemoryHuey

from portal import clock, worker
from portal.current import EXTENSION, Parts
from portal.desk import audit
from portal.worker import TURNS, add_tasks, deliver, take_turn


def test_every_task_can_be_registered_and_found_by_its_name(app: Flask) -> None:
    queue = MemoryHuey("test")
    add_tasks(queue, app)
    names = {name.rpartition(".")[2] for name in queue._registry._registry}
    assert {*(name for name, _when, _turn in TURNS), "outbox", "outbox turns"} <= names


def test_every_turn_goes_well_when_there_is_nothing_to_do(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    for name, _when, turn in (*TURNS, ("outbox", None, deliver)):
        take_turn(app, name, turn)
    assert [line.message for line in caplog.records if line.levelno >= logging.WARNING] == []


def test_a_slow_outbox_never_takes_both_workers_from_the_clocks_of_the_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, enough = threading.Event(), threading.Event()

    def hang() -> int:
        begun.set()
        return int(enough.wait(10))

    monkeypatch.setattr(worker, "deliver_due", hang)
    slow = threading.Thread(target=deliver)
    slow.start()
    assert begun.wait(10)
    begun.clear()
    deliver()
    assert not begun.is_set()
    enough.set()
    slow.join()
    deliver()
    assert begun.is_set()


def test_a_changed_audit_log_is_an_error_in_the_worker_log(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    parts: Parts = app.extensions[EXTENSION]
    with parts.database.session() as session:
        audit.append(
            session, key=b"another key" * 3, act=audit.Act.OPENED, subject="FL-1", at=clock.now(), staff_id=None
        )
    turn = next(turn for name, _when, turn in TURNS if name == "audit log")
    take_turn(app, "audit log", turn)
    assert "The audit log does not fit at row 1." in caplog.text
