"""What administrators fill in about accounts."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext
from wtforms import BooleanField, HiddenField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import AnyOf, DataRequired, Length

from portal import current
from portal.records.staff_account import CONTACT_CENTRE, Role
from portal.staff.forms import LONGEST_NAME, PlainForm
from portal.staff.labels import CONTACT_CENTRE_NAME, ROLE

NO_UNIT_OF_OURS = ("none", "other-board")
"""Compartments of services whose requests nobody here reads."""


def unit_choices() -> list[SelectChoice]:
    """Every unit that requests can belong to: the contact centre, and the services that we are."""
    services = sorted(current.ruleset().services.items(), key=lambda item: item[1].name)
    ours = [SelectChoice(slug, one.name) for slug, one in services if one.compartment not in NO_UNIT_OF_OURS]
    return [SelectChoice(CONTACT_CENTRE, CONTACT_CENTRE_NAME), *ours]


class RightsForm(PlainForm):
    roles = SelectMultipleField(
        lazy_gettext("Vad får personen göra?"),
        [DataRequired(lazy_gettext("Välj minst en roll."))],
        choices=[SelectChoice(role.value, ROLE[role]) for role in Role],
    )
    units = SelectMultipleField(lazy_gettext("Vilka enheters frågor får personen läsa?"))
    sees_protected = BooleanField(lazy_gettext("Får läsa frågor från personer med skyddade uppgifter"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units.choices = unit_choices()


class AddAccountForm(RightsForm):
    username = StringField(
        lazy_gettext("Användarnamn"),
        [DataRequired(lazy_gettext("Skriv ett användarnamn.")), Length(max=LONGEST_NAME)],
    )
    display_role = StringField(
        lazy_gettext("Yrkesroll som personen ser"),
        [DataRequired(lazy_gettext("Skriv den roll som personen ser.")), Length(max=LONGEST_NAME)],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # What most accounts need is ticked; a page that was sent says itself what is.
        super().__init__(*args, **{"data": {"units": [CONTACT_CENTRE]}, **kwargs})


class LinkForm(PlainForm):
    municipality_name = StringField(lazy_gettext("Namn i kommunens inloggning"), [Length(max=LONGEST_NAME)])


class SwitchForm(PlainForm):
    to = HiddenField(validators=[AnyOf(["on", "off"])])
