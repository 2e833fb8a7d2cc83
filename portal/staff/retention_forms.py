"""What is filled in around keeping and taking out, and what its codes are called."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from flask_babel import lazy_gettext
from wtforms import HiddenField, SelectField, SelectMultipleField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import AnyOf, InputRequired, Length

from portal.desk.disclosure import Part
from portal.records.disclosure import Ground, Receiver
from portal.records.legal_hold import HoldReason
from portal.staff.forms import LONGEST_TEXT, NOT_CHOSEN, TOO_LONG, PlainForm

HOLD_REASON: Final = {
    HoldReason.DISCLOSURE_ASKED: lazy_gettext("Någon har begärt ut den"),
    HoldReason.APPEAL: lazy_gettext("Överklagande"),
    HoldReason.COURT: lazy_gettext("Domstol"),
    HoldReason.SUPERVISORY_AUTHORITY: lazy_gettext("Tillsyn"),
    HoldReason.ARCHIVE: lazy_gettext("Ska till arkivet först"),
}
RECEIVER: Final = {
    Receiver.PERSON: lazy_gettext("Den som frågade"),
    Receiver.GUARDIAN: lazy_gettext("En vårdnadshavare"),
    Receiver.PARTY: lazy_gettext("En part i ett ärende"),
    Receiver.AUTHORITY: lazy_gettext("En myndighet"),
    Receiver.COURT: lazy_gettext("En domstol"),
    Receiver.PUBLIC: lazy_gettext("Någon som begär ut en allmän handling"),
}
GROUND: Final = {
    Ground.OWN_DATA: lazy_gettext("Personens egna uppgifter (registerutdrag)"),
    Ground.PARTY_ACCESS: lazy_gettext("Partsinsyn"),
    Ground.PUBLIC_DOCUMENT: lazy_gettext("Allmän handling, efter menprövning"),
    Ground.DUTY_TO_INFORM: lazy_gettext("Uppgiftsskyldighet"),
    Ground.CONSENT: lazy_gettext("Samtycke"),
}


class HoldForm(PlainForm):
    reason = SelectField(
        lazy_gettext("Varför ska den finnas kvar?"),
        [InputRequired(lazy_gettext("Välj varför den ska finnas kvar."))],
        choices=[
            SelectChoice(NOT_CHOSEN, lazy_gettext("Välj en orsak")),
            *(SelectChoice(code.value, words) for code, words in HOLD_REASON.items()),
        ],
    )


class DisclosureForm(PlainForm):
    step = HiddenField(default="look", validators=[AnyOf(["look", "change", "take"])])
    receiver = SelectField(
        lazy_gettext("Vem får det?"),
        [InputRequired(lazy_gettext("Välj vem som får det."))],
        choices=[
            SelectChoice(NOT_CHOSEN, lazy_gettext("Välj")),
            *(SelectChoice(code.value, words) for code, words in RECEIVER.items()),
        ],
    )
    ground = SelectField(
        lazy_gettext("På vilken grund?"),
        [InputRequired(lazy_gettext("Välj på vilken grund."))],
        choices=[
            SelectChoice(NOT_CHOSEN, lazy_gettext("Välj")),
            *(SelectChoice(code.value, words) for code, words in GROUND.items()),
        ],
    )
    goes_out = SelectMultipleField(lazy_gettext("Det här lämnas ut"))
    words = TextAreaField(
        lazy_gettext("Dölj de här orden överallt"), [Length(max=LONGEST_TEXT, message=TOO_LONG)], default=""
    )

    def offer_parts(self, parts: Sequence[Part]) -> DisclosureForm:
        """Offer these parts to be taken out."""
        self.goes_out.choices = [(part.key, part.key) for part in parts]
        return self
