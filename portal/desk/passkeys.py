"""Passkeys (WebAuthn): several per account. One that knows its user is both factors at once, so no password is asked.

Every challenge counts once. User verification (finger, face or PIN) is required when a passkey is added and each time
it is used, and the key must be one that the browser finds by itself, so that nobody types a name.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import webauthn
from sqlalchemy import select
from sqlalchemy.orm import Session
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from portal.desk import one_time
from portal.desk.accounts import StaffMember, find_staff
from portal.desk.errors import LastFactor, PasskeyRefused
from portal.desk.second_factor import factors_of
from portal.records.sealing import DataKey
from portal.records.staff_factor import StaffPasskey

MOST: Final = 10
"""Passkeys per account."""

UNREADABLE: Final = (KeyError, TypeError, ValueError, RecursionError)
"""How reading fails what is no credential. JSON that is nested beyond reading is one way more."""

_ADD: Final = "passkey-add"
_SIGN_IN: Final = "passkey-sign-in"
_NAME: Final = "passkey name"


@dataclass(frozen=True, kw_only=True)
class Site:
    """Where passkeys belong: `host` without port, `origin` with scheme and port, `name` as people see it."""

    host: str
    origin: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Passkey:
    """One passkey as its owner sees it."""

    id: UUID
    name: str
    added_at: datetime
    used_at: datetime | None


def options_to_add(session: Session, *, member: StaffMember, site: Site, now: datetime) -> str:
    """What the browser needs to make a passkey, as JSON."""
    known = session.scalars(select(StaffPasskey.credential_id).where(StaffPasskey.staff_id == member.id))
    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name=site.name,
        user_id=member.id.bytes,
        user_name=member.username,
        challenge=one_time.issue(session, purpose=_ADD, now=now, bound_to=member.id.hex),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=credential_id) for credential_id in known],
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
    )
    return webauthn.options_to_json(options)


def add(session: Session, *, key: bytes, staff_id: UUID, site: Site, credential: str, name: str, now: datetime) -> UUID:
    """Keep the passkey that the browser made; returns its id. Raises PasskeyRefused."""
    held = list(session.scalars(select(StaffPasskey.id).where(StaffPasskey.staff_id == staff_id)))
    challenge = _challenge_in(credential)
    taken = one_time.take(session, value=challenge, purpose=_ADD, now=now, bound_to=staff_id.hex)
    if not taken or len(held) >= MOST:
        raise PasskeyRefused()
    try:
        made = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError) as error:
        raise PasskeyRefused() from error
    if session.scalar(select(StaffPasskey.id).where(StaffPasskey.credential_id == made.credential_id)):
        raise PasskeyRefused()
    passkey = StaffPasskey(
        staff_id=staff_id,
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        name=DataKey(key, str(staff_id)).seal(name.strip(), _NAME),
        added_at=now,
    )
    session.add(passkey)
    session.flush()
    return passkey.id


def options_to_sign_in(session: Session, *, site: Site, now: datetime) -> str:
    """What the browser needs to use a passkey, as JSON: for everybody the same, whatever accounts there are."""
    options = webauthn.generate_authentication_options(
        rp_id=site.host,
        challenge=one_time.issue(session, purpose=_SIGN_IN, now=now),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return webauthn.options_to_json(options)


def find_signer(session: Session, *, site: Site, credential: str, now: datetime) -> StaffMember:
    """Whose passkey signed the challenge. Raises PasskeyRefused, also for an account that is switched off."""
    challenge = _challenge_in(credential)
    if not one_time.take(session, value=challenge, purpose=_SIGN_IN, now=now):
        raise PasskeyRefused()
    passkey = session.scalar(
        select(StaffPasskey).where(StaffPasskey.credential_id == _id_in(credential)).with_for_update()
    )
    member = find_staff(session, staff_id=passkey.staff_id) if passkey else None
    if passkey is None or member is None:
        raise PasskeyRefused()
    try:
        used = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError) as error:
        raise PasskeyRefused() from error
    passkey.sign_count = used.new_sign_count
    passkey.used_at = now
    session.flush()
    return member


def list_passkeys(session: Session, *, key: bytes, staff_id: UUID) -> list[Passkey]:
    """The passkeys of an account, oldest first."""
    rows = session.scalars(
        select(StaffPasskey).where(StaffPasskey.staff_id == staff_id).order_by(StaffPasskey.added_at, StaffPasskey.id)
    )
    names = DataKey(key, str(staff_id))
    return [
        Passkey(id=row.id, name=names.open(row.name, _NAME), added_at=row.added_at, used_at=row.used_at) for row in rows
    ]


def remove(session: Session, *, staff_id: UUID, passkey_id: UUID, needed: bool) -> None:
    """Let a passkey of one's own sign in no more; nothing happens when it is gone already.

    Raises LastFactor when a factor is `needed` and this is the only one.
    """
    passkey = session.get(StaffPasskey, passkey_id)
    if passkey is None or passkey.staff_id != staff_id:
        return
    factors = factors_of(session, staff_id=staff_id)
    if needed and not factors.totp and factors.passkeys == 1:
        raise LastFactor()
    session.delete(passkey)
    session.flush()


def _challenge_in(credential: str) -> bytes:
    """The challenge that the browser says it signed; whether it did is checked later. Raises PasskeyRefused."""
    try:
        signed = json.loads(base64url_to_bytes(_read(credential)["response"]["clientDataJSON"]))
        return base64url_to_bytes(signed["challenge"])
    except UNREADABLE as error:
        raise PasskeyRefused() from error


def _id_in(credential: str) -> bytes:
    try:
        return base64url_to_bytes(_read(credential)["rawId"])
    except UNREADABLE as error:
        raise PasskeyRefused() from error


def _read(credential: str) -> dict[str, Any]:
    read = json.loads(credential)
    if not isinstance(read, dict):
        raise PasskeyRefused()
    return read
