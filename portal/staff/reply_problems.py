"""What stands in the way of an answer or a reply, as sentences."""

from __future__ import annotations

from typing import Final

from flask_babel import gettext

from portal.desk.reply_errors import (
    AnsweredMeanwhile,
    NeedsAnotherReader,
    NumberInReply,
    PlaceholderUnknown,
    ReplyChanged,
    ReplyUnknown,
    SlugTaken,
    VariantNotChosen,
)
from portal.records.errors import DomainError

MEANWHILE: Final = AnsweredMeanwhile | ReplyChanged | ReplyUnknown
"""Errors because somebody else was faster."""


def reply_sentence(error: DomainError) -> str:
    """What happened and what to do now; empty for an error of another kind."""
    if isinstance(error, AnsweredMeanwhile):
        return _answered(by_colleague=error.by_colleague)
    if isinstance(error, PlaceholderUnknown):
        return str(
            gettext(
                "Texten har {%(name)s}, som inte går att fylla i. Rätta texten, eller välj ett annat svar.",
                name=error.name,
            )
        )
    sentences: dict[type[DomainError], str] = {
        ReplyChanged: gettext("Texten har ändrats av någon annan. Läs den nya innan du går vidare. Inget är skickat."),
        ReplyUnknown: gettext("Ett av de färdiga svaren finns inte längre. Läs igenom svaret och skicka igen."),
        VariantNotChosen: gettext(
            "Ett av svaren finns inte granskat på personens språk. Välj hur det ska skickas. Inget är skickat än."
        ),
        NumberInReply: gettext(
            "Skriv inga telefonnummer i texten. Skriv till exempel {centre_phone}, så fylls numret i sedan."
        ),
        SlugTaken: gettext("Det finns redan ett svar med det kortnamnet. Välj ett annat."),
        NeedsAnotherReader: gettext("Den som skrev texten kan inte granska den. Be en kollega som talar språket."),
    }
    return next((str(words) for kind, words in sentences.items() if isinstance(error, kind)), "")


def _answered(*, by_colleague: bool) -> str:
    if by_colleague:
        return str(
            gettext(
                "Medan du skrev svarade en kollega. Läs det svaret först, i samtalet. Det du skrev finns kvar. "
                "Skicka igen om det fortfarande behövs."
            )
        )
    return str(
        gettext(
            "Ett svar från dig har redan skickats sedan sidan öppnades. Läs det först, i samtalet. "
            "Det du skrev finns kvar. Skicka igen om det fortfarande behövs."
        )
    )
