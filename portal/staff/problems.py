"""What staff see when something stands in the way: a clear sentence, and what they wrote."""

from __future__ import annotations

import logging
from typing import Final, NoReturn

from flask import Response, abort, make_response, render_template, request
from flask_babel import gettext
from werkzeug.exceptions import HTTPException

from portal.desk.area_errors import SignalChanged, SignalUnknown, TooFewSignals
from portal.desk.bulk import ChangedMeanwhile, DangerStays, NobodyHasRead
from portal.desk.errors import (
    AlreadyClaimed,
    ContentErased,
    DatabaseBusy,
    EmptyText,
    MessageUnknown,
    NotClaimed,
    NotFromChat,
    NotHeld,
    NothingToDecide,
    NotTakenOver,
    RequestClosed,
    RequestNotClosed,
    RequestUnknown,
    ValueNotStorable,
)
from portal.desk.handover_errors import HandoverOpen, HandoverSettled, HandoverUnknown, NotConfirmable, RequestChanged
from portal.desk.public_answer_errors import (
    AnswerChanged,
    AnswerUnknown,
    NotScrubbed,
    QuestionChanged,
    QuestionUnknown,
    SecondReaderNeeded,
)
from portal.desk.ranking import OutOfReach
from portal.records.errors import DomainError
from portal.staff import reply_problems
from portal.staff.handover_words import handover_problem
from portal.staff.moments import short_moment
from portal.staff.request_problems import MEANWHILE, request_sentences

log = logging.getLogger(__name__)

TEXTS: Final = ("answer", "note", "body", "reason", "words", "question", "comment")
"""Fields in which staff write, given back when nothing else can be shown."""


def refused(sentence: str, *, status: int = 403) -> Response:
    return make_response(render_template("staff/problem.html", sentence=sentence, kept=[]), status)


def signed_out() -> Response:
    """Answer to a form that came from somebody who is no longer signed in; nothing was done, nothing is lost."""
    sentence = gettext("Du är inte inloggad längre, så inget skickades. Logga in igen.")
    return make_response(render_template("staff/problem.html", sentence=sentence, kept=_written()), 401)


def nowhere(elsewhere: str) -> NoReturn:
    """An address under /staff where no page is: said in the frame of the staff pages, with the way on."""
    abort(404)


def http_error(error: HTTPException) -> Response:
    sentences = {
        404: gettext("Sidan eller frågan finns inte. Se efter att referensen är rätt."),
        405: gettext("Sidan kan inte öppnas på det sättet. Börja om från menyn."),
        413: gettext("Texten är för lång. Korta den och skicka igen."),
    }
    status = error.code or 500
    unclear = gettext("Vi kunde inte förstå det som skickades. Gå tillbaka, ladda om sidan och försök igen.")
    return refused(sentences.get(status) or unclear, status=status)


def domain_error(error: DomainError) -> Response:
    """The last resort when not even the page that was worked on can be shown."""
    log.warning("%s at %s.", error.code, request.endpoint)
    page = render_template("staff/problem.html", sentence=sentence_for(error), kept=_written())
    return make_response(page, status_for(error))


def status_for(error: DomainError) -> int:
    if error.code.startswith("database"):
        return 503
    if isinstance(error, RequestUnknown | SignalUnknown | HandoverUnknown | QuestionUnknown | AnswerUnknown):
        return 404
    if isinstance(error, SecondReaderNeeded):
        return 403
    meanwhile = (
        AlreadyClaimed | NotClaimed | NotHeld | NothingToDecide | NotTakenOver | RequestClosed | RequestNotClosed
    )
    handed_over = HandoverOpen | HandoverSettled | NotConfirmable | RequestChanged
    changed = meanwhile | handed_over | SignalChanged | AnswerChanged | QuestionChanged
    return 409 if isinstance(error, (changed, reply_problems.MEANWHILE, *MEANWHILE)) else 400


def sentence_for(error: DomainError) -> str:
    """What happened and what to do now."""
    if isinstance(error, AlreadyClaimed):
        return str(
            gettext(
                "%(role)s har redan tagit hand om frågan. Den blir ledig %(time)s om inget händer.",
                role=error.role,
                time=short_moment(error.until),
            )
        )
    if words := handover_problem(error) or reply_problems.reply_sentence(error):
        return words
    sentences: dict[type[DomainError], str] = {
        NotClaimed: gettext("Du håller inte längre i frågan. Läs vad som har hänt innan du går vidare."),
        NotFromChat: gettext("Frågan kom inte från chatten, så det finns inget samtal att gå in i."),
        NotTakenOver: gettext("Boten svarar redan i chatten, eller så har personen lämnat den."),
        RequestClosed: gettext("Frågan har stängts. Läs vad som har hänt innan du går vidare."),
        RequestNotClosed: gettext("Frågan är redan öppen. Läs vad som har hänt."),
        RequestUnknown: gettext("Det finns ingen fråga med den referensen."),
        SignalUnknown: gettext("Det finns ingen oro för en plats med den referensen."),
        SignalChanged: gettext("En kollega hann före. Läs hur det står till nu."),
        TooFewSignals: gettext("Välj minst två som är lästa och gäller samma område."),
        NothingToDecide: gettext(
            "Det finns inget kvar att bestämma. Personen har läst svaret, eller så är texten borta."
        ),
        NotHeld: gettext("Frågan får redan gallras när dess tid är ute."),
        ContentErased: gettext("Texten i frågan är borttagen, så det går inte att skriva i den."),
        QuestionUnknown: gettext("Den frågan finns inte, eller så får den inte besvaras offentligt."),
        QuestionChanged: gettext("En kollega har ändrat frågan sedan du öppnade den. Läs vad som är nytt."),
        SecondReaderNeeded: gettext("Du har skrivit svaret själv. Någon annan behöver läsa det."),
        NotScrubbed: gettext("Ta bort namn och platser ur frågan först."),
        EmptyText: gettext("Skriv något först."),
        MessageUnknown: gettext("Det meddelandet finns inte kvar här."),
        AnswerUnknown: gettext("Det svaret finns inte."),
        AnswerChanged: gettext("En kollega har ändrat svaret sedan du öppnade det. Läs vad som är nytt."),
        DangerStays: gettext("Den har prioritet 1. Öppna den och bedöm den för sig."),
        NobodyHasRead: gettext("Ingen har läst det senaste som personen skrev. Öppna den först."),
        ChangedMeanwhile: gettext("Något har hänt med den sedan sidan visades. Öppna den och se vad."),
        OutOfReach: gettext("Kollegan får inte läsa den frågan. Ge den till någon annan."),
        ValueNotStorable: gettext("Vi kunde inte förstå det som skickades."),
        DatabaseBusy: gettext("Systemet är upptaget just nu. Vänta några sekunder och försök igen."),
    }
    sentences |= request_sentences(error)
    for kind, sentence in sentences.items():
        if isinstance(error, kind):
            return sentence
    return str(gettext("Något fungerar inte just nu. Försök igen om en stund."))


def _written() -> list[str]:
    return [text for name in TEXTS if (text := request.form.get(name, "").strip())]
