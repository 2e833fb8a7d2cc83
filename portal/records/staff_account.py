"""Those who sign in. Shown to people by role, never by name."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.records.base import Base


class Role(StrEnum):
    """What somebody may do; several per account. Who may do what with them: `portal.desk.rights`."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    ON_CALL = "on-call"
    CONTENT_EDITOR = "content-editor"
    QA_REVIEWER = "qa-reviewer"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    TRAINEE = "trainee"  # practice data only, and therefore never together with another role


CONTACT_CENTRE = "contact-centre"
"""The unit in which requests arrive. Every other unit is called by the slug of its service."""


class StaffAccount(Base):
    __tablename__ = "staff_account"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    username: Mapped[str] = mapped_column(String(100), unique=True)  # casefolded
    display_role: Mapped[str] = mapped_column(String(100))
    roles: Mapped[list[str]] = mapped_column(JSON)
    units: Mapped[list[str]] = mapped_column(JSON, default=lambda: [CONTACT_CENTRE])  # whose requests they may read
    sees_protected: Mapped[bool] = mapped_column(default=False)  # one of the few who read protected identities
    password: Mapped[str] = mapped_column(String(200))  # Argon2id with its parameters
    password_made: Mapped[bool] = mapped_column(default=False)  # by the portal at random, so that nobody guesses it
    municipality_name: Mapped[str | None] = mapped_column(String(100), unique=True)  # as the OIDC provider calls them
    municipality_subject: Mapped[str | None] = mapped_column(String(255), unique=True)  # kept at the first sign-in
    active: Mapped[bool] = mapped_column(default=True)
    failed_count: Mapped[int] = mapped_column(default=0)  # in browsers where nobody signed in to this account before
    locked_until: Mapped[datetime | None]  # for those browsers only
    created_at: Mapped[datetime]
    present_at: Mapped[datetime | None]  # when a page for answering people was last open; agents only, never a history
