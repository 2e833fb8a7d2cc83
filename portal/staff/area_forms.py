"""What staff fill in about worries about places."""

from __future__ import annotations

from datetime import date
from typing import Final

from flask_babel import lazy_gettext
from wtforms import BooleanField, HiddenField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from portal.i18n.languages import content_text
from portal.place_words import HOW_OFTEN, TOLD, area_choices, rules, week_choices
from portal.staff.forms import EMPTY, LONGEST_NAME, NOT_CHOSEN, TOO_LONG, PlainForm
from portal.triage.grammar import Area

LONGEST_WORDS: Final = 3000
"""Characters about one place."""

CHOOSE: Final = lazy_gettext("Välj")
NO_PERSON: Final = lazy_gettext("Jag har läst texten. Ingen människa går att känna igen i den.")


class NewSignalForm(PlainForm):
    """A worry about a place that somebody of the staff has seen or heard of."""

    area = SelectField(lazy_gettext("Var är det?"), [InputRequired(lazy_gettext("Välj var det är."))])
    place = StringField(lazy_gettext("Vilken plats?"), [Length(max=LONGEST_NAME, message=TOO_LONG)])
    category = SelectField(lazy_gettext("Vad gäller det?"), [InputRequired(lazy_gettext("Välj vad det gäller."))])
    week = SelectField(lazy_gettext("När var det?"), [InputRequired(CHOOSE)])
    how_often = SelectField(
        lazy_gettext("Hur ofta händer det?"), choices=[SelectChoice(*each) for each in HOW_OFTEN.items()]
    )
    words = TextAreaField(
        lazy_gettext("Vad har ni sett?"), [DataRequired(EMPTY), Length(max=LONGEST_WORDS, message=TOO_LONG)]
    )
    looked = BooleanField(NO_PERSON)
    seen_danger = HiddenField()
    seed = HiddenField()

    def offer(self, areas: list[Area], today: date) -> NewSignalForm:
        """Offer the areas and weeks of this day, and the categories of the rule file."""
        choose = SelectChoice(NOT_CHOSEN, CHOOSE)
        self.area.choices = [choose, *(SelectChoice(*each) for each in area_choices(areas))]
        self.category.choices = [
            choose,
            *(SelectChoice(each.slug, content_text(each.label)) for each in rules().categories),
        ]
        self.week.choices = [SelectChoice(*each) for each in week_choices(today)]
        return self


class VerifyForm(PlainForm):
    """The text as it is kept; `sure` is the second step."""

    words = TextAreaField(
        lazy_gettext("Så här sparas texten"), [DataRequired(EMPTY), Length(max=LONGEST_WORDS, message=TOO_LONG)]
    )
    place = StringField(lazy_gettext("Platsen"), [Length(max=LONGEST_NAME, message=TOO_LONG)])
    sure = BooleanField(NO_PERSON)
    step = HiddenField()


class PassOnForm(PlainForm):
    """What was passed on, and to whom."""

    receivers = SelectMultipleField(
        lazy_gettext("Till vem?"), [InputRequired(lazy_gettext("Välj minst en mottagare."))]
    )
    words = TextAreaField(
        lazy_gettext("Det som förs vidare"), [DataRequired(EMPTY), Length(max=LONGEST_WORDS, message=TOO_LONG)]
    )
    looked = BooleanField(NO_PERSON)

    def offer(self) -> PassOnForm:
        self.receivers.choices = [SelectChoice(each.slug, content_text(each.label)) for each in rules().receivers]
        return self


class TellForm(PlainForm):
    """What those read who have the code."""

    told = SelectField(
        lazy_gettext("Det som står på personens språk"),
        [InputRequired(lazy_gettext("Välj en mening."))],
        choices=[SelectChoice(NOT_CHOSEN, CHOOSE), *(SelectChoice(*each) for each in TOLD.items())],
    )
    words = TextAreaField(
        lazy_gettext("Egna ord på svenska, om det behövs"), [Optional(), Length(max=LONGEST_WORDS, message=TOO_LONG)]
    )
    looked = BooleanField(NO_PERSON)


class MergeForm(PlainForm):
    """Several worries about the same area."""

    references = SelectMultipleField(validate_choice=False)
