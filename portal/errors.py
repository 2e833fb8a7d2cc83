"""When something goes wrong: a clear sentence, the numbers that always work, and what was written, kept."""

from __future__ import annotations

import logging
from typing import Final

from flask import Flask, Response, make_response, render_template, request
from flask_babel import LazyString, lazy_gettext
from flask_wtf.csrf import CSRFError, generate_csrf
from werkzeug.exceptions import HTTPException

from portal.api.problems import problem
from portal.danger_first import NOT_SAID, posted_signals
from portal.limits import LimitReached
from portal.page_words import danger_cards
from portal.records.database import DatabaseBusy, ValueNotStorable
from portal.records.errors import DomainError
from portal.settings import LARGEST_BODY

log = logging.getLogger(__name__)

NOT_KEPT: Final = NOT_SAID - {"code_word"}
"""Form fields that an error page never repeats."""

LONGEST_KEPT: Final = 20_000
"""Characters of one field that an error page gives back."""


def answer_errors(app: Flask) -> None:
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(LimitReached, _limit)
    app.register_error_handler(DomainError, _domain)
    app.register_error_handler(Exception, _unexpected)


def _http(error: HTTPException) -> Response:
    sentences = {
        404: lazy_gettext("Sidan finns inte. Den kan ha flyttat, eller så blev adressen fel."),
        405: lazy_gettext("Sidan kan inte öppnas på det sättet. Börja om från startsidan."),
        413: lazy_gettext("Det du skickade är för stort. Korta texten och försök igen."),
    }
    status = error.code or 500
    return problem_page(status, sentences.get(status) or lazy_gettext("Vi kunde inte förstå det som skickades."))


def _csrf(_error: CSRFError) -> Response:
    return problem_page(
        400, lazy_gettext("Sidan var för gammal för att skickas. Det du skrev finns kvar. Försök igen.")
    )


def _limit(_error: LimitReached) -> Response:
    return problem_page(
        429, lazy_gettext("Det kom för många på en gång. Det du skrev finns kvar. Vänta en stund och försök igen.")
    )


def _domain(error: DomainError) -> Response:
    status = 503 if error.code.startswith("database") else 400
    log.warning("%s at %s.", error.code, request.endpoint)
    if isinstance(error, DatabaseBusy):
        return problem_page(status, lazy_gettext("Det är många här just nu. Det du skrev finns kvar. Försök igen."))
    if isinstance(error, ValueNotStorable):
        return problem_page(status, lazy_gettext("Vi kunde inte förstå det som skickades."))
    return problem_page(
        status, lazy_gettext("Något fungerar inte hos oss just nu. Det du skrev finns kvar. Försök igen.")
    )


def _unexpected(error: Exception) -> Response:
    # The message may hold what a person wrote: only the kind of error and the place reach the log.
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"
    log.error("%s at %s in %s.", type(error).__name__, place, request.endpoint)
    return problem_page(500, lazy_gettext("Något gick fel hos oss. Det du skrev finns kvar. Försök igen eller ring."))


LAST_RESORT: Final = (
    "Det fungerar inte just nu. Är det fara för livet, ring nödnumret.\n"
    "This does not work right now. If a life is in danger, call the emergency number.\n"
    "الخدمة لا تعمل الآن. عند وجود خطر على الحياة يجب الاتصال برقم الطوارئ.\n"
)
"""For the one case in which not even the rules, which hold the numbers, can be read."""


def problem_page(status: int, sentence: LazyString | str) -> Response:
    """The page for a problem; plain words when not even that can be made."""
    try:
        return _problem_page(status, str(sentence))
    except Exception as error:
        log.critical("Not even the page for problems could be made (%s).", type(error).__name__)
        return Response(LAST_RESORT, status=500, content_type="text/plain; charset=utf-8")


def _problem_page(status: int, sentence: str) -> Response:
    """The error as JSON for machines, else as a page with danger cards, numbers and what was written."""
    if request.path.startswith("/api/"):
        return problem(status, sentence)
    kept = _kept_fields()
    page = render_template(
        "problem.html",
        sentence=sentence,
        status=status,
        kept=kept,
        cards=danger_cards(posted_signals()) if kept else [],
        retry_to=request.path if request.method == "POST" else None,
        csrf=generate_csrf(),
    )
    return make_response(page, status)


def _kept_fields() -> list[tuple[str, str]]:
    if request.method != "POST" or request.content_length is None or request.content_length > LARGEST_BODY:
        return []
    return [
        (name, value[:LONGEST_KEPT]) for name, value in request.form.items(multi=True) if name not in NOT_KEPT and value
    ]
