"""By e-mail: a neutral sender, a subject that tells nothing, and a link. The message id is the idempotency key."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import suppress
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final
from uuid import UUID

from portal.outbox.undelivered import Undelivered
from portal.settings import OutboxSettings

TIMEOUT: Final = 8
"""Seconds for each step of the talk with the server; all steps together stay within the outbox's lease."""


def send_mail(
    settings: OutboxSettings, *, notice_id: UUID, to: str, subject: str, body: str, written_at: datetime
) -> None:
    """Hand one e-mail to the operator's server. Raises Undelivered."""
    message = EmailMessage()
    message["From"] = settings.mail_from
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = format_datetime(written_at)
    message["Message-ID"] = f"<{notice_id}@{settings.mail_from.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body)
    try:
        server = _connect(settings)
        try:
            server.send_message(message)
        finally:
            _part(server)
    except smtplib.SMTPRecipientsRefused as error:
        raise _refused(max((code for code, _ in error.recipients.values()), default=0)) from error
    except smtplib.SMTPAuthenticationError as error:
        raise Undelivered(f"smtp-{error.smtp_code}") from error  # the operator mends that; then it goes
    except smtplib.SMTPResponseException as error:
        raise _refused(error.smtp_code) from error
    except smtplib.SMTPException as error:
        raise Undelivered("smtp-broken-off") from error
    except TimeoutError as error:
        raise Undelivered("timeout") from error
    except ssl.SSLError as error:
        raise Undelivered("tls") from error
    except OSError as error:
        raise Undelivered("unreachable") from error


def _connect(settings: OutboxSettings) -> smtplib.SMTP:
    """The operator's server, encrypted and signed in. The password is said to nobody whose certificate is not good."""
    if settings.smtp_security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            settings.smtp_host, settings.smtp_port, timeout=TIMEOUT, context=ssl.create_default_context()
        )
    else:
        server = smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=TIMEOUT)
    try:
        if settings.smtp_security == "starttls":
            server.starttls(context=ssl.create_default_context())
        if settings.smtp_user:
            server.login(settings.smtp_user, settings.smtp_password)
    except BaseException:
        server.close()
        raise
    return server


def _part(server: smtplib.SMTP) -> None:
    """Whatever the server says now, the mail was taken or refused before."""
    with suppress(smtplib.SMTPException, OSError):
        server.quit()
    server.close()


def _refused(code: int) -> Undelivered:
    """A server's answer from 500 on is meant for good, those from 400 for now."""
    return Undelivered(f"smtp-{code}", final=code >= 500)
