"""Pages for the contact centre. Every route stands in the table below; who may reach it, in `portal.access`."""

from flask import Blueprint
from werkzeug.exceptions import HTTPException

from portal.records.errors import DomainError
from portal.staff import (
    accounts,
    audit_log,
    chats,
    disclosing,
    erasures,
    handover_send,
    handovers,
    password,
    problems,
    queue,
    request_page,
    sign_in,
    signed_in,
    work,
)

blueprint = Blueprint("staff", __name__, url_prefix="/staff")

_GET, _POST, _BOTH = ("GET",), ("POST",), ("GET", "POST")
_REQUEST = "/requests/<reference>"

for _path, _methods, _view in (
    ("/", _GET, sign_in.home),
    ("/sign-in", _BOTH, sign_in.sign_in),
    ("/sign-out", _POST, sign_in.sign_out),
    ("/password", _BOTH, password.password),
    ("/queue", _GET, queue.queue),
    ("/queue/news", _GET, queue.queue_news),
    ("/queue/chats", _GET, chats.waiting_chats),
    (_REQUEST, _GET, request_page.request_page),
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
    (f"{_REQUEST}/handover", _GET, handover_send.choose_unit),
    (f"{_REQUEST}/handover/<unit>", _BOTH, handover_send.hand_over),
    (f"{_REQUEST}/handover-withdraw", _POST, handover_send.withdraw_handover),
    ("/handovers", _GET, handovers.handovers),
    ("/handovers/<uuid:handover_id>", _GET, handovers.handover_page),
    ("/handovers/<uuid:handover_id>/accept", _POST, handovers.accept_handover),
    ("/handovers/<uuid:handover_id>/return", _POST, handovers.return_handover),
    ("/handovers/<uuid:handover_id>/fetch", _POST, handovers.fetch_package),
    ("/handovers/<uuid:handover_id>/confirm", _POST, handovers.confirm_handover),
    ("/erasures", _GET, erasures.erasures),
    ("/erasures.csv", _GET, erasures.erasures_csv),
    ("/log", _GET, audit_log.audit_log),
    ("/log/check", _POST, audit_log.check_log),
    ("/log.csv", _GET, audit_log.audit_csv),
    ("/accounts", _GET, accounts.accounts),
    ("/accounts/add", _POST, accounts.add_account),
    ("/accounts/<uuid:staff_id>/switch", _POST, accounts.switch_account),
):
    blueprint.add_url_rule(_path, view_func=_view, methods=_methods)

blueprint.before_request(sign_in.guard)
blueprint.context_processor(signed_in.words)
blueprint.context_processor(handover_send.words)
blueprint.register_error_handler(DomainError, problems.domain_error)
blueprint.register_error_handler(HTTPException, problems.http_error)
