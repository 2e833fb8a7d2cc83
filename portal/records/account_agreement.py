"""What one person asks for an account and another must agree to. Rows stay; the audit log says who did what when."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.records.base import Base, one_of


class AgreementKind(StrEnum):
    RECOVERY = "recovery"  # its owner sets signing in up anew
    RIGHTS = "rights"  # it gets roles, units, or the sight of protected identities
    LINK = "link"  # the municipality's own account signs in to it
    SWITCH_ON = "switch-on"  # it is used again


class AccountAgreement(Base):
    __tablename__ = "account_agreement"
    __table_args__ = (
        one_of("kind", AgreementKind),
        CheckConstraint("asked_by <> staff_id", name="not_for_oneself"),
        CheckConstraint("agreed_by <> asked_by AND agreed_by <> staff_id", name="two_persons"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff_account.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("staff_account.id"))
    asked_at: Mapped[datetime]
    roles: Mapped[list[str]] = mapped_column(JSON, default=list)  # that it gets beside those it has; so for units
    units: Mapped[list[str]] = mapped_column(JSON, default=list)
    sees_protected: Mapped[bool] = mapped_column(default=False)
    municipality_name: Mapped[str | None] = mapped_column(String(100))
    agreed_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff_account.id"))
    code_hash: Mapped[str | None] = mapped_column(String(64), unique=True)  # with it the owner sets signing in up
    expires_at: Mapped[datetime]  # to agree, and then to use the code
    ended_at: Mapped[datetime | None]  # settled, used, called off or refused
