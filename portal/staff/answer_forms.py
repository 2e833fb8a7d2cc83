"""What staff fill in to answer a question in public."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import BooleanField, DateField, HiddenField, IntegerField, SelectField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import AnyOf, DataRequired, InputRequired, Length

from portal.desk.public_text import AnswerDraft
from portal.records.public_question import DeclineReason
from portal.staff.forms import EMPTY, LONGEST_TEXT, NOT_CHOSEN, TOO_LONG, PlainForm
from portal.staff.labels import language_name

DAY = lazy_gettext("Skriv ett datum, till exempel 2026-03-10.")
DECLINE_REASON = {
    DeclineReason.POINTS_OUT: lazy_gettext("Det syns vem den gäller, hur vi än skriver"),
    DeclineReason.ABOUT_OTHERS: lazy_gettext("Den handlar mest om någon annan"),
    DeclineReason.ONGOING: lazy_gettext("Den gäller ett pågående ärende"),
    DeclineReason.NOT_OURS: lazy_gettext("Den gäller något som kommunen inte bestämmer"),
    DeclineReason.ANSWERED_BEFORE: lazy_gettext("Den har redan ett svar"),
}


def text(label: Any, *checks: Any) -> TextAreaField:
    return TextAreaField(label, [*checks, Length(max=LONGEST_TEXT, message=TOO_LONG)])


class VersionForm(PlainForm):
    """A change of what was seen: `version` is the one that was on the page."""

    version = IntegerField(validators=[InputRequired()])


class ScrubForm(VersionForm):
    question = text(lazy_gettext("Frågan så som andra får se den"), DataRequired(EMPTY))
    read_through = BooleanField(lazy_gettext("Jag har läst hela texten. Den visar inte vem någon är."))

    def validate_read_through(self, field: BooleanField) -> None:
        if not field.data:
            raise ValidationError(gettext("Läs hela texten och bocka i att den inte visar vem någon är."))


class DraftForm(VersionForm):
    greeting = text(lazy_gettext("Hälsning"))
    answer = text(lazy_gettext("Svar"))
    invitation = text(lazy_gettext("Inbjudan"))
    sign_off = text(lazy_gettext("Avslutning"))
    language = SelectField(lazy_gettext("Svaret är skrivet på"))
    topic = SelectField(lazy_gettext("Ämne"))
    law_date = DateField(lazy_gettext("Lagen så som den var"), [InputRequired(DAY)])
    review_by = DateField(lazy_gettext("Ska läsas igen senast"), [InputRequired(DAY)])

    def offer(self, languages: list[str], topics: dict[str, str]) -> DraftForm:
        """Offer these languages and topics (id to label)."""
        self.language.choices = [SelectChoice(tag, language_name(tag)) for tag in languages]
        none = SelectChoice(NOT_CHOSEN, lazy_gettext("Inget ämne"))
        self.topic.choices = [none, *(SelectChoice(each, label) for each, label in topics.items())]
        return self

    def validate_review_by(self, field: DateField) -> None:
        if field.data and self.law_date.data and field.data <= self.law_date.data:
            raise ValidationError(gettext("Välj en senare dag än lagens datum."))

    def draft(self) -> AnswerDraft:
        """What is written, once it is valid."""
        days: tuple[date, date] = (self.law_date.data, self.review_by.data)  # type: ignore[assignment]
        return AnswerDraft(
            greeting=self.greeting.data or "",
            answer=self.answer.data or "",
            invitation=self.invitation.data or "",
            sign_off=self.sign_off.data or "",
            language=self.language.data,
            law_date=days[0],
            review_by=days[1],
        )


class ReviewForm(VersionForm):
    """What the second reader decides. Sending back needs a comment, declining a reason."""

    verdict = HiddenField(validators=[AnyOf(["publish", "private", "back", "decline"])])
    comment = text(lazy_gettext("Vad behöver ändras?"))
    reason = SelectField(
        lazy_gettext("Varför publiceras den inte?"),
        validate_choice=False,
        choices=[
            SelectChoice(NOT_CHOSEN, lazy_gettext("Välj en orsak")),
            *(SelectChoice(code.value, words) for code, words in DECLINE_REASON.items()),
        ],
    )

    def validate_comment(self, field: TextAreaField) -> None:
        if self.verdict.data == "back" and not (field.data or "").strip():
            raise ValidationError(gettext("Skriv vad som behöver ändras."))

    def validate_reason(self, field: SelectField) -> None:
        if self.verdict.data == "decline" and field.data not in set(DeclineReason):
            raise ValidationError(gettext("Välj varför frågan inte publiceras."))


class PublishedForm(VersionForm):
    """A published answer: rewritten, read through again, retracted or given back."""

    question = text(lazy_gettext("Fråga"), DataRequired(EMPTY))
    answer = text(lazy_gettext("Svar"), DataRequired(EMPTY))
    law_date = DateField(lazy_gettext("Lagen så som den var"), [InputRequired(DAY)])
    review_by = DateField(lazy_gettext("Ska läsas igen senast"), [InputRequired(DAY)])
    act = HiddenField(validators=[AnyOf(["correct", "keep", "retract", "restore"])])
