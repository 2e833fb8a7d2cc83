"""To the contact centre: what goes there, without a name or with one, and the receipt."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from flask import make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from portal import clock, current
from portal.chat.lines import own_words
from portal.citizen import blueprint
from portal.citizen.forms import ButtonForm, SendForm, WriteForm, choices
from portal.citizen.told import keep_only, told_lines
from portal.citizen.words import urgency_words
from portal.danger_first import posted_signals
from portal.desk.contact import AccessNeed, Contact, ContactChannel
from portal.desk.errors import DomainError
from portal.desk.filing import answer_due, file_request
from portal.desk.follow_up import confirm_saved
from portal.desk.submit import Submitted
from portal.i18n.languages import content_text
from portal.i18n.written import WRITTEN_IN, written_in, written_language
from portal.limits import LimitReached, limited
from portal.page_words import danger_cards
from portal.records.receipt_code import grouped
from portal.triage.engine import decide
from portal.triage.facts import Facts
from portal.understanding.self_naming import who_it_tells
from portal.visitor import Visit, current_visit

TEXT_FIELDS: Final = ("message", "named", "name", "channel", "address", "best_times", "code_word", "never_contact")
OUTLIVES_SENDING: Final = ("sent", "open", "chat", "chat_sent", "chat_left", "chat_key", "chat_draft", WRITTEN_IN)
"""What stays in the visit when the next request is begun."""

CALENDAR_TIME: Final = "%Y%m%dT%H%M%SZ"
REMINDER_LENGTH: Final = timedelta(minutes=15)


@blueprint.route("/<lang>/ask/send", methods=["GET", "POST"])
def send(lang: str) -> Response | tuple[str, int]:
    """What will be sent, as staff will see it. Danger words in it are found before anything else is judged."""
    visit = current_visit()
    if _is_sent(visit):
        return redirect(url_for("citizen.sent", lang=lang), 303)
    if "submission_key" not in visit.data:
        visit.data["submission_key"] = secrets.token_urlsafe(24)  # before the form is shown, so that both of two
        visit.save()  # presses at once carry the same key
    if request.method == "GET":
        return _send_page(visit, _drafted(visit)), 200
    form = SendForm()
    if signals := posted_signals():
        visit.facts = visit.facts.with_fact("signals", signals)
    keep_send(visit)
    stored = visit.save()
    if form.switch_to and stored:
        return redirect(url_for("citizen.send", lang=form.switch_to), 303)
    if not stored:
        return _send_page(visit, form, trouble="busy"), 503
    if not form.validate() or not _has_content(form):
        return _send_page(visit, form), 400
    told = [] if form.named.data == "yes" or form.seen_hint.data else who_it_tells(form.message.data or "")
    if told:
        form.seen_hint.data = "yes"
        return _send_page(visit, form, tells=told), 200
    return _file(visit, form, lang)


@blueprint.route("/<lang>/ask/sent", methods=["GET", "POST"])
def sent(lang: str) -> Response | tuple[str, int]:
    """The receipt, as long as this visit lasts. Posting says that the code is saved, or opens the conversation."""
    visit = current_visit()
    receipt = visit.data.get("sent")
    if not receipt:
        return redirect(url_for("citizen.start", lang=lang), 303)
    form = ButtonForm()
    if request.method == "GET":
        return sent_page(receipt, form), 200
    if not form.validate():
        return sent_page(receipt, form), 400
    if "open" in request.form:
        visit.data["open"] = receipt["request_id"]
        visit.save()
        return redirect(url_for("citizen.conversation", lang=lang), 303)
    with current.writing() as db:
        confirm_saved(db, request_id=UUID(receipt["request_id"]), now=clock.now())
    receipt["saved"] = True
    visit.save()
    return redirect(url_for("citizen.sent", lang=lang, _anchor="saved"), 303)


@blueprint.get("/<lang>/ask/sent/reminder.ics")
def calendar(lang: str) -> Response:
    """A reminder for the time of the answer, under a title that gives nothing away. Nothing of it is stored."""
    receipt = current_visit().data.get("sent")
    if not receipt or not receipt["due"]:
        return redirect(url_for("citizen.start", lang=lang), 303)
    due = datetime.fromisoformat(receipt["due"])
    page = make_response(calendar_text(due, str(gettext("Lämna tillbaka biblioteksbok")), clock.now()))
    page.headers["Content-Type"] = "text/calendar; charset=utf-8"
    page.headers["Content-Disposition"] = 'attachment; filename="reminder.ics"'
    return page


@blueprint.post("/<lang>/ask/start-over")
def start_over(lang: str) -> Response:
    """Destroy everything that was written here and begin again."""
    if ButtonForm().validate():
        current_visit().forget()
    return redirect(url_for("citizen.start", lang=lang), 303)


def calendar_text(due: datetime, title: str, now: datetime) -> str:
    """A calendar file with one short entry. Moments are aware."""
    utc = {name: moment.astimezone(UTC) for name, moment in (("due", due), ("now", now))}
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//calendar//SV",
        "BEGIN:VEVENT",
        f"UID:{secrets.token_hex(8)}",
        f"DTSTAMP:{utc['now']:{CALENDAR_TIME}}",
        f"DTSTART:{utc['due']:{CALENDAR_TIME}}",
        f"DTEND:{utc['due'] + REMINDER_LENGTH:{CALENDAR_TIME}}",
        f"SUMMARY:{title}",
        "END:VEVENT",
        "END:VCALENDAR",
    )
    return "\r\n".join(lines) + "\r\n"


def keep_send(visit: Visit) -> None:
    """Put what stands in the form into the draft, sound or not."""
    form = SendForm()
    draft: dict[str, Any] = {name: getattr(form, name).data or "" for name in TEXT_FIELDS}
    draft["may_leave_message"] = bool(form.may_leave_message.data)
    draft["protected"] = bool(form.protected.data)
    draft["kept"] = list(form.kept.data or [])
    draft["needs"] = _needs(form)
    visit.data["send"] = draft


def keep_reply(visit: Visit) -> None:
    """The same for the text under a conversation."""
    visit.data["reply"] = WriteForm().body.data or ""


def begin_anew(visit: Visit) -> None:
    """After a request was sent, the next words begin another one; the receipt stays readable."""
    if _is_sent(visit):
        visit.data = {key: value for key, value in visit.data.items() if key in OUTLIVES_SENDING}


def _is_sent(visit: Visit) -> bool:
    receipt: dict[str, Any] = visit.data.get("sent") or {}
    return bool(receipt) and receipt["key"] == visit.data.get("submission_key")


def _drafted(visit: Visit) -> SendForm:
    draft = dict(visit.data.get("send", {}))
    draft.setdefault("message", visit.words or own_words(visit))
    kept = draft.pop("kept", None)
    form = SendForm(formdata=None, data=draft)
    form.kept.data = kept if kept is not None else [line.id for line in told_lines(current.ruleset(), visit.facts)]
    return form


def _has_content(form: SendForm) -> bool:
    """Something to read, or at least something chosen."""
    if (form.message.data or "").strip() or form.kept.data:
        return True
    form.message.errors = [gettext("Skriv några ord om vad det gäller.")]
    return False


def _file(visit: Visit, form: SendForm, lang: str) -> Response | tuple[str, int]:
    """File the request and show the receipt; on failure, the same page with everything still in it."""
    try:
        with limited("send"):
            submitted = _submit(visit, form)
    except LimitReached:
        return _send_page(visit, form, trouble="limit"), 429
    except DomainError:
        return _send_page(visit, form, trouble="busy"), 503
    visit.data["sent"] = {
        "key": visit.data["submission_key"],
        "reference": submitted.reference,
        "code": submitted.code,
        "request_id": str(submitted.request_id),
        "due": submitted.answer_due_at.isoformat() if submitted.answer_due_at else None,
        "urgency": submitted.urgency,
        "named": form.named.data == "yes",
        "signals": sorted(decide(current.ruleset(), visit.facts, clock.now()).signals),
        "saved": False,
    }
    if not visit.save():
        # The request is safe, so the code must be shown, if only this once.
        return sent_page(visit.data["sent"], ButtonForm()), 200
    return redirect(url_for("citizen.sent", lang=lang), 303)


def _submit(visit: Visit, form: SendForm) -> Submitted:
    parts, rules = current.parts(), current.rules()
    with current.writing() as db:
        return file_request(
            db,
            keys=parts.content_keys,
            code_key=parts.code_key,
            ruleset=rules.ruleset,
            facts=_facts_to_send(visit, form.kept.data or []),
            words=form.message.data or "",
            language=written_language(form.message.data or "", written_in(visit.data)),
            channel="form",
            now=clock.now(),
            contact=_contact(form),
            protected=bool(form.protected.data),
            idempotency_key=visit.data["submission_key"],
        )


def _facts_to_send(visit: Visit, kept: list[str]) -> Facts:
    """What is known, less what was struck out. Danger stays, even where the topic that meant it was struck."""
    ruleset, facts = current.ruleset(), visit.facts
    signals = decide(ruleset, facts, clock.now()).signals
    facts = keep_only(ruleset, facts, kept)
    return facts.with_fact("signals", signals) if signals else facts


def _needs(form: SendForm) -> list[AccessNeed]:
    """The needs that were ticked, in our order; what is none of them was not ticked on our page."""
    return [need for need in AccessNeed if need in (form.needs.data or [])]


def _contact(form: SendForm) -> Contact | None:
    needs = tuple(_needs(form))
    if form.named.data != "yes":
        return Contact(needs=needs) if needs else None
    channel = ContactChannel(form.channel.data)
    return Contact(
        name=(form.name.data or "").strip(),
        channel=channel,
        address="" if channel == ContactChannel.NONE else (form.address.data or "").strip(),
        best_times=(form.best_times.data or "").strip(),
        may_leave_message=bool(form.may_leave_message.data),
        code_word=(form.code_word.data or "").strip(),
        never_contact=(form.never_contact.data or "").strip(),
        needs=needs,
    )


def _send_page(visit: Visit, form: SendForm, *, trouble: str = "", tells: list[str] | None = None) -> str:
    ruleset, moment = current.ruleset(), clock.now()
    facts = visit.facts
    decision = decide(ruleset, facts, moment)
    told = told_lines(ruleset, facts)
    form.kept.choices = choices(*((line.id, content_text(line.label)) for line in told))
    return render_template(
        "citizen/send.html",
        form=form,
        cards=danger_cards(decision.signals),
        told=told,
        urgency_words=urgency_words(decision.urgency),
        signals=[ruleset.dangers[signal].label for signal in decision.signals],
        urgency=decision.urgency,
        due=answer_due(ruleset, decision.urgency, moment),
        professional=facts.choice("as") == "professional",
        trouble=trouble,
        tells=tells or [],
    )


def sent_page(receipt: dict[str, Any], form: ButtonForm) -> str:
    return render_template(
        "citizen/sent.html",
        form=form,
        receipt=receipt,
        code=grouped(receipt["code"]),
        due=datetime.fromisoformat(receipt["due"]) if receipt["due"] else None,
        cards=danger_cards(frozenset(receipt["signals"])),
    )
