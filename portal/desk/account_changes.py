"""What administrators do to accounts, and what comes of it when a second person agrees.

Taking away counts at once. Whatever gives the right to read or to decide on accounts, or opens another way to sign in
to an account, waits (`portal.desk.agreements`). Where somebody else may know the password, the owner gets a code from
the second person and sets signing in up anew; the administrator who asked never sees it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from portal.desk import agreements, entrusted, municipality_accounts, recovery, staff_sessions
from portal.desk.accounts import (
    StaffMember,
    add_staff,
    change_password,
    find_staff,
    locked_account,
    require_roles_that_go_together,
)
from portal.desk.entrusted import Holding, held_by, holding
from portal.desk.errors import OwnAccount, StaffUnknown
from portal.desk.roster import random_password
from portal.records.account_agreement import AccountAgreement, AgreementKind
from portal.records.staff_account import StaffAccount


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of a change. `done`: something counts already; `waits`: what a second person must agree to, or None;
    `password`: a new one, to be shown once."""

    done: bool = False
    waits: AgreementKind | None = None
    more: Holding = field(default_factory=Holding)
    password: str | None = None


@dataclass(frozen=True, kw_only=True)
class Agreed:
    """What two persons have done. `code`: with it the owner sets signing in up; nobody can look it up later."""

    staff_id: UUID
    username: str
    kind: AgreementKind
    more: Holding
    asked_by: UUID
    code: str | None


def add(
    session: Session,
    *,
    by: UUID,
    username: str,
    display_role: str,
    wanted: Holding,
    now: datetime,
    expires_at: datetime,
) -> tuple[StaffMember, Outcome]:
    """Add an account. Where something of it waits, nobody can sign in to it before.

    Raises UsernameTaken, TraineeAlone; ValueError for an empty name.
    """
    require_roles_that_go_together(sorted(wanted.roles))
    at_once, waits = entrusted.split(Holding(), wanted)
    password = random_password()
    member = add_staff(
        session,
        username=username,
        display_role=display_role,
        roles=sorted(at_once.roles),
        units=sorted(at_once.units),
        sees_protected=at_once.sees_protected,
        password=password,
        password_made=True,
        now=now,
    )
    if not waits:
        return member, Outcome(done=True, password=password)
    rights = AgreementKind.RIGHTS
    agreements.ask(session, staff_id=member.id, by=by, kind=rights, more=waits, now=now, expires_at=expires_at)
    return member, Outcome(done=True, waits=rights, more=waits)


def change_rights(
    session: Session, *, staff_id: UUID, by: UUID, wanted: Holding, now: datetime, expires_at: datetime
) -> Outcome:
    """Let an account hold this instead of what it has.

    Rights follow at the next click. Where something was taken away, the account is signed out as well, so that no page
    with what one may no longer see stays in use. Every change calls off what waited: whoever agrees must see the
    account as it is. Raises StaffUnknown, OwnAccount, TraineeAlone, AccountOff; ValueError for no role.
    """
    if staff_id == by:
        raise OwnAccount()
    if not wanted.roles:
        raise ValueError("an account needs a role")
    require_roles_that_go_together(sorted(wanted.roles))
    account = locked_account(session, staff_id=staff_id)
    before = held_by(account)
    at_once, waits = entrusted.split(before, wanted)
    rights = AgreementKind.RIGHTS
    if at_once != before:
        entrusted.let_hold(account, at_once)
        agreements.call_off(session, staff_id=staff_id, now=now, kind=rights)
        if not at_once >= before:
            staff_sessions.end_all(session, staff_id=staff_id, now=now)
        session.flush()
    if not waits:
        return Outcome(done=at_once != before)
    agreements.ask(session, staff_id=staff_id, by=by, kind=rights, more=waits, now=now, expires_at=expires_at)
    return Outcome(done=at_once != before, waits=rights, more=waits)


