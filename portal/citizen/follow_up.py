"""Coming back with the receipt code: read the answer, write again."""

from __future__ import annotations

from contextlib import suppress
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response

from portal import clock, current
from portal.chat.put_away import come_back
from portal.citizen import blueprint
from portal.citizen.code_words import code_sentence
from portal.citizen.forms import ButtonForm, CodeForm, WriteForm
from portal.citizen.sending import keep_reply
from portal.danger_first import posted_signals
from portal.desk.errors import (
    CodeExpired,
    CodeMistyped,
    CodeUnknown,
    ContentErased,
    DatabaseBusy,
    DatabaseUnavailable,
    RequestUnknown,
)
from portal.desk.filing import answer_due
from portal.desk.follow_up import Conversation, open_with_code, person_writes, read_conversation
from portal.desk.public_answer_errors import QuestionUnknown
from portal.desk.public_questions import Standing, standing, withdraw
from portal.i18n.languages import language
from portal.i18n.written import written_language
from portal.limits import LimitReached, limited
from portal.page_words import danger_cards
from portal.records.daily_count import Counted
from portal.records.message import Author
from portal.records.public_question import DeclineReason
from portal.visitor import Visit, current_visit

EASE = {
    "5": lazy_gettext("Mycket lätt"),
    "4": lazy_gettext("Lätt"),
    "3": lazy_gettext("Varken lätt eller svårt"),
    "2": lazy_gettext("Svårt"),
    "1": lazy_gettext("Mycket svårt"),
}
NO_DATABASE = (DatabaseBusy, DatabaseUnavailable)


@blueprint.route("/<lang>/follow-up", methods=["GET", "POST"])
def follow_up(lang: str) -> Response | tuple[str, int]:
    """Enter the code."""
    visit = current_visit()
    if request.method == "GET":
        return _code_page(CodeForm(formdata=None, code=visit.data.get("typed_code", ""))), 200
    form = CodeForm()
    if form.switch_to:
        visit.data["typed_code"] = form.code.data or ""
        visit.save()
        return redirect(url_for("citizen.follow_up", lang=form.switch_to), 303)
    if not form.validate():
        return _code_page(form), 400
    try:
        with limited("code"):
            if come_back(form.code.data or ""):
                return redirect(url_for("chat.page", lang=lang), 303)
            visit.data["open"] = str(_request_of(form.code.data or ""))
    except (CodeMistyped, CodeUnknown, CodeExpired) as error:
        form.code.errors = [code_sentence(error, form.code.data or "")]
        return _code_page(form), 400
    except LimitReached:
        form.code.errors = [gettext("Det blev många försök på en gång. Vänta tio minuter och försök igen.")]
        return _code_page(form), 429
    except NO_DATABASE:
        return _code_page(form, busy=True), 503
    visit.data.pop("typed_code", None)
    if not visit.save():
        return _code_page(form, busy=True), 503
    return redirect(url_for("citizen.conversation", lang=lang), 303)


@blueprint.route("/<lang>/follow-up/conversation", methods=["GET", "POST"])
def conversation(lang: str) -> Response | tuple[str, int]:
    """What was said, and a place to write again."""
    visit = current_visit()
    if "open" not in visit.data:
        return _closed_meanwhile(visit, lang)
    if request.method == "GET":
        return _talk_page(visit, WriteForm(formdata=None, body=visit.data.get("reply", "")), 200)
    form = WriteForm()
    signals = posted_signals()
    keep_reply(visit)
    if form.switch_to:
        visit.save()
        return redirect(url_for("citizen.conversation", lang=form.switch_to), 303)
    if "close" in request.form:
        visit.data.pop("open")
        visit.save()
        return redirect(url_for("citizen.follow_up", lang=lang), 303)
    if not form.validate():
        return _talk_page(visit, form, 400, signals=signals)
    try:
        with limited("message"):
            _write(UUID(visit.data["open"]), form.body.data or "", signals)
    except LimitReached:
        return _talk_page(visit, form, 429, signals=signals, trouble="limit")
    except NO_DATABASE:
        return _talk_page(visit, form, 503, signals=signals, trouble="busy")
    visit.data["reply"] = ""
    visit.data["raised"] = sorted(signals)
    visit.save()
    return redirect(url_for("citizen.conversation", lang=lang, _anchor="latest"), 303)


@blueprint.post("/<lang>/follow-up/ease")
def ease(lang: str) -> Response:
    """How easy it was to get help: counted and nothing else. What it was said about is forgotten with the visit."""
    visit = current_visit()
    if ButtonForm().validate() and "open" in visit.data and visit.data.get("eased") != visit.data["open"]:
        answered = request.form.get("ease", "")
        if answered in EASE:
            visit.to_count.append(Counted(f"ease-{answered}"))
            visit.data["eased"] = visit.data["open"]
            visit.save()
    return redirect(url_for("citizen.conversation", lang=lang, _anchor="ease"), 303)


