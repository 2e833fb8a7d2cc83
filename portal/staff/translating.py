"""Putting in what a human translated of the person's words, with the original beside it."""

from __future__ import annotations

from uuid import UUID

from flask import abort, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.current import parts
from portal.desk.conversation import MessageView
from portal.desk.translations import add_translation
from portal.records.message import Author
from portal.staff import labels, reading
from portal.staff.acts import do, done, too_old
from portal.staff.problems import sentence_for, status_for
from portal.staff.request_forms import TranslationForm
from portal.staff.request_page import load


def translate(reference: str, message_id: UUID) -> ResponseReturnValue:
    """The original and a place to write; posting keeps what was written."""
    asked = reading.enter(reference)
    if asked is not None:
        return asked
    original = _original(reference, message_id)
    if request.method == "GET":
        return _page(reference, original, TranslationForm(formdata=None))
    form = TranslationForm()
    if not form.validate_on_submit():
        return _page(reference, original, form, problem=too_old(form), status=400)
    error = do(
        reference,
        [add_translation],
        keys=parts().content_keys,
        message_id=message_id,
        translator=form.translator.data,
        body=form.body.data,
    )
    if error is not None:
        return _page(reference, original, form, problem=sentence_for(error), status=status_for(error))
    return done(reference, gettext("Översättningen står nu bredvid personens egna ord."))


def _original(reference: str, message_id: UUID) -> MessageView:
    for message in load(reference).messages:
        if message.id == message_id and message.author == Author.PERSON and message.body is not None:
            return message
    return abort(404)


def _page(
    reference: str, original: MessageView, form: TranslationForm, *, problem: str | None = None, status: int = 200
) -> ResponseReturnValue:
    page = render_template(
        "staff/request_translate.html",
        reference=reference,
        original=original,
        form=form,
        problem=problem,
        labels=labels,
    )
    return make_response(page, status)
