"""Pages for the contact centre. Every route stands in the table below; who may reach it, in `portal.access`."""

from flask import Blueprint
from werkzeug.exceptions import HTTPException

from portal.records.errors import DomainError
from portal.staff import (
    accounts,
    chats,
    password,
    problems,
    queue,
    queue_bulk,
    queue_looks,
    queue_own,
    ranking,
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
    ("/queue/take", _POST, queue_bulk.take_many),
    ("/queue/release", _POST, queue_bulk.release_many),
    ("/queue/give", _POST, queue_bulk.give_many),
    ("/queue/close", _POST, queue_bulk.close_many),
    ("/queue/views", _POST, queue_own.save_view),
    ("/queue/views/<uuid:view_id>/forget", _POST, queue_own.forget_view),
    ("/queue/setting", _POST, queue_own.choose_setting),
    (_REQUEST, _GET, request_page.request_page),
    (f"{_REQUEST}/looking", _GET, queue_looks.looking),
    (f"{_REQUEST}/rank", _POST, ranking.rank),
    (f"{_REQUEST}/talk", _GET, chats.talk_news),
    (f"{_REQUEST}/step-in", _POST, work.step_in),
    (f"{_REQUEST}/give-back", _POST, work.give_back),
    (f"{_REQUEST}/claim", _POST, work.claim),
    (f"{_REQUEST}/release", _POST, work.release),
    (f"{_REQUEST}/answer", _POST, work.answer),
    (f"{_REQUEST}/note", _POST, work.note),
    (f"{_REQUEST}/close", _POST, work.close),
    (f"{_REQUEST}/reopen", _POST, work.reopen),
    ("/accounts", _GET, accounts.accounts),
    ("/accounts/add", _POST, accounts.add_account),
    ("/accounts/<uuid:staff_id>/switch", _POST, accounts.switch_account),
):
    blueprint.add_url_rule(_path, view_func=_view, methods=_methods)

blueprint.before_request(sign_in.guard)
blueprint.context_processor(signed_in.words)
blueprint.context_processor(queue_looks.words)
blueprint.after_request(queue_looks.note_page)
blueprint.register_error_handler(DomainError, problems.domain_error)
blueprint.register_error_handler(HTTPException, problems.http_error)
