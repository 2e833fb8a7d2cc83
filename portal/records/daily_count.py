"""Numbers that no request keeps: how often something happened on a day, in a language. Nobody can be found in them."""

from datetime import date
from enum import StrEnum

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from portal.records.base import Base


class Counted(StrEnum):
    DANGER_CARD = "danger-card"  # shown to somebody for the first time, while the contact centre was open
    DANGER_CARD_CLOSED = "danger-card-closed"  # the same, while it was closed
    CHAT_BEGUN = "chat-begun"  # a person said something in the chat
    NOT_UNDERSTOOD = "not-understood"  # the bot said so
    CORRECTED = "corrected"  # a person took back what was understood
    EASE_1 = "ease-1"  # "how easy was it to get help here", from very hard …
    EASE_2 = "ease-2"
    EASE_3 = "ease-3"
    EASE_4 = "ease-4"
    EASE_5 = "ease-5"  # … to very easy


class DailyCount(Base):
    __tablename__ = "daily_count"

    day: Mapped[date] = mapped_column(primary_key=True)  # of the municipality's own calendar
    what: Mapped[str] = mapped_column(String(40), primary_key=True)
    language: Mapped[str] = mapped_column(String(35), primary_key=True)
    number: Mapped[int]
