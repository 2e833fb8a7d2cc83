"""What a human made of a person's message in Swedish. Written once; a correction is a new one beside the old."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.records.base import Base, one_of


class Translator(StrEnum):
    """Who translated; a machine is none of them."""

    TRANSLATOR = "translator"  # by profession, in writing
    INTERPRETER = "interpreter"  # said it, and staff wrote it down
    COLLEAGUE = "colleague"  # somebody at work who knows the language


class Translation(Base):
    __tablename__ = "translation"
    __table_args__ = (one_of("translator", Translator),)

    number: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    request_id: Mapped[UUID] = mapped_column(ForeignKey("help_request.id"), index=True)
    message_id: Mapped[UUID] = mapped_column(ForeignKey("message.id"), index=True)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff_account.id"))  # who put it in
    translator: Mapped[str] = mapped_column(String(15))
    body: Mapped[bytes]  # sealed, in Swedish
    created_at: Mapped[datetime]

    @property
    def field(self) -> str:
        """What the sealed body is bound to: this translation, of this message."""
        return f"translation/{self.id}/{self.message_id}"
