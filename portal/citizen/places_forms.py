"""The forms for a worry about a place."""

from __future__ import annotations

from datetime import date
from typing import Final

from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)

from portal.citizen.forms import CitizenForm, choices, one_line, says_something
from portal.i18n.languages import content_text
from portal.place_words import ELSEWHERE, HOW_OFTEN, SOURCE, area_choices, rules, week_choices
from portal.triage.grammar import Area

LONGEST_WORDS: Final = 3000
"""Characters about one place."""


CHOOSE: Final = lazy_gettext("Välj")


def chosen(_form: FlaskForm, field: RadioField | SelectField) -> None:
    """One of the choices; said at the field that misses it."""
    if not field.data or field.data not in {value for value, *_ in field.iter_choices()}:
        raise ValidationError(gettext("Välj ett av svaren."))


class PlaceForm(CitizenForm):
    """What somebody has seen, where and when. Nothing about who they are but of what kind."""

    area = RadioField(lazy_gettext("Var är det?"), [chosen], validate_choice=False)
    place = StringField(lazy_gettext("Vilken plats?"), [one_line])
    category = RadioField(lazy_gettext("Vad gäller det?"), [chosen], validate_choice=False)
    words = TextAreaField(lazy_gettext("Vad har du sett?"))
    week = SelectField(lazy_gettext("När var det?"), [chosen], validate_choice=False)
    how_often = SelectField(
        lazy_gettext("Hur ofta händer det?"),
        [chosen],
        choices=choices(("", CHOOSE), *HOW_OFTEN.items()),
        validate_choice=False,
    )
    source = SelectField(
        lazy_gettext("Vem är du?"), [chosen], choices=choices(("", CHOOSE), *SOURCE.items()), validate_choice=False
    )
    wants_told = BooleanField(lazy_gettext("Berätta för mig vad som hände"))
    looked = BooleanField(lazy_gettext("Det handlar bara om platsen, inte om en människa"))
    seen_danger = HiddenField()

    def offer(self, areas: list[Area], today: date) -> PlaceForm:
        """Offer the areas and weeks of this day, and the categories of the rule file."""
        self.area.choices = choices(*area_choices(areas))
        self.week.choices = choices(*week_choices(today))
        self.category.choices = choices(*((each.slug, content_text(each.label)) for each in rules().categories))
        return self

    def validate_place(self, field: Field) -> None:
        if self.area.data == ELSEWHERE and not says_something(field.data or ""):
            raise ValidationError(
                gettext("Skriv vilken plats det är, till exempel en gata, en park eller en hållplats.")
            )

    def validate_words(self, field: Field) -> None:
        length = len(field.data or "")
        if not says_something(field.data or ""):
            raise ValidationError(gettext("Skriv några ord om vad du har sett."))
        if length > LONGEST_WORDS:
            raise ValidationError(
                gettext(
                    "Texten är för lång: %(length)s tecken. Korta den till %(most)s.", length=length, most=LONGEST_WORDS
                )
            )
