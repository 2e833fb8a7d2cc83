"""What staff fill in. Texts are looked up when the page is shown, so that they speak its language."""

from __future__ import annotations

from typing import Final

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import AnyOf, DataRequired, EqualTo, InputRequired, Length, Optional

from portal.desk.accounts import SHORTEST_PASSWORD
from portal.records.help_request import CloseReason
from portal.records.staff_account import Role
from portal.staff.labels import CLOSE_REASON, ROLE, language_name

LONGEST_TEXT: Final = 10_000
LONGEST_NAME: Final = 100
LONGEST_PASSWORD: Final = 200
"""Characters."""

NOT_CHOSEN: Final = ""
EMPTY: Final = _l("Skriv något först.")
TOO_LONG: Final = _l("Texten är för lång. Korta den till högst %(max)d tecken.")


class PlainForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF carries no types
    """A button: nothing but the proof that the page was ours."""


class SignInForm(PlainForm):
    username = StringField(
        _l("Användarnamn"), [DataRequired(_l("Skriv ditt användarnamn.")), Length(max=LONGEST_NAME)]
    )
    password = PasswordField(_l("Lösenord"), [InputRequired(_l("Skriv ditt lösenord.")), Length(max=LONGEST_PASSWORD)])
    next = HiddenField()


class FirstForm(PlainForm):
    """A text that may first need the request to be taken, or opened again, before it can be kept."""

    first = HiddenField(validators=[Optional(), AnyOf(["claim", "reopen"])])


class AnswerForm(FirstForm):
    answer = TextAreaField(_l("Svar till personen"), [DataRequired(EMPTY), Length(max=LONGEST_TEXT, message=TOO_LONG)])
    language = SelectField(_l("Svaret är skrivet på"))

    def offer_languages(self, tags: list[str], *, spoken: str) -> AnswerForm:
        """Offer these languages. When the person writes another language than ours, staff must choose."""
        ours = tags[0]
        choose = [] if spoken == ours else [SelectChoice(NOT_CHOSEN, _l("Välj språk"))]
        self.language.choices = [*choose, *(SelectChoice(tag, language_name(tag)) for tag in tags)]
        self.language.validators = [InputRequired(_l("Välj vilket språk svaret är skrivet på."))]
        return self


class NoteForm(FirstForm):
    note = TextAreaField(_l("Intern anteckning"), [DataRequired(EMPTY), Length(max=LONGEST_TEXT, message=TOO_LONG)])


class CloseForm(PlainForm):
    reason = SelectField(
        _l("Varför stänger du?"),
        [InputRequired(_l("Välj varför du stänger frågan."))],
        choices=[
            SelectChoice(NOT_CHOSEN, _l("Välj en orsak")),
            *(SelectChoice(code.value, CLOSE_REASON[code]) for code in CloseReason),
        ],
    )


class AddAccountForm(PlainForm):
    username = StringField(
        _l("Användarnamn"),
        [DataRequired(_l("Skriv ett användarnamn.")), Length(max=LONGEST_NAME)],
    )
    display_role = StringField(
        _l("Yrkesroll som personen ser"),
        [DataRequired(_l("Skriv den roll som personen ser.")), Length(max=LONGEST_NAME)],
    )
    role = SelectField(
        _l("Kontot är för"),
        [InputRequired(_l("Välj vad kontot är för."))],
        choices=[SelectChoice(role.value, ROLE[role]) for role in Role],
    )


class SwitchForm(PlainForm):
    to = HiddenField(validators=[AnyOf(["on", "off"])])


class PasswordForm(PlainForm):
    password = PasswordField(
        _l("Lösenordet du har nu"),
        [InputRequired(_l("Skriv lösenordet du har nu.")), Length(max=LONGEST_PASSWORD)],
    )
    new_password = PasswordField(
        _l("Nytt lösenord"),
        [
            InputRequired(_l("Skriv ett nytt lösenord.")),
            Length(
                min=SHORTEST_PASSWORD,
                max=LONGEST_PASSWORD,
                message=_l("Lösenordet behöver vara minst %(min)d tecken. Flera ord efter varandra är bra."),
            ),
        ],
    )
    repeated = PasswordField(
        _l("Nytt lösenord en gång till"),
        [
            InputRequired(_l("Skriv det nya lösenordet en gång till.")),
            EqualTo("new_password", _l("De två nya lösenorden är inte lika.")),
        ],
    )