def switch_on(session: Session, *, staff_id: UUID, by: UUID, now: datetime, expires_at: datetime) -> Outcome:
    """Let an account be used again: under a new random password where it reads nothing, else when a second agrees.

    Its second factor stays in the first case: a password that an administrator has seen lets nobody in alone.
    Raises StaffUnknown, OwnAccount.
    """
    if staff_id == by:
        raise OwnAccount()
    account = locked_account(session, staff_id=staff_id)
    if account.active:
        return Outcome()
    if held_by(account).is_entrusted:
        kind = AgreementKind.SWITCH_ON
        agreements.ask(session, staff_id=staff_id, by=by, kind=kind, now=now, expires_at=expires_at)
        return Outcome(waits=kind)
    password = random_password()
    account.active = True
    change_password(session, staff_id=staff_id, new_password=password, now=now, password_made=True)
    return Outcome(done=True, password=password)


def link(session: Session, *, staff_id: UUID, by: UUID, name: str, now: datetime, expires_at: datetime) -> Outcome:
    """State by which name the municipality's provider knows the owner. An empty one unlinks at once; another waits for
    a second person, and until then the account is linked to nobody.

    Raises StaffUnknown, OwnAccount, MunicipalityNameTaken, AccountOff.
    """
    if staff_id == by:
        raise OwnAccount()
    account = locked_account(session, staff_id=staff_id)
    wanted, kind = municipality_accounts.folded(name), AgreementKind.LINK
    agreements.call_off(session, staff_id=staff_id, now=now, kind=kind)
    if wanted == (account.municipality_name or ""):
        return Outcome()
    if wanted:
        municipality_accounts.require_free(session, name=wanted)
    done = municipality_accounts.link(session, account=account, name="", now=now)
    if not wanted:
        return Outcome(done=done)
    agreements.ask(
        session, staff_id=staff_id, by=by, kind=kind, municipality_name=wanted, now=now, expires_at=expires_at
    )
    return Outcome(done=done, waits=kind)


def begin_recovery(session: Session, *, staff_id: UUID, by: UUID, now: datetime, expires_at: datetime) -> Outcome:
    """Somebody has lost the password or the second factor. Nothing changes before the code is used.

    Raises OwnAccount; StaffUnknown, also for an account that is off.
    """
    if staff_id != by and find_staff(session, staff_id=staff_id) is None:
        raise StaffUnknown(str(staff_id))
    kind = AgreementKind.RECOVERY
    agreements.ask(session, staff_id=staff_id, by=by, kind=kind, now=now, expires_at=expires_at)
    return Outcome(waits=kind)


def agree(session: Session, *, agreement_id: UUID, by: UUID, now: datetime, code_valid: timedelta) -> Agreed:
    """Agree as the second person, and do what was asked.

    Raises AgreementUnknown, MunicipalityNameTaken; OwnAccount for the one who asked and the one whose account it is.
    """
    row, account = agreements.take(session, agreement_id=agreement_id, by=by, now=now)
    kind, more = AgreementKind(row.kind), holding(row.roles, row.units, row.sees_protected)
    anew = agreements.sets_up_anew(kind, held_by(account))
    if kind == AgreementKind.RIGHTS:
        entrusted.let_hold(account, held_by(account) | more)
    elif kind == AgreementKind.LINK:
        municipality_accounts.link(session, account=account, name=row.municipality_name or "", now=now)
    elif kind == AgreementKind.SWITCH_ON:
        account.active = True
    code = _set_up_anew(session, row, account, now=now, code_valid=code_valid) if anew else None
    if code is None:
        row.ended_at = now
    session.flush()
    return Agreed(
        staff_id=account.id, username=account.username, kind=kind, more=more, asked_by=row.asked_by, code=code
    )


def _set_up_anew(
    session: Session, row: AccountAgreement, account: StaffAccount, *, now: datetime, code_valid: timedelta
) -> str:
    """The code for the owner. Nothing that signed in before counts any more; in a recovery it does until the code is
    used, so that nobody is shut out by what they did not ask for."""
    if row.kind != AgreementKind.RECOVERY:
        municipality_accounts.link(session, account=account, name="", now=now)
        recovery.reset(session, staff_id=account.id, new_password=random_password(), now=now, password_made=True)
    code, row.code_hash = recovery.new_code()
    row.expires_at = now + code_valid
    return code
