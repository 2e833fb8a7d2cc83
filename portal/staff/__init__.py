"""Pages for the contact centre. Every route stands in the table below; who may reach it, in `portal.access`."""

from flask import Blueprint
from werkzeug.exceptions import HTTPException

from portal.records.errors import DomainError
from portal.staff import (
    account,
    accounts,
    area_signals,
    audit_log,
    chats,
    contacting,
    cookies,
    disclosing,
    erasures,
    figures,
    linking,
    municipality_sign_in,
    passkeys,
    password,
    problems,
    protecting,
    queue,
    reading,
    recovery,
    request_page,
    second_factor,
    setting_aside,
    sign_in,
    signed_in,
    threat,
    watch,
    week,
    work,
)

blueprint = Blueprint("staff", __name__, url_prefix="/staff")

_GET, _POST, _BOTH = ("GET",), ("POST",), ("GET", "POST")
_ACCOUNT = "/accounts/<uuid:staff_id>"
_REQUEST = "/requests/<reference>"
_SIGNAL = "/area-signals/<reference>"

for _path, _methods, _view in (
    ("/", _GET, sign_in.home),
    ("/sign-in", _BOTH, sign_in.sign_in),
    ("/sign-in/code", _BOTH, second_factor.code),
    ("/sign-in/passkey", _POST, passkeys.passkey_sign_in),
    ("/sign-in/passkey/options", _POST, passkeys.passkey_to_sign_in),
    ("/sign-in/municipality", _GET, municipality_sign_in.municipality_sign_in),
    ("/sign-in/municipality/back", _GET, municipality_sign_in.municipality_back),
    ("/sign-in/recover", _BOTH, recovery.recover),
    ("/second-factor", _GET, second_factor.second_factor),
    ("/second-factor/app", _POST, second_factor.confirm_app),
    ("/second-factor/app/new", _POST, second_factor.new_app),
    ("/second-factor/app/remove", _POST, second_factor.remove_app),
    ("/second-factor/again", _POST, second_factor.sign_in_again),
    ("/passkeys/options", _POST, passkeys.passkey_to_add),
    ("/passkeys/add", _POST, second_factor.add_passkey),
    ("/passkeys/<uuid:passkey_id>/remove", _POST, second_factor.remove_passkey),
    ("/sign-out", _POST, sign_in.sign_out),
    ("/password", _BOTH, password.password),
    ("/queue", _GET, queue.queue),
    ("/queue/news", _GET, queue.queue_news),
    ("/queue/chats", _GET, chats.waiting_chats),
    (_REQUEST, _GET, request_page.request_page),
    (f"{_REQUEST}/why", _POST, request_page.say_why),
    (f"{_REQUEST}/contact", _GET, contacting.contact),
    (f"{_REQUEST}/contact/done", _POST, contacting.record_contact),
    (f"{_REQUEST}/alarm", _POST, threat.alarm),
    (f"{_REQUEST}/threat", _BOTH, threat.threat),
    (f"{_REQUEST}/threat/end", _POST, threat.end_threat),
    (f"{_REQUEST}/second", _POST, threat.second),
    (f"{_REQUEST}/protect", _BOTH, protecting.protect),
    (f"{_REQUEST}/unprotect", _POST, protecting.unprotect),
    (f"{_REQUEST}/link", _BOTH, linking.link),
    (f"{_REQUEST}/link/remove", _POST, linking.unlink),
    (f"{_REQUEST}/parties/remove", _POST, linking.unmark_parties),
    (f"{_REQUEST}/aside", _BOTH, setting_aside.put_aside),
    (f"{_REQUEST}/aside/back", _POST, setting_aside.take_back),
    (f"{_REQUEST}/aside/close", _POST, setting_aside.close_as_misuse),
    (f"{_REQUEST}/talk", _GET, chats.talk_news),
    (f"{_REQUEST}/step-in", _POST, work.step_in),
    (f"{_REQUEST}/give-back", _POST, work.give_back),
    (f"{_REQUEST}/claim", _POST, work.claim),
    (f"{_REQUEST}/release", _POST, work.release),
    (f"{_REQUEST}/answer", _POST, work.answer),
    (f"{_REQUEST}/note", _POST, work.note),
    (f"{_REQUEST}/close", _POST, work.close),
    (f"{_REQUEST}/reopen", _POST, work.reopen),
    (f"{_REQUEST}/disclosure", _BOTH, disclosing.disclosing),
    (f"{_REQUEST}/hold", _POST, erasures.place_hold),
    (f"{_REQUEST}/hold/end", _POST, erasures.end_hold),
    (f"{_REQUEST}/erase-unread", _POST, erasures.allow_erasure),
    ("/week", _GET, week.week),
    ("/week/merge", _POST, week.merge_signals),
    ("/week.csv", _GET, week.week_csv),
    ("/week.md", _GET, week.week_markdown),
    ("/area-signals/new", _BOTH, area_signals.new_signal),
    (_SIGNAL, _GET, area_signals.signal_page),
    (f"{_SIGNAL}/verify", _POST, area_signals.verify_signal),
    (f"{_SIGNAL}/set-aside", _POST, area_signals.set_signal_aside),
    (f"{_SIGNAL}/split", _POST, area_signals.split_signals),
    (f"{_SIGNAL}/pass-on", _POST, area_signals.pass_signal_on),
    (f"{_SIGNAL}/tell", _POST, area_signals.tell_back),
    (f"{_SIGNAL}/close", _POST, area_signals.close_signal),
    ("/erasures", _GET, erasures.erasures),
    ("/erasures.csv", _GET, erasures.erasures_csv),
    ("/figures", _GET, figures.figures),
    ("/figures.csv", _GET, figures.figures_csv),
    ("/log", _GET, audit_log.audit_log),
    ("/log/check", _POST, audit_log.check_log),
    ("/log.csv", _GET, audit_log.audit_csv),
    ("/watch", _GET, watch.watch),
    ("/watch/news", _GET, watch.watch_news),
    ("/watch/tasks/<uuid:task_id>", _POST, watch.finish_task),
    ("/watch/alarms/<uuid:threat_id>", _POST, watch.acknowledge),
    ("/accounts", _GET, accounts.accounts),
    ("/accounts/add", _POST, accounts.add_account),
    (_ACCOUNT, _GET, account.account),
    (f"{_ACCOUNT}/rights", _POST, account.change_account),
    (f"{_ACCOUNT}/switch", _POST, account.switch_account),
    (f"{_ACCOUNT}/link", _POST, account.link_account),
    (f"{_ACCOUNT}/recovery", _POST, account.begin_recovery),
    (f"{_ACCOUNT}/recovery/call-off", _POST, recovery.call_off_recovery),
    ("/recoveries", _GET, recovery.recoveries),
    ("/recoveries/<uuid:recovery_id>/approve", _POST, recovery.approve_recovery),
):
    blueprint.add_url_rule(_path, view_func=_view, methods=_methods)

blueprint.before_request(sign_in.guard)
blueprint.after_request(cookies.send)
blueprint.context_processor(signed_in.words)
blueprint.context_processor(watch.words)
blueprint.after_request(reading.note_misses)
blueprint.register_error_handler(DomainError, problems.domain_error)
blueprint.register_error_handler(HTTPException, problems.http_error)
