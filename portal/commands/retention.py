"""flask retention: erasing what is no longer needed."""

from __future__ import annotations

from datetime import datetime, timedelta

import click

from portal import clock, current
from portal.commands.groups import CommandGroup
from portal.desk import audit, retention, visits
from portal.desk.area_retention import erase_area_texts
from portal.triage.grammar import Retention

retention_commands = CommandGroup("retention", help="Erase what is no longer needed.")


@retention_commands.command("run")
def run() -> None:
    """Forget drafts whose time is over and destroy the keys of closed requests whose code has expired."""
    erased, forgotten = run_retention()
    click.echo(f"Erased {erased} requests and {forgotten} drafts.")


def run_retention() -> tuple[int, int]:
    """Requests erased and drafts forgotten. What lies unread is never erased; a supervisor is told of it instead."""
    parts = current.parts()
    now = clock.now()
    rules = parts.rules.current().ruleset.municipality.retention
    erased = _erase_requests(now, rules)
    with parts.database.session() as session:
        retention.tell_of_unread(session, now=now, after=timedelta(days=rules.unread_told_after_days))
        forgotten = visits.forget_expired(session, now=now)
    places = _erase_area_texts(now)
    if erased or forgotten or places:
        parts.database.overwrite_erased()
    return erased, forgotten


def _erase_requests(now: datetime, rules: Retention) -> int:
    """A few at a time, each lot in a transaction of its own, so that nobody who writes waits for all of them."""
    parts, erased = current.parts(), 0
    while True:
        with parts.database.session() as session:
            lot = retention.erase_expired(session, now=now, decisions=_decisions(rules))
            for each in lot:
                audit.append(session, key=parts.audit_key, act=audit.Act.ERASED, subject=each, at=now, staff_id=None)
        erased += len(lot)
        if len(lot) < retention.AT_ONCE:
            return erased


def _erase_area_texts(now: datetime) -> int:
    """In a transaction of its own: worries about places have nothing to do with requests."""
    parts = current.parts()
    rules = parts.rules.current().ruleset.municipality.area_signals
    keep = timedelta(days=rules.text_days)
    with parts.database.session() as session:
        return erase_area_texts(session, audit_key=parts.audit_key, keep=keep, decision=rules.decision, now=now)


def _decisions(rules: Retention) -> dict[str, str]:
    return {retention.ORDINARY: rules.decision} | {each.slug: each.decision for each in rules.classes}
