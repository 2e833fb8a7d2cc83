"""The library of replies for content editors: see what is missing, write, translate, review, retire."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal import clock, current
from portal.desk import reply_editing
from portal.desk.reply_editing import ReplyView, VariantView, list_replies, read_reply
from portal.desk.reply_errors import ReplyUnknown
from portal.i18n.languages import SOURCE
from portal.records.errors import DomainError
from portal.reply_words import fill_what_can_be
from portal.staff import labels, signed_in
from portal.staff.acts import too_old
from portal.staff.problems import sentence_for, status_for
from portal.staff.reply_forms import NewReplyForm, ReplyForm, ReviewForm, VariantForm, VersionForm
from portal.triage.reply_file import known_placeholders

Verb = Callable[..., None]
"""One of the verbs of `portal.desk.reply_editing`."""


def replies() -> ResponseReturnValue:
    """All of them, with how each stands in every language."""
    tags = other_languages()
    with current.reading() as db:
        there = list_replies(db, languages=tags)
    today = current.ruleset().local(clock.now()).date()
    return render_template("staff/replies.html", replies=there, tags=tags, labels=labels, today=today)


def add_reply() -> ResponseReturnValue:
    """A new one, in Swedish."""
    form = NewReplyForm(version=0).offer_topics(_topics())
    if not form.is_submitted():
        return _reply_page(None, form)
    if not form.validate():
        return _reply_page(None, form, problem=too_old(form), status=400)
    slug = form.slug.data or ""
    error = _do(reply_editing.add_reply, slug=slug, written=form.written(), now=clock.now(), **_who(), **_helplines())
    if error is not None:
        return _reply_page(None, form, problem=sentence_for(error), status=status_for(error))
    flash(gettext("Svaret är sparat på svenska. Nu behöver det översättas."))
    return redirect(url_for("staff.reply", slug=slug), 303)


def reply(slug: str) -> ResponseReturnValue:
    """One reply: its Swedish text, and its languages."""
    there = _load(slug)
    form = ReplyForm().offer_topics(_topics(there))
    if not form.is_submitted():
        return _reply_page(there, None)
    if not form.validate():
        return _reply_page(there, form, problem=too_old(form), status=400)
    error = _do(
        reply_editing.change_reply,
        slug=slug,
        written=form.written(),
        version=form.version.data,
        now=clock.now(),
        **_who(),
        **_helplines(),
    )
    if error is not None:
        return _reply_again(slug, form, error)
    flash(gettext("Svaret är sparat. Om texten har ändrats behöver översättningarna granskas igen."))
    return redirect(url_for("staff.reply", slug=slug), 303)


def retire_reply(slug: str) -> ResponseReturnValue:
    """Out of use when it is in use, and the other way round."""
    form, there = VersionForm(), _load(slug)
    if not form.validate_on_submit():
        return _reply_page(there, None, problem=too_old(form), status=400)
    error = _do(reply_editing.retire_reply, slug=slug, in_use=not there.is_in_use, version=form.version.data)
    if error is not None:
        return _reply_page(_load(slug), None, problem=sentence_for(error), status=status_for(error))
    flash(gettext("Svaret används inte längre.") if there.is_in_use else gettext("Svaret används igen."))
    return redirect(url_for("staff.reply", slug=slug), 303)


def reply_variant(slug: str, language: str) -> ResponseReturnValue:
    """The reply in one language, beside its Swedish."""
    form = VariantForm()
    if not form.is_submitted():
        return _variant_page(slug, language, None)
    if not form.validate():
        return _variant_page(slug, language, form, problem=too_old(form), status=400)
    error = _do(
        reply_editing.write_variant,
        slug=slug,
        language=_known(language),
        text=form.text.data,
        reply_version=form.reply_version.data,
        version=form.version.data,
        now=clock.now(),
        **_who(),
        **_helplines(),
    )
    if error is not None:
        return _variant_page(slug, language, form, problem=sentence_for(error), status=status_for(error))
    flash(gettext("Texten är sparad. En kollega som talar språket behöver granska den."))
    return redirect(url_for("staff.reply_variant", slug=slug, language=language), 303)


def review_variant(slug: str, language: str) -> ResponseReturnValue:
    """Somebody else than the writer has read it."""
    form = ReviewForm()
    if not form.validate_on_submit():
        return _variant_page(slug, language, None, problem=too_old(form), status=400)
    error = _do(
        reply_editing.review_variant,
        slug=slug,
        language=_known(language),
        reply_version=form.reply_version.data,
        version=form.version.data,
        now=clock.now(),
        **_who(),
    )
    if error is not None:
        return _variant_page(slug, language, None, problem=sentence_for(error), status=status_for(error))
    flash(gettext("Texten är granskad och kan skickas."))
    return redirect(url_for("staff.reply_variant", slug=slug, language=language), 303)


def other_languages() -> list[str]:
    """The languages into which replies are put, in the order of the menu."""
    return [tag for tag in current.ruleset().languages if tag != SOURCE]


def _do(verb: Verb, **details: Any) -> DomainError | None:
    """Do it in one transaction; returns what stood in the way. A reply that is not there is not found."""
    try:
        with current.writing() as db:
            verb(db, **details)
    except ReplyUnknown:
        abort(404)
    except DomainError as error:
        return error
    return None


def _load(slug: str) -> ReplyView:
    try:
        with current.reading() as db:
            return read_reply(db, slug=slug, languages=other_languages())
    except ReplyUnknown:
        abort(404)


def _reply_again(slug: str, form: ReplyForm, error: DomainError) -> ResponseReturnValue:
    """The page with what was written; and what a colleague has made of it meanwhile, which saving replaces."""
    there = _load(slug)
    theirs = there if form.version.data != there.version else None
    form.version.raw_data, form.version.data = None, there.version
    return _reply_page(there, form, theirs=theirs, problem=sentence_for(error), status=status_for(error))


def _reply_page(
    there: ReplyView | None,
    form: ReplyForm | None,
    *,
    theirs: ReplyView | None = None,
    problem: str | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    if form is None and there is not None:
        form = ReplyForm.filled_with(there).offer_topics(_topics(there))
    shown = render_template(
        "staff/reply.html",
        reply=there,
        form=form,
        theirs=theirs,
        problem=problem,
        placeholders=_placeholders(),
        labels=labels,
    )
    return make_response(shown, status)


def _variant_page(
    slug: str, language: str, form: VariantForm | None, *, problem: str | None = None, status: int = 200
) -> ResponseReturnValue:
    there = _load(slug)
    variant = next(variant for variant in there.variants if variant.language == _known(language))
    changed = form is not None and _is_older(form, there, variant)
    if form is None:
        form = VariantForm(formdata=None, text=variant.text)
    for version, now in ((form.version, variant.version), (form.reply_version, there.version)):
        version.raw_data, version.data = None, now
    shown = render_template(
        "staff/reply_variant.html",
        reply=there,
        variant=variant,
        form=form,
        theirs=variant if changed and variant.text else None,
        problem=problem,
        filled=fill_what_can_be(variant.text, language),
        is_mine=variant.written_by == signed_in.who().id,
        placeholders=_placeholders(),
        labels=labels,
    )
    return make_response(shown, status)


def _is_older(form: VariantForm, there: ReplyView, variant: VariantView) -> bool:
    """Whether somebody has changed the text or its Swedish since the form was shown."""
    return bool((form.reply_version.data, form.version.data) != (there.version, variant.version))


def _known(language: str) -> str:
    if language not in other_languages():
        abort(404)
    return language


def _topics(there: ReplyView | None = None) -> list[tuple[str, str]]:
    """The main topics, and what a reply has besides."""
    wanted = dict.fromkeys([*current.ruleset().topics, *(there.written.topics if there else ())])
    return [(topic, labels.topic_label(topic)) for topic in wanted]


def _placeholders() -> list[str]:
    return known_placeholders(current.ruleset().helplines)


def _who() -> dict[str, Any]:
    return {"staff_id": signed_in.who().id}


def _helplines() -> dict[str, Any]:
    return {"helplines": current.ruleset().helplines}
