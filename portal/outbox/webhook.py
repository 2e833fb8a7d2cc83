"""By a signed call to the unit's own system, in the form of Standard Webhooks (standardwebhooks.com).

The signature covers id, moment and body. Receivers refuse calls whose moment is more than `REPLAY_WINDOW` seconds from
their own clock, and keep the ids that they have seen: one id is one notice, however often it comes.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

import requests

from portal.outbox.undelivered import Undelivered

TIMEOUT: Final = (5.0, 10.0)
"""Seconds to connect, and to wait for each part of the answer."""

REPLAY_WINDOW: Final = 300
TRY_AGAIN: Final = frozenset({408, 425, 429})


def call_webhook(url: str, *, secret: str, notice_id: UUID, body: Mapping[str, Any], now: datetime) -> None:
    """Post one notice. Any answer from 200 to 299 means that it arrived. Raises Undelivered."""
    if not is_allowed(url):
        raise Undelivered("not-https", final=True)
    data = json.dumps(body, sort_keys=True, separators=(",", ":")).encode()
    moment = str(int(now.timestamp()))
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "first-line",
        "Idempotency-Key": str(notice_id),
        "Webhook-Id": str(notice_id),
        "Webhook-Timestamp": moment,
        "Webhook-Signature": sign(secret, notice_id=str(notice_id), moment=moment, data=data),
    }
    try:
        # The answer's body is never read: nothing in it matters, and it may have no end.
        with requests.post(
            url, data=data, headers=headers, timeout=TIMEOUT, allow_redirects=False, stream=True
        ) as answer:
            status = answer.status_code
    except requests.exceptions.SSLError as error:
        raise Undelivered("tls") from error
    except requests.exceptions.Timeout as error:
        raise Undelivered("timeout") from error
    except requests.exceptions.RequestException as error:
        raise Undelivered("unreachable") from error
    if not 200 <= status < 300:
        raise Undelivered(f"http-{status}", final=status < 500 and status not in TRY_AGAIN)


def sign(secret: str, *, notice_id: str, moment: str, data: bytes) -> str:
    """The signature: "v1," and HMAC-SHA256 over id, moment and body with dots between, in base64."""
    signed = f"{notice_id}.{moment}.".encode() + data
    return "v1," + base64.b64encode(hmac.new(secret.encode(), signed, hashlib.sha256).digest()).decode()


def is_allowed(url: str) -> bool:
    """Whether notices may go there: encrypted, or on this very machine."""
    parts = urlsplit(url)
    if parts.scheme == "https":
        return bool(parts.hostname)
    if parts.scheme != "http":
        return False
    if parts.hostname == "localhost":
        return True
    try:
        return ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False
