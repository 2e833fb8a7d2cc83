"""What staff fill in when they hand a request over, and when a unit answers."""

from __future__ import annotations

from typing import Any, Final

from flask_babel import lazy_gettext
from wtforms import BooleanField, HiddenField, IntegerField, SelectField, SelectMultipleField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import AnyOf, InputRequired, Length

from portal.desk.handover_package import CONSENT, Chosen, Ground
from portal.records.handover import ConsentHow, ReturnReason
from portal.staff.forms import EMPTY, NOT_CHOSEN, TOO_LONG, PlainForm
from portal.staff.handover_words import CONSENT_HOW, GUIDED, RETURN_REASON
from portal.triage.grammar import HandoverGround

LONGEST_REASON: Final = 2000
CHANGE, LOOK, SEND = "change", "look", "send"
"""What was pressed: back to change it, on to see what will be sent, send it."""


class HandoverForm(PlainForm):
    """The choices stay in the form from step to step; nothing is stored before it is sent."""

    step = HiddenField(validators=[AnyOf([CHANGE, LOOK, SEND])])
    seen = IntegerField(validators=[InputRequired()])
    offered = IntegerField(validators=[InputRequired()])
    keep = SelectMultipleField(validate_choice=False)
    reach = BooleanField(lazy_gettext("Namn och hur man når personen"))
    may_move = BooleanField(lazy_gettext("Enheten får ta över hela frågan här i portalen"))
    ground = SelectField(
        lazy_gettext("Varför får uppgifterna lämnas?"),
        [InputRequired(lazy_gettext("Välj varför uppgifterna får lämnas."))],
    )
    consent_how = SelectField(lazy_gettext("Hur sa personen ja?"), validate_choice=True)
    reason = TextAreaField(lazy_gettext("Varför det inte skadar någon"), [Length(max=LONGEST_REASON, message=TOO_LONG)])

    def offer(self, grounds: list[HandoverGround]) -> HandoverForm:
        self.grounds = grounds
        self.ground.choices = [
            SelectChoice(NOT_CHOSEN, lazy_gettext("Välj")),
            SelectChoice(CONSENT, lazy_gettext("Personen har sagt ja")),
            *(SelectChoice(ground.slug, ground.name) for ground in grounds),
        ]
        self.consent_how.choices = [
            SelectChoice(NOT_CHOSEN, lazy_gettext("Välj")),
            *(SelectChoice(how.value, CONSENT_HOW[how]) for how in ConsentHow),
        ]
        return self

    def validate(self, extra_validators: Any = None) -> bool:
        sound = bool(super().validate(extra_validators))
        if self.ground.data == CONSENT and not self.consent_how.data:
            self.consent_how.errors = [lazy_gettext("Välj hur personen sa ja.")]
            sound = False
        if self._needs_reason() and not (self.reason.data or "").strip():
            self.reason.errors = [lazy_gettext("Skriv kort varför det står klart att ingen lider men.")]
            sound = False
        return sound

    def chosen(self) -> Chosen:
        return Chosen(keep=frozenset(self.keep.data or ()), reach=self.reach.data, may_move=self.may_move.data)

    def chosen_ground(self) -> Ground:
        if self.ground.data == CONSENT:
            return Ground(code=CONSENT, consent_how=ConsentHow(self.consent_how.data))
        return Ground(code=self.ground.data, reason=self.reason.data or "")

    def _needs_reason(self) -> bool:
        return any(ground.needs_reason for ground in self.grounds if ground.slug == self.ground.data)


class GuideForm(PlainForm):
    did = SelectMultipleField(
        lazy_gettext("Vad har du gjort?"),
        [InputRequired(lazy_gettext("Kryssa för vad du har gjort."))],
        choices=[SelectChoice(code, words) for code, words in GUIDED.items()],
    )


class AcceptForm(PlainForm):
    how = HiddenField(validators=[AnyOf(["own-system", "here"])])


class ReturnForm(PlainForm):
    reason = SelectField(
        lazy_gettext("Varför lämnar ni tillbaka?"),
        [InputRequired(lazy_gettext("Välj varför ni lämnar tillbaka."))],
        choices=[
            SelectChoice(NOT_CHOSEN, lazy_gettext("Välj en orsak")),
            *(SelectChoice(code.value, RETURN_REASON[code]) for code in ReturnReason),
        ],
    )
    words = TextAreaField(
        lazy_gettext("Förklaring till kontaktcentret"),
        [InputRequired(EMPTY), Length(max=LONGEST_REASON, message=TOO_LONG)],
    )


class FetchForm(PlainForm):
    form = HiddenField(validators=[AnyOf(["json", "text"])])
