"""Taking one request out: choose what goes, see exactly that, and only then take it."""

from __future__ import annotations

from flask import abort, make_response, render_template
from flask.typing import ResponseReturnValue

from portal import clock, current
from portal.desk import audit, disclosure, legal_holds
from portal.desk.audit import Act, Why
from portal.desk.disclosure import Copy, Part
from portal.desk.errors import RequestUnknown
from portal.desk.request_page import RequestPage, load_request
from portal.disclosed_text import WHO, as_text, parts_to_disclose
from portal.staff import signed_in
from portal.staff.retention_forms import GROUND, HOLD_REASON, RECEIVER, DisclosureForm, HoldForm


def disclosing(reference: str) -> ResponseReturnValue:
    """Choose what goes out (GET), see it (POST `step=look`), take it (POST `step=take`)."""
    page = _open(reference)
    form = DisclosureForm().offer_parts(parts_to_disclose(page))
    if not form.is_submitted():
        form.goes_out.data = [part.key for part in parts_to_disclose(page) if part.who != "note"]
        return _choose(page, form)
    if not form.validate_on_submit():
        return _choose(page, form, status=400)
    copy = _copy(page, form)
    if form.step.data == "take":
        return _take(page, form, copy)
    if form.step.data == "change":
        return _choose(page, form)
    return make_response(
        render_template("staff/disclosure_look.html", page=page, form=form, copy=copy, text=as_text(page, copy))
    )


def _open(reference: str) -> RequestPage:
    """The request, written down as opened in order to be taken out; not found when it is out of reach."""
    try:
        with current.writing() as db:
            request_id = signed_in.find_request(db, reference)
            audit.note_opened(
                db,
                key=current.parts().audit_key,
                request_id=request_id,
                staff_id=signed_in.who().id,
                at=clock.now(),
                why=Why.DISCLOSURE,
            )
            return load_request(db, keys=current.parts().content_keys, request_id=request_id)
    except RequestUnknown:
        abort(404)


def _copy(page: RequestPage, form: DisclosureForm) -> Copy:
    parts: tuple[Part, ...] = parts_to_disclose(page)
    goes_out = set(form.goes_out.data or ())
    left_out = [part.key for part in parts if part.key not in goes_out]
    return disclosure.masked_copy(parts, left_out=left_out, words=(form.words.data or "").splitlines())


def _take(page: RequestPage, form: DisclosureForm, copy: Copy) -> ResponseReturnValue:
    text = as_text(page, copy)
    with current.writing() as db:
        digest = disclosure.note_disclosure(
            db,
            request_id=page.request_id,
            staff_id=signed_in.who().id,
            receiver=form.receiver.data,
            ground=form.ground.data,
            masked=copy.masked,
            text=text,
            now=clock.now(),
        )
        audit.append(
            db,
            key=current.parts().audit_key,
            act=Act.DISCLOSED,
            subject=page.reference,
            why=Why.DISCLOSURE,
            at=clock.now(),
            staff_id=signed_in.who().id,
            detail={"receiver": form.receiver.data, "ground": form.ground.data, "digest": digest[:16]},
        )
    answer = make_response(text)
    answer.headers["Content-Type"] = "text/plain; charset=utf-8"
    answer.headers["Content-Disposition"] = f'attachment; filename="{page.reference}.txt"'
    return answer


def _choose(page: RequestPage, form: DisclosureForm, *, status: int = 200) -> ResponseReturnValue:
    with current.reading() as db:
        holds = legal_holds.holds_of(db, request_id=page.request_id)
        register = disclosure.disclosures_of(db, request_id=page.request_id)
    shown = render_template(
        "staff/disclosure.html",
        page=page,
        form=form,
        parts=parts_to_disclose(page),
        who=WHO,
        receiver_words=RECEIVER,
        ground_words=GROUND,
        register=register,
        holds=holds,
        hold_form=HoldForm(formdata=None),
        hold_reason=HOLD_REASON,
    )
    return make_response(shown, status)
