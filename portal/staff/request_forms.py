"""What is filled in around a request, beside answers, notes and closing; and what its codes are called."""

from __future__ import annotations

from typing import Final

from flask_babel import lazy_gettext
from wtforms import BooleanField, DateField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import DataRequired, InputRequired, Length

from portal.desk.audit import Why
from portal.desk.reading import SAYABLE
from portal.desk.report_clocks import LegalClock
from portal.desk.safe_contact import Result, SafeWay
from portal.records.quarantine import Misuse
from portal.records.request_link import LinkKind
from portal.records.staff_task import TaskKind
from portal.records.threat import PairedAct
from portal.staff.forms import EMPTY, LONGEST_TEXT, TOO_LONG, PlainForm
from portal.staff.labels import TRANSLATOR

WHY: Final = {
    Why.COLLEAGUE_AWAY: lazy_gettext("Kollegan är borta"),
    Why.PERSON_CALLED: lazy_gettext("Personen har hört av sig"),
    Why.SUPERVISION: lazy_gettext("Arbetsledning"),
    Why.COMPLAINT: lazy_gettext("Ett klagomål"),
    Why.DISCLOSURE: lazy_gettext("Den ska lämnas ut"),
    Why.THREAT: lazy_gettext("Ett hot"),
}
RESULT: Final = {
    Result.REACHED: lazy_gettext("Jag pratade med personen"),
    Result.NO_ANSWER: lazy_gettext("Ingen svarade"),
    Result.SOMEBODY_ELSE: lazy_gettext("Någon annan svarade. Jag sa inget om frågan"),
    Result.MESSAGE_LEFT: lazy_gettext("Jag lämnade ett meddelande"),
    Result.SENT: lazy_gettext("Jag skickade den neutrala texten"),
    Result.NOT_SENT: lazy_gettext("Det gick inte att skicka"),
}
MISUSE: Final = {
    Misuse.ADVERTISING: lazy_gettext("Reklam"),
    Misuse.GIBBERISH: lazy_gettext("Går inte att förstå"),
    Misuse.FLOOD: lazy_gettext("Samma text väldigt många gånger"),
    Misuse.ABUSE: lazy_gettext("Bara förolämpningar, inget att svara på"),
    Misuse.FAKE: lazy_gettext("Påhittat för att störa"),
}
LINK: Final = {
    LinkKind.DUPLICATE: lazy_gettext("Samma sak, skickad igen"),
    LinkKind.OTHER_PARTY: lazy_gettext("Den andra parten i samma sak"),
}
TASK: Final = {
    TaskKind.AFTERCARE: lazy_gettext("Prata med kollegan efter hotet"),
    TaskKind.FEEDBACK: lazy_gettext("Återkoppla till den som anmälde i sitt yrke"),
}
LEGAL: Final = {
    LegalClock.SAFETY: lazy_gettext("Bedöm om barnet behöver skydd direkt"),
    LegalClock.PRELIMINARY: lazy_gettext("Bedöm om det ska bli en utredning"),
}
PAIRED: Final = {
    PairedAct.ANSWER: lazy_gettext("Skicka ett svar"),
    PairedAct.HANDOVER: lazy_gettext("Lämna över frågan"),
    PairedAct.CLOSE: lazy_gettext("Stänga frågan"),
}


class WhyForm(PlainForm):
    why = RadioField(
        lazy_gettext("Varför öppnar du den?"),
        [InputRequired(lazy_gettext("Välj varför du öppnar den."))],
        choices=[SelectChoice(code.value, WHY[code]) for code in SAYABLE],
    )


class ContactForm(PlainForm):
    result = RadioField(lazy_gettext("Hur gick det?"), [InputRequired(lazy_gettext("Välj hur det gick."))])
    channel = HiddenField()
    safe_time = BooleanField(lazy_gettext("Det är en tid som personen har sagt är trygg"))

    def offer(self, way: SafeWay) -> ContactForm:
        """Offer only what the person allows."""
        self.result.choices = [SelectChoice(result.value, RESULT[result]) for result in way.results]
        return self


class TranslationForm(PlainForm):
    body = TextAreaField(lazy_gettext("På svenska"), [DataRequired(EMPTY), Length(max=LONGEST_TEXT, message=TOO_LONG)])
    translator = RadioField(
        lazy_gettext("Vem har översatt?"),
        [InputRequired(lazy_gettext("Välj vem som har översatt."))],
        choices=[SelectChoice(code.value, words) for code, words in TRANSLATOR.items()],
    )


class ThreatForm(PlainForm):
    body = TextAreaField(
        lazy_gettext("Vad hände? Skriv ordagrant det som sades eller skrevs"),
        [DataRequired(EMPTY), Length(max=LONGEST_TEXT, message=TOO_LONG)],
    )
    until = DateField(
        lazy_gettext("Två hanterar frågan till och med"), [InputRequired(lazy_gettext("Välj en dag när det slutar."))]
    )


class AsideForm(PlainForm):
    reason = RadioField(
        lazy_gettext("Vad ser det ut att vara?"),
        [InputRequired(lazy_gettext("Välj vad det ser ut att vara."))],
        choices=[SelectChoice(code.value, words) for code, words in MISUSE.items()],
    )


class LinkForm(PlainForm):
    other = StringField(
        lazy_gettext("Den andra frågans referens"),
        [DataRequired(lazy_gettext("Skriv referensen.")), Length(max=40)],
    )
    kind = RadioField(
        lazy_gettext("Hur hör de ihop?"),
        choices=[SelectChoice(code.value, words) for code, words in LINK.items()],
        default=LinkKind.DUPLICATE.value,
    )


class ReportForm(PlainForm):
    keep_from_guardian = BooleanField(
        lazy_gettext("Det kan vara farligt om de som tar hand om barnet får veta. Kontakta dem inte än")
    )


class PressForm(PlainForm):
    press = HiddenField()
