"""Every blueprint with who may reach it, side by side. A route that stands in no table is refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from flask import Blueprint, Flask

from portal.api import blueprint as api
from portal.chat import blueprint as chat
from portal.citizen import blueprint as citizen
from portal.desk.rights import Right
from portal.staff import blueprint as staff
from portal.staff.sign_in import require_rights

Audience = Literal["everybody", "staff", "machines"]


@dataclass(frozen=True, slots=True)
class Access:
    """A blueprint and its audience. `staff` blueprints ask for the rights in NEEDS; the others for nothing."""

    blueprint: Blueprint
    audience: Audience


BLUEPRINTS: Final = (
    Access(citizen, "everybody"),
    Access(chat, "everybody"),
    Access(api, "machines"),
    Access(staff, "staff"),
)

NEEDS: Final[dict[str, Right | None]] = {
    "staff.sign_in": None,
    "staff.passkey_sign_in": None,
    "staff.passkey_to_sign_in": None,
    "staff.recover": None,
    "staff.municipality_sign_in": None,
    "staff.municipality_back": None,
    "staff.code": Right.OWN_ACCOUNT,
    "staff.second_factor": Right.OWN_ACCOUNT,
    "staff.confirm_app": Right.OWN_ACCOUNT,
    "staff.new_app": Right.OWN_ACCOUNT,
    "staff.remove_app": Right.OWN_ACCOUNT,
    "staff.sign_in_again": Right.OWN_ACCOUNT,
    "staff.passkey_to_add": Right.OWN_ACCOUNT,
    "staff.add_passkey": Right.OWN_ACCOUNT,
    "staff.remove_passkey": Right.OWN_ACCOUNT,
    "staff.sign_out": Right.OWN_ACCOUNT,
    "staff.home": Right.OWN_ACCOUNT,
    "staff.nowhere": Right.OWN_ACCOUNT,
    "staff.password": Right.OWN_ACCOUNT,
    "staff.queue": Right.READ_REQUESTS,
    "staff.queue_news": Right.READ_REQUESTS,
    "staff.waiting_chats": Right.READ_REQUESTS,
    "staff.take_next": Right.WORK_REQUESTS,
    "staff.take_many": Right.WORK_REQUESTS,
    "staff.release_many": Right.WORK_REQUESTS,
    "staff.give_many": Right.REASSIGN,
    "staff.close_many": Right.REASSIGN,
    "staff.save_view": Right.READ_REQUESTS,
    "staff.forget_view": Right.READ_REQUESTS,
    "staff.choose_setting": Right.READ_REQUESTS,
    "staff.looking": Right.READ_REQUESTS,
    "staff.rank": Right.WORK_REQUESTS,
    "staff.request_page": Right.READ_REQUESTS,
    "staff.talk_news": Right.READ_REQUESTS,
    "staff.say_why": Right.READ_REQUESTS,
    "staff.contact": Right.WORK_REQUESTS,
    "staff.record_contact": Right.WORK_REQUESTS,
    "staff.alarm": Right.WORK_REQUESTS,
    "staff.threat": Right.WORK_REQUESTS,
    "staff.end_threat": Right.REASSIGN,
    "staff.second": Right.WORK_REQUESTS,
    "staff.report": Right.WORK_REQUESTS,
    "staff.assess_safety": Right.WORK_REQUESTS,
    "staff.assess_preliminary": Right.WORK_REQUESTS,
    "staff.silence": Right.WORK_REQUESTS,
    "staff.end_silence": Right.WORK_REQUESTS,
    "staff.protect": Right.WORK_REQUESTS,
    "staff.unprotect": Right.REASSIGN,
    "staff.link": Right.WORK_REQUESTS,
    "staff.unlink": Right.WORK_REQUESTS,
    "staff.unmark_parties": Right.REASSIGN,
    "staff.put_aside": Right.WORK_REQUESTS,
    "staff.take_back": Right.WORK_REQUESTS,
    "staff.close_as_misuse": Right.WORK_REQUESTS,
    "staff.watch": Right.READ_REQUESTS,
    "staff.watch_news": Right.OWN_ACCOUNT,
    "staff.finish_task": Right.WORK_REQUESTS,
    "staff.acknowledge": Right.WORK_REQUESTS,
    "staff.step_in": Right.WORK_REQUESTS,
    "staff.give_back": Right.WORK_REQUESTS,
    "staff.claim": Right.WORK_REQUESTS,
    "staff.release": Right.WORK_REQUESTS,
    "staff.answer": Right.WORK_REQUESTS,
    "staff.translate": Right.WORK_REQUESTS,
    "staff.note": Right.WORK_REQUESTS,
    "staff.keep_draft": Right.WORK_REQUESTS,
    "staff.interpreter": Right.WORK_REQUESTS,
    "staff.close": Right.WORK_REQUESTS,
    "staff.reopen": Right.WORK_REQUESTS,
    "staff.answers": Right.DRAFT_ANSWERS,
    "staff.answer_question": Right.DRAFT_ANSWERS,
    "staff.scrub_question": Right.DRAFT_ANSWERS,
    "staff.draft_answer": Right.DRAFT_ANSWERS,
    "staff.move_question": Right.DRAFT_ANSWERS,
    "staff.review_answer": Right.REVIEW_ANSWERS,
    "staff.published_answers": Right.DRAFT_ANSWERS,
    "staff.published_answer": Right.DRAFT_ANSWERS,
    "staff.change_answer": Right.REVIEW_ANSWERS,
    "staff.replies": Right.EDIT_REPLIES,
    "staff.add_reply": Right.EDIT_REPLIES,
    "staff.reply": Right.EDIT_REPLIES,
    "staff.retire_reply": Right.EDIT_REPLIES,
    "staff.reply_variant": Right.EDIT_REPLIES,
    "staff.review_variant": Right.EDIT_REPLIES,
    "staff.disclosing": Right.DISCLOSE,
    "staff.place_hold": Right.DISCLOSE,
    "staff.end_hold": Right.DISCLOSE,
    "staff.allow_erasure": Right.DISCLOSE,
    "staff.week": Right.JUDGE_AREA_SIGNALS,
    "staff.merge_signals": Right.JUDGE_AREA_SIGNALS,
    "staff.week_csv": Right.JUDGE_AREA_SIGNALS,
    "staff.week_markdown": Right.JUDGE_AREA_SIGNALS,
    "staff.new_signal": Right.REPORT_AREA_SIGNALS,
    "staff.place_danger": Right.SEE_AREA_DANGER,
    "staff.place_danger_seen": Right.SEE_AREA_DANGER,
    "staff.signal_page": Right.JUDGE_AREA_SIGNALS,
    "staff.verify_signal": Right.JUDGE_AREA_SIGNALS,
    "staff.set_signal_aside": Right.JUDGE_AREA_SIGNALS,
    "staff.split_signals": Right.JUDGE_AREA_SIGNALS,
    "staff.pass_signal_on": Right.JUDGE_AREA_SIGNALS,
    "staff.tell_back": Right.JUDGE_AREA_SIGNALS,
    "staff.close_signal": Right.JUDGE_AREA_SIGNALS,
    "staff.erasures": Right.READ_ERASURES,
    "staff.erasures_csv": Right.READ_ERASURES,
    "staff.figures": Right.READ_FIGURES,
    "staff.figures_csv": Right.READ_FIGURES,
    "staff.audit_log": Right.READ_AUDIT,
    "staff.audit_course": Right.READ_AUDIT,
    "staff.check_log": Right.READ_AUDIT,
    "staff.audit_csv": Right.READ_AUDIT,
    "staff.choose_unit": Right.WORK_REQUESTS,
    "staff.hand_over": Right.WORK_REQUESTS,
    "staff.withdraw_handover": Right.WORK_REQUESTS,
    "staff.handovers": Right.RECEIVE_HANDOVERS,
    "staff.handover_page": Right.RECEIVE_HANDOVERS,
    "staff.accept_handover": Right.RECEIVE_HANDOVERS,
    "staff.return_handover": Right.RECEIVE_HANDOVERS,
    "staff.fetch_package": Right.RECEIVE_HANDOVERS,
    "staff.confirm_handover": Right.RECEIVE_HANDOVERS,
    "staff.accounts": Right.MANAGE_ACCOUNTS,
    "staff.add_account": Right.MANAGE_ACCOUNTS,
    "staff.account": Right.MANAGE_ACCOUNTS,
    "staff.change_account": Right.MANAGE_ACCOUNTS,
    "staff.switch_account": Right.MANAGE_ACCOUNTS,
    "staff.link_account": Right.MANAGE_ACCOUNTS,
    "staff.begin_recovery": Right.MANAGE_ACCOUNTS,
    "staff.agreements": Right.AGREE_ON_ACCOUNTS,
    "staff.agree": Right.AGREE_ON_ACCOUNTS,
    "staff.refuse": Right.AGREE_ON_ACCOUNTS,
}
"""Staff endpoint to the right that it needs; None is reached before signing in. Which roles have a right, and which
requests exist for somebody, stands in `portal.desk.rights` and `portal.desk.reach`."""


def register_pages(app: Flask) -> None:
    """Register every blueprint and guard the staff's. Raises LookupError for a staff route that NEEDS does not name."""
    for access in BLUEPRINTS:
        if access.audience == "staff":
            require_rights(access.blueprint, NEEDS)
        app.register_blueprint(access.blueprint)
    guarded = {rule.endpoint for rule in app.url_map.iter_rules() if rule.endpoint.startswith("staff.")}
    if unnamed := guarded ^ set(NEEDS):
        raise LookupError(f"portal/access.py and the staff routes differ: {', '.join(sorted(unnamed))}")