@blueprint.post("/<lang>/follow-up/withdraw")
def withdraw_question(lang: str) -> Response:
    """The asker takes back that the question may be published. Doing it twice changes nothing."""
    visit = current_visit()
    if ButtonForm().validate() and "open" in visit.data:
        with suppress(QuestionUnknown), current.writing() as db:
            withdraw(db, request_id=UUID(visit.data["open"]), now=clock.now())
    return redirect(url_for("citizen.conversation", lang=lang), 303)


def decline_words(reason: DeclineReason) -> str:
    """Why a question is not published, for its asker."""
    words = {
        DeclineReason.POINTS_OUT: gettext("Vi kan inte svara så att andra förstår utan att det syns vem det gäller."),
        DeclineReason.ABOUT_OTHERS: gettext("Den handlar mycket om en annan människa, som inte har valt att vara med."),
        DeclineReason.ONGOING: gettext("Den gäller något som någon redan arbetar med. Det skriver vi inte om här."),
        DeclineReason.NOT_OURS: gettext("Den gäller något som kommunen inte bestämmer. Vi visar dig vem du kan fråga."),
        DeclineReason.ANSWERED_BEFORE: gettext("Samma fråga har redan ett svar bland frågor och svar."),
    }
    return str(words[reason])


def _request_of(code: str) -> UUID:
    with current.reading() as db:
        return open_with_code(db, code=code, code_key=current.parts().code_key, now=clock.now()).request_id


def _write(request_id: UUID, body: str, signals: frozenset[str]) -> None:
    ruleset, now = current.ruleset(), clock.now()
    keys = current.parts().content_keys
    with current.writing() as db:
        urgency = "emergency" if signals else read_conversation(db, keys=keys, request_id=request_id, now=now).urgency
        person_writes(
            db,
            keys=keys,
            request_id=request_id,
            body=body,
            language=written_language(body),
            now=now,
            signals=sorted(signals),
            answer_due_at=answer_due(ruleset, urgency, now),
            ruleset=ruleset,
        )


def _read(request_id: UUID) -> tuple[Conversation, Standing | None]:
    with current.writing() as db:
        talk = read_conversation(db, keys=current.parts().content_keys, request_id=request_id, now=clock.now())
        return talk, standing(db, request_id=request_id)


def _closed_meanwhile(visit: Visit, lang: str) -> Response | tuple[str, int]:
    """No conversation is open here (any more): the code again. What was written stays, and so does its danger card."""
    written = request.form.get("body", "").strip()
    if not written or "close" in request.form:
        return redirect(url_for("citizen.follow_up", lang=lang), 303)
    keep_reply(visit)
    stored = visit.save()
    page = _code_page(CodeForm(formdata=None), busy=not stored, signals=posted_signals(), written=written)
    return page, 400 if stored else 503


def _code_page(form: CodeForm, *, busy: bool = False, signals: frozenset[str] = frozenset(), written: str = "") -> str:
    cards = danger_cards(signals)
    return render_template("citizen/follow_up.html", form=form, busy=busy, cards=cards, written=written)


def _talk_page(
    visit: Visit, form: WriteForm, status: int, *, signals: frozenset[str] = frozenset(), trouble: str = ""
) -> Response | tuple[str, int]:
    talk, public = None, None
    try:
        talk, public = _read(UUID(visit.data["open"]))
    except (RequestUnknown, ContentErased):
        visit.data.pop("open")
        visit.save()
        return redirect(url_for("citizen.follow_up", lang=language().tag), 303)
    except NO_DATABASE:
        trouble, status = "busy", 503
    raised = signals | frozenset(visit.data.get("raised", []))
    page = render_template(
        "citizen/conversation.html",
        form=form,
        talk=talk,
        ease=EASE,
        eased=visit.data.get("eased") == visit.data.get("open"),
        public=public,
        decline_words=decline_words,
        late=talk is not None and _is_late(talk),
        answered=talk is not None and _is_answered(talk),
        cards=danger_cards(raised),
        trouble=trouble,
    )
    return page, status


def _is_late(talk: Conversation) -> bool:
    """Whether we broke our word: the promised time is over and the last word is the person's."""
    waits = talk.closed_at is None and not _is_answered(talk)
    return waits and talk.answer_due_at is not None and talk.answer_due_at < clock.now()


def _is_answered(talk: Conversation) -> bool:
    """Whether the last word is staff's. A notice of the portal is nobody's word."""
    words = [message.author for message in talk.messages if message.author != Author.PORTAL]
    return bool(words) and words[-1] == Author.STAFF
