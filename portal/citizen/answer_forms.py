"""The forms of public questions and answers, and the draft of a question between pages."""

from __future__ import annotations

from typing import Final

from flask_babel import gettext, lazy_gettext
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TextAreaField, ValidationError

from portal import current
from portal.citizen.forms import CitizenForm, choices, not_too_long, one_line, says_something
from portal.i18n.languages import content_text
from portal.visitor import Visit

DRAFT: Final = "public"
"""The field of a visit that holds the question as it stands in the form."""

NO_TOPIC: Final = "none"
NO_AGE: Final = ""


class SearchForm(CitizenForm):
    """Words to search for."""

    q = StringField(lazy_gettext("Sök bland svaren"), [one_line])


class PublicQuestionForm(CitizenForm):
    """A question that may be answered in public. `seen` is set once similar answers and the topic have been shown."""

    question = TextAreaField(lazy_gettext("Vad vill du fråga?"), [not_too_long])
    age = SelectField(lazy_gettext("Hur gammal är du?"), validate_choice=False)
    publish = BooleanField(lazy_gettext("Frågan får publiceras utan namn och platser"))
    topic = RadioField(lazy_gettext("Vad handlar frågan om?"), validate_choice=False, default=NO_TOPIC)
    seen = HiddenField()

    def validate_question(self, field: TextAreaField) -> None:
        if not says_something(field.data or ""):
            raise ValidationError(gettext("Skriv vad du vill fråga."))

    def offer_ages(self) -> PublicQuestionForm:
        """The age bands of the rule files, and not to say."""
        bands = [(value, content_text(label)) for value, label in _age_bands().items()]
        self.age.choices = choices((NO_AGE, gettext("Vill inte säga")), *bands)
        return self

    def age_told(self) -> int | None:
        """The age that the chosen band stands for."""
        return int(self.age.data) if self.age.data in _age_bands() else None


def _age_bands() -> dict[str, str]:
    """The age that stands for a band, and the band's label."""
    asked = current.ruleset().questions.get("age")
    return {str(answer.value): answer.label for answer in (asked.answers if asked else [])}


def keep_question(visit: Visit) -> None:
    """Put what stands in the form into the draft, sound or not. What was made of the same words before is kept."""
    form = PublicQuestionForm()
    before = visit.data.get(DRAFT, {})
    read = before.get("read") if before.get("question") == (form.question.data or "") else None
    visit.data[DRAFT] = {
        "question": form.question.data or "",
        "age": form.age.data or NO_AGE,
        "publish": bool(form.publish.data),
        "topic": form.topic.data or NO_TOPIC,
        "read": read,
    }


def drafted_question(visit: Visit) -> PublicQuestionForm:
    """The form as it was left."""
    draft = visit.data.get(DRAFT, {})
    return PublicQuestionForm(formdata=None, data={key: value for key, value in draft.items() if key != "read"})
