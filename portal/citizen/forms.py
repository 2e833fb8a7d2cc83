"""Every form that a person asking can send. Texts are judged here, facts by the rule set."""

from __future__ import annotations

import unicodedata
from typing import Any, Final

from flask import request
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    RadioField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types

from portal import current
from portal.contact_words import ACCESS_NEED
from portal.posted_form import PostedForm

LONGEST_TEXT: Final = 10_000
"""Characters of one text that a person sends."""

LONGEST_LINE: Final = 200
"""Characters of one short field."""

DECLINE: Final = "decline"
SOMETHING_ELSE: Final = "something-else"
"""Answers that stand beside those of the rule files."""

FEWEST_DIGITS: Final = 5


def choices(*pairs: tuple[str, Any]) -> list[Any]:
    """Value and label of each choice, as the fields take them."""
    return [SelectChoice(value, label) for value, label in pairs]


class CitizenForm(PostedForm):
    """A form whose old or missing token costs the person one more press, never the text."""

    def validate(self, extra_validators: Any = None) -> bool:
        sound: bool = super().validate(extra_validators)
        if "csrf_token" in self and self.csrf_token.errors:
            self.csrf_token.errors = [
                gettext("Sidan var för gammal för att skickas. Det du skrev finns kvar. Tryck en gång till.")
            ]
        return sound

    @property
    def switch_to(self) -> str | None:
        """The language that was chosen instead of sending, if one was."""
        tag = request.form.get("switch_to", "")
        return tag if tag in current.ruleset().languages else None


class ButtonForm(CitizenForm):
    """A form that is only a button."""


def not_too_long(_form: FlaskForm, field: Field) -> None:
    """Refuse a text that is longer than we can take; it stays on the page."""
    length = len(field.data or "")
    if length > LONGEST_TEXT:
        raise ValidationError(
            gettext(
                "Texten är för lång: %(length)s tecken. Korta den till %(most)s. Resten kan du berätta sedan.",
                length=length,
                most=LONGEST_TEXT,
            )
        )


def one_line(_form: FlaskForm, field: Field) -> None:
    if len(field.data or "") > LONGEST_LINE:
        raise ValidationError(gettext("Det är för långt. Skriv högst %(most)s tecken.", most=LONGEST_LINE))


def says_something(text: str) -> bool:
    """Whether a text has at least one letter or digit, in any script. Emojis alone say nothing we can sort by."""
    return any(unicodedata.category(character)[0] in "LN" for character in text)


class AskForm(CitizenForm):
    """Own words, topics, or both."""

    words = TextAreaField(lazy_gettext("Berätta med egna ord"), [not_too_long])
    topics = SelectMultipleField(lazy_gettext("Eller välj vad det handlar om"), validate_choice=False)
    entrance = HiddenField()

    def validate(self, extra_validators: Any = None) -> bool:
        sound = super().validate(extra_validators)
        words = (self.words.data or "").strip()
        if sound and not self.topics.data and not says_something(words):
            self.topics.errors = [
                gettext("Tack för att du skrev. Välj också vad det handlar om, så hittar vi rätt hjälp.")
                if words
                else gettext("Skriv några ord, eller välj vad det handlar om.")
            ]
            return False
        return sound


class AnswerForm(CitizenForm):
    """One question. `answer` takes its label and choices from the question."""

    fact = HiddenField()
    answer = RadioField(validate_choice=False)

    def validate_answer(self, field: RadioField) -> None:
        if field.data not in {option.data for option in field}:
            raise ValidationError(gettext("Välj ett av svaren. Du kan också välja att inte svara."))


class SendForm(CitizenForm):
    """What goes to the contact centre, and how the person can safely be reached."""

    message = TextAreaField(lazy_gettext("Ditt meddelande"), [not_too_long])
    kept = SelectMultipleField(validate_choice=False)
    named = RadioField(
        lazy_gettext("Vill du berätta vem du är?"),
        choices=choices(("no", lazy_gettext("Nej, skicka utan namn")), ("yes", lazy_gettext("Ja, skicka med namn"))),
        default="no",
    )
    name = StringField(lazy_gettext("Vad heter du?"), [one_line])
    channel = RadioField(
        lazy_gettext("Hur vill du få svar?"),
        choices=choices(
            ("none", lazy_gettext("Jag kommer tillbaka hit med en kod")),
            ("phone", lazy_gettext("Ring mig")),
            ("sms", lazy_gettext("Skicka sms")),
            ("email", lazy_gettext("Skicka e-post")),
        ),
        default="none",
    )
    address = StringField(lazy_gettext("Telefonnummer eller e-postadress"), [one_line])
    best_times = StringField(lazy_gettext("När passar det att vi hör av oss?"), [one_line])
    may_leave_message = BooleanField(lazy_gettext("Ni får lämna ett meddelande om jag inte svarar"))
    code_word = StringField(lazy_gettext("Ett ord som vi säger först, så att du vet att det är vi"), [one_line])
    never_contact = StringField(lazy_gettext("Är det någon som inte får veta att du har skrivit?"), [one_line])
    needs = SelectMultipleField(
        lazy_gettext("Det här hjälper mig"), choices=choices(*ACCESS_NEED.items()), validate_choice=False
    )
    protected = BooleanField(lazy_gettext("Mina uppgifter måste skyddas"))
    seen_hint = HiddenField()

    def validate_name(self, field: Field) -> None:
        if self.named.data == "yes" and not (field.data or "").strip():
            raise ValidationError(gettext("Skriv vad du heter, eller välj att skicka utan namn."))

    def validate_address(self, field: Field) -> None:
        text = (field.data or "").strip()
        if self.named.data != "yes" or self.channel.data == "none":
            return
        if self.channel.data == "email" and not _looks_like_email(text):
            raise ValidationError(gettext("Skriv en e-postadress, till exempel namn@exempel.se."))
        if self.channel.data in ("phone", "sms") and sum(map(str.isdigit, text)) < FEWEST_DIGITS:
            raise ValidationError(gettext("Skriv ett telefonnummer, också riktnumret."))


class CodeForm(CitizenForm):
    """The receipt code."""

    code = StringField(lazy_gettext("Din kod"))

    def validate_code(self, field: Field) -> None:
        if not (field.data or "").strip():
            raise ValidationError(gettext("Skriv koden som du fick när du skickade."))


class WriteForm(CitizenForm):
    """One more message in a conversation."""

    body = TextAreaField(lazy_gettext("Skriv igen"), [not_too_long])

    def validate_body(self, field: Field) -> None:
        if not (field.data or "").strip():
            raise ValidationError(gettext("Skriv något först."))


def _looks_like_email(text: str) -> bool:
    name, _, place = text.partition("@")
    return bool(name) and "." in place.strip(".") and not any(map(str.isspace, text))
