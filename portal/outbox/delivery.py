"""The worker's turn at the outbox: take what is due, send it, write down how it went."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextvars import copy_context
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any, Final

from flask_babel import gettext

from portal import clock, current
from portal.desk.outbox import Notice, Receiver, note_failed, note_sent, take_next
from portal.desk.told_outside import ESCALATED
from portal.outbox.folder import drop_file
from portal.outbox.mail import send_mail
from portal.outbox.undelivered import Undelivered
from portal.outbox.webhook import call_webhook
from portal.records.outbox import Adapter
from portal.triage.notify import EscalationNotice, Notify

log = logging.getLogger(__name__)

MOST_AT_ONCE: Final = 50
"""Notices of one turn; the rest wait for the next one, so that nothing else waits for them."""

WITHIN: Final = 45.0
"""Seconds for one notice, whatever its receiver does; shorter than the outbox's lease. Time limits of single steps do
not end with a receiver who lets its answer drip."""

SERVER: Final = ("timeout", "unreachable", "tls", "smtp-broken-off")
"""Failures of the mail server itself, by which the mail of all units goes."""


def deliver_due() -> int:
    """Send what is due; how many arrived. Each is taken, sent and noted by itself: what happens to one, or to this
    process, leaves the others alone. Raises DomainError when the database does not answer."""
    arrived = 0
    failed: set[Receiver] = set()  # not asked again in this turn, so that those who answer do not wait for them
    for _ in range(MOST_AT_ONCE):
        with current.writing() as db:
            notice = take_next(db, now=clock.now(), besides=failed)
        if notice is None:
            break
        failure = _deliver(notice)
        arrived += failure is None
        if failure is not None:
            all_mail = notice.adapter == Adapter.MAIL and failure.code in SERVER
            failed.add((notice.adapter, None if all_mail else notice.unit))
    return arrived


def _deliver(notice: Notice) -> Undelivered | None:
    """Send one and write down how it went; returns why it did not arrive."""
    try:
        _within(WITHIN, partial(_SEND[notice.adapter], notice, _address(notice)))
    except Undelivered as failure:
        with current.writing() as db:
            given_up = note_failed(db, notice=notice, error=failure.code, final=failure.final, now=clock.now())
        level = logging.ERROR if given_up else logging.WARNING
        said = "was given up" if given_up else "has to be tried again"
        log.log(level, "Notice %s by %s to %s %s (%s).", notice.id, notice.adapter, notice.unit, said, failure.code)
        return failure
    with current.writing() as db:
        note_sent(db, notice=notice, now=clock.now())
    return None


def _within(seconds: float, send: Callable[[], None]) -> None:
    """Send in a thread of its own, which is left to itself when it does not end: should the notice arrive after all,
    it comes again under the same id. Raises Undelivered, for any failure."""
    ended: SimpleQueue[Undelivered | None] = SimpleQueue()

    def run() -> None:
        try:
            send()
        except Undelivered as failure:
            ended.put(failure)
        except Exception as error:  # left alone, it would be tried without end, and nobody would be told
            log.error("Sending broke (%s).", type(error).__name__)
            ended.put(Undelivered("broken"))
        else:
            ended.put(None)

    threading.Thread(target=copy_context().run, args=(run,), daemon=True).start()
    try:
        failure = ended.get(timeout=seconds)
    except Empty:
        raise Undelivered("timeout") from None
    if failure is not None:
        raise failure


def link_of(notice: Notice) -> str:
    """Where staff see what waits; whoever opens it signs in first. That nobody has acted leads to no one request."""
    place = "queue" if notice.kind == ESCALATED else f"handovers/{notice.payload['handover']}"
    return f"{current.settings().outbox.public_url}/staff/{place}"


def _by_mail(notice: Notice, address: str) -> None:
    settings = current.settings().outbox
    if not settings.smtp_host:
        raise Undelivered("not-configured")
    send_mail(
        settings,
        notice_id=notice.id,
        to=address,
        subject=_subject(notice),
        body=f"{_sentence(notice)}\n\n{link_of(notice)}\n",
        written_at=notice.created_at,
    )


def _subject(notice: Notice) -> str:
    return str(gettext("Någon behöver svara nu") if notice.kind == ESCALATED else gettext("En ny fråga väntar"))


def _sentence(notice: Notice) -> str:
    if notice.kind == ESCALATED:
        return str(gettext("Något har kommit in som ingen har tagit hand om. Logga in och se efter nu:"))
    return str(gettext("En ny fråga väntar på er. Logga in för att läsa den:"))


def _by_webhook(notice: Notice, address: str) -> None:
    secret = current.settings().outbox.webhook_secret
    if not secret:
        raise Undelivered("not-configured")
    call_webhook(address, secret=secret, notice_id=notice.id, body=_body(notice), now=clock.now())


def _by_folder(notice: Notice, address: str) -> None:
    folder = current.settings().outbox.folder
    if folder is None:
        raise Undelivered("not-configured")
    drop_file(folder / address, notice_id=notice.id, body=_body(notice))


def _address(notice: Notice) -> str:
    """Where whoever is told wants it now; the rules may have changed since it was written."""
    address: str | None = getattr(_ways(notice), notice.adapter.value)
    if not address:
        raise Undelivered("no-address")
    return address


def _ways(notice: Notice) -> Notify | EscalationNotice:
    ruleset = current.ruleset()
    if notice.kind == ESCALATED:
        told = {str(receiver): ways for receiver, ways in ruleset.municipality.escalation_notices.items()}
        return told.get(notice.unit, Notify())
    service = ruleset.services.get(notice.unit)
    return service.notify if service else Notify()


def _body(notice: Notice) -> dict[str, Any]:
    """Codes only: what waits, for whom, until when, and where."""
    return {"id": str(notice.id), **notice.payload, "link": link_of(notice)}


_SEND: Final[dict[Adapter, Callable[[Notice, str], None]]] = {
    Adapter.MAIL: _by_mail,
    Adapter.WEBHOOK: _by_webhook,
    Adapter.FOLDER: _by_folder,
}
