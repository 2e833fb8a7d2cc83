"""Two persons: one asks something for an account, another agrees, and only then does it count.

Neither can do it alone, nobody asks or agrees for themselves, and what lapses or is refused changes nothing. This is
the waiting and the agreeing; what comes of it stands in `portal.desk.account_changes`. Whoever changes an account or
what waits for it locks the account first, so that no two get in each other's way.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session, aliased

from portal.desk.accounts import find_staff, locked_account
from portal.desk.entrusted import Holding, held_by, holding
from portal.desk.errors import AccountOff, AgreementUnknown, OwnAccount
from portal.desk.rights import Right, may
from portal.records.account_agreement import AccountAgreement, AgreementKind
from portal.records.staff_account import StaffAccount


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """Something that waits for a second person. `more` is what the account gets, `held` what it has already."""

    id: UUID
    staff_id: UUID
    username: str
    display_role: str
    created_at: datetime
    kind: AgreementKind
    more: Holding
    held: Holding
    municipality_name: str | None
    asked_by: UUID
    asked_by_name: str
    asked_at: datetime
    expires_at: datetime
    lapsed: bool

    @property
    def held_then(self) -> Holding:
        return self.held | self.more

    @property
    def sets_up_anew(self) -> bool:
        """Whether the owner gets a code, with which they set signing in up anew."""
        return sets_up_anew(self.kind, self.held)


def sets_up_anew(kind: AgreementKind, held: Holding) -> bool:
    """Whether nothing that signed in before may count after this: whoever made the account, or switched it on, may
    know its password. `held` is what the account has before it."""
    return kind in (AgreementKind.RECOVERY, AgreementKind.SWITCH_ON) or (
        kind == AgreementKind.RIGHTS and not held.is_entrusted
    )


def ask(
    session: Session,
    *,
    staff_id: UUID,
    by: UUID,
    kind: AgreementKind,
    now: datetime,
    expires_at: datetime,
    more: Holding | None = None,
    municipality_name: str | None = None,
) -> UUID:
    """Let this wait for a second person, in place of what waited of the same kind.

    Raises OwnAccount, StaffUnknown; AccountOff for anything but switching on an account that is off.
    """
    if staff_id == by:
        raise OwnAccount()
    if not locked_account(session, staff_id=staff_id).active and kind != AgreementKind.SWITCH_ON:
        raise AccountOff()
    call_off(session, staff_id=staff_id, now=now, kind=kind)
    wanted = more or Holding()
    row = AccountAgreement(
        staff_id=staff_id,
        kind=kind,
        asked_by=by,
        asked_at=now,
        roles=sorted(wanted.roles),
        units=sorted(wanted.units),
        sees_protected=wanted.sees_protected,
        municipality_name=municipality_name,
        expires_at=expires_at,
    )
    session.add(row)
    session.flush()
    return row.id


def take(session: Session, *, agreement_id: UUID, by: UUID, now: datetime) -> tuple[AccountAgreement, StaffAccount]:
    """Agree as the second person: once, in time, and while the one who asked may still ask. The account is locked.

    Raises AgreementUnknown; OwnAccount for the one who asked and the one whose account it is.
    """
    row, account = _waiting(session, agreement_id)
    if row.expires_at <= now or not _may(session, row.asked_by, Right.MANAGE_ACCOUNTS):
        raise AgreementUnknown()
    if by in (row.asked_by, row.staff_id):
        raise OwnAccount()
    if not _may(session, by, Right.AGREE_ON_ACCOUNTS):
        raise AgreementUnknown()
    row.agreed_by = by
    session.flush()
    return row, account


def refuse(session: Session, *, agreement_id: UUID, now: datetime) -> AccountAgreement:
    """No, after all; also what lapsed is put away so. Raises AgreementUnknown."""
    row, _ = _waiting(session, agreement_id)
    row.ended_at = now
    session.flush()
    return row


def call_off(session: Session, *, staff_id: UUID, now: datetime, kind: AgreementKind | None = None) -> None:
    """End what waits for this account, and codes that were not used: of one kind, or all."""
    these = [AccountAgreement.staff_id == staff_id, AccountAgreement.ended_at.is_(None)]
    if kind is not None:
        these.append(AccountAgreement.kind == kind)
    session.execute(
        update(AccountAgreement).where(*these).values(ended_at=now).execution_options(synchronize_session="fetch")
    )


def end_codes(session: Session, *, staff_id: UUID, now: datetime) -> None:
    """Codes for this account that were not used yet are worth nothing any more; what waits goes on waiting."""
    session.execute(
        update(AccountAgreement)
        .where(
            AccountAgreement.staff_id == staff_id,
            AccountAgreement.ended_at.is_(None),
            AccountAgreement.code_hash.is_not(None),
        )
        .values(ended_at=now)
        .execution_options(synchronize_session="fetch")
    )


def list_waiting(session: Session, *, now: datetime, staff_id: UUID | None = None) -> list[Waiting]:
    """What waits, or lapsed and was not put away: oldest first, of everybody or of one account."""
    whose, asker = aliased(StaffAccount), aliased(StaffAccount)
    query = (
        select(AccountAgreement, whose, asker)
        .join(whose, whose.id == AccountAgreement.staff_id)
        .join(asker, asker.id == AccountAgreement.asked_by)
        .where(AccountAgreement.agreed_by.is_(None), AccountAgreement.ended_at.is_(None))
        .order_by(AccountAgreement.asked_at, AccountAgreement.id)
    )
    if staff_id is not None:
        query = query.where(AccountAgreement.staff_id == staff_id)
    return [_shown(row, account, by, now) for row, account, by in session.execute(query)]


def somebody_can_agree(session: Session, *, besides: frozenset[UUID]) -> bool:
    """Whether anybody but these may be the second of two."""
    accounts = session.scalars(select(StaffAccount).where(StaffAccount.active, StaffAccount.id.not_in(besides)))
    return any(may(held_by(account).roles, Right.AGREE_ON_ACCOUNTS) for account in accounts)


def _waiting(session: Session, agreement_id: UUID) -> tuple[AccountAgreement, StaffAccount]:
    staff_id = session.scalar(select(AccountAgreement.staff_id).where(AccountAgreement.id == agreement_id))
    if staff_id is None:
        raise AgreementUnknown()
    account = locked_account(session, staff_id=staff_id)
    row = session.get_one(AccountAgreement, agreement_id, populate_existing=True)
    if row.agreed_by is not None or row.ended_at is not None:
        raise AgreementUnknown()
    return row, account


def _may(session: Session, staff_id: UUID, right: Right) -> bool:
    member = find_staff(session, staff_id=staff_id)
    return member is not None and may(member.roles, right)


def _shown(row: AccountAgreement, account: StaffAccount, asker: StaffAccount, now: datetime) -> Waiting:
    still_asks = asker.active and may(held_by(asker).roles, Right.MANAGE_ACCOUNTS)
    return Waiting(
        id=row.id,
        staff_id=account.id,
        username=account.username,
        display_role=account.display_role,
        created_at=account.created_at,
        kind=AgreementKind(row.kind),
        more=holding(row.roles, row.units, row.sees_protected),
        held=held_by(account),
        municipality_name=row.municipality_name or account.municipality_name,
        asked_by=row.asked_by,
        asked_by_name=asker.username,
        asked_at=row.asked_at,
        expires_at=row.expires_at,
        lapsed=row.expires_at <= now or not still_asks,
    )
