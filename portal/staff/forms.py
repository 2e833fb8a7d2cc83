"""What staff fill in. Texts are looked up when the page is shown, so that they speak its language."""

from __future__ import annotations

from typing import Final

from flask_babel import gettext, lazy_gettext
from wtforms import (
    DateTimeLocalField,
    HiddenField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import AnyOf, DataRequired, EqualTo, InputRequired, Length, Optional

from portal.desk.accounts import SHORTEST_PASSWORD
from portal.posted_form import PostedForm
from portal.records.help_request import CloseReason
from portal.records.interpreter_request import InterpreterMode
from portal.records.note import NoteKind
from portal.staff.labels import CLOSE_REASON, INTERPRETER_MODE, NOTE_KIND, language_name

LONGEST_TEXT: Final = 10_000
LONGEST_NAME: Final = 100
LONGEST_PASSWORD: Final = 200
LONGEST_KEY_NAME: Final = 60
LONGEST_CREDENTIAL: Final = 20_000
"""Characters."""

FIRST_YEAR, LAST_YEAR = 2000, 2200
"""No calendar of ours goes beyond; years at the ends of all calendars have no moment in UTC."""

NOT_CHOSEN: Final = ""
EMPTY: Final = lazy_gettext("Skriv något först.")
TOO_LONG: Final = lazy_gettext("Texten är för lång. Korta den till högst %(max)d tecken.")


class PlainForm(PostedForm):
    """A button: nothing but the proof that the page was ours."""


class SignInForm(PlainForm):
    username = StringField(
        lazy_gettext("Användarnamn"), [DataRequired(lazy_gettext("Skriv ditt användarnamn.")), Length(max=LONGEST_NAME)]
    )
    password = PasswordField(
        lazy_gettext("Lösenord"), [InputRequired(lazy_gettext("Skriv ditt lösenord.")), Length(max=LONGEST_PASSWORD)]
    )
    next = HiddenField()


class FirstForm(PlainForm):
    """A text that may first need the request to be taken, or opened again, before it can be kept."""

    first = HiddenField(validators=[Optional(), AnyOf(["claim", "reopen"])])


class AnswerForm(FirstForm):
    answer = TextAreaField(lazy_gettext("Egna ord"), [Length(max=LONGEST_TEXT, message=TOO_LONG)])
    language = SelectField(lazy_gettext("Svaret är skrivet på"))

    def offer_languages(self, tags: list[str], *, spoken: str) -> AnswerForm:
        """Offer these languages. When the person writes another language than ours, staff must choose."""
        ours = tags[0]
        choose = [] if spoken == ours else [SelectChoice(NOT_CHOSEN, lazy_gettext("Välj språk"))]
        self.language.choices = [*choose, *(SelectChoice(tag, language_name(tag)) for tag in tags)]
        self.language.validators = [InputRequired(lazy_gettext("Välj vilket språk svaret är skrivet på."))]
        return self

    def expect_words(self, *, sending: bool, picked: bool) -> AnswerForm:
        """Own words are needed where no ready-made reply was picked, their language only where there are any."""
        if sending and not picked:
            self.answer.validators = [DataRequired(EMPTY), *self.answer.validators]
        elif not sending or not (self.answer.data or "").strip():
            self.language.validators, self.language.validate_choice = [], False
        return self


class NoteForm(FirstForm):
    note = TextAreaField(
        lazy_gettext("Intern anteckning"), [DataRequired(EMPTY), Length(max=LONGEST_TEXT, message=TOO_LONG)]
    )
    kind = RadioField(
        lazy_gettext("Det här är"),
        choices=[SelectChoice(kind.value, NOTE_KIND[kind]) for kind in NoteKind],
        default=NoteKind.ASSESSMENT.value,
    )


class InterpreterForm(PlainForm):
    spoken = SelectField(lazy_gettext("Språk"))
    mode = SelectField(
        lazy_gettext("Hur"),
        [InputRequired(lazy_gettext("Välj hur tolken ska vara med."))],
        choices=[SelectChoice(mode.value, INTERPRETER_MODE[mode]) for mode in InterpreterMode],
    )
    wished = DateTimeLocalField(lazy_gettext("Önskad tid, om du vet"), [Optional()])

    def validate_wished(self, field: DateTimeLocalField) -> None:
        if field.data and not FIRST_YEAR <= field.data.year < LAST_YEAR:
            raise ValidationError(gettext("Välj en tid som går att boka."))

    def offer_languages(self, tags: list[str], *, spoken: str) -> InterpreterForm:
        """Offer these languages, the person's own first."""
        self.spoken.choices = [SelectChoice(tag, language_name(tag)) for tag in dict.fromkeys([spoken, *tags])]
        return self


class CloseForm(PlainForm):
    reason = SelectField(
        lazy_gettext("Varför stänger du?"),
        [InputRequired(lazy_gettext("Välj varför du stänger frågan."))],
        choices=[
            SelectChoice(NOT_CHOSEN, lazy_gettext("Välj en orsak")),
            *(SelectChoice(code.value, CLOSE_REASON[code]) for code in CloseReason if code != CloseReason.MISUSE),
        ],
    )


class CodeForm(PlainForm):
    code = StringField(
        lazy_gettext("Koden i appen, sex siffror"),
        [DataRequired(lazy_gettext("Skriv koden som appen visar.")), Length(max=20)],
    )


class CredentialForm(PlainForm):
    credential = HiddenField(validators=[InputRequired(), Length(max=LONGEST_CREDENTIAL)])
    next = HiddenField()


class PasskeyForm(CredentialForm):
    name = StringField(
        lazy_gettext("Vad ska nyckeln heta?"),
        [DataRequired(lazy_gettext("Ge nyckeln ett namn, så att du känner igen den.")), Length(max=LONGEST_KEY_NAME)],
    )


class NewPasswordForm(PlainForm):
    new_password = PasswordField(
        lazy_gettext("Nytt lösenord"),
        [
            InputRequired(lazy_gettext("Skriv ett nytt lösenord.")),
            Length(
                min=SHORTEST_PASSWORD,
                max=LONGEST_PASSWORD,
                message=lazy_gettext("Lösenordet behöver vara minst %(min)d tecken. Flera ord efter varandra är bra."),
            ),
        ],
    )
    repeated = PasswordField(
        lazy_gettext("Nytt lösenord en gång till"),
        [
            InputRequired(lazy_gettext("Skriv det nya lösenordet en gång till.")),
            EqualTo("new_password", lazy_gettext("De två nya lösenorden är inte lika.")),
        ],
    )


class PasswordForm(NewPasswordForm):
    password = PasswordField(
        lazy_gettext("Lösenordet du har nu"),
        [InputRequired(lazy_gettext("Skriv lösenordet du har nu.")), Length(max=LONGEST_PASSWORD)],
    )


class RecoverForm(NewPasswordForm):
    code = StringField(
        lazy_gettext("Koden du har fått"),
        [DataRequired(lazy_gettext("Skriv koden du har fått.")), Length(max=LONGEST_NAME)],
    )
