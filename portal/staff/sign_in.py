"""Signing in and out, and the guard in front of every staff page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal import clock, current
from portal.desk.accounts import FAILURES_BEFORE_LOCK, LOCKED_FOR, StaffMember, verify_password
from portal.desk.rights import Right, may
from portal.desk.roster import sign_in_mark
from portal.i18n.languages import SOURCE, use_language
from portal.limits import LimitReached, limited
from portal.records.staff_account import Role
from portal.staff import signed_in
from portal.staff.forms import PlainForm, SignInForm
from portal.staff.problems import refused, signed_out

NO_SIGN_OF_LIFE: Final = frozenset({"staff.queue_news", "staff.waiting_chats", "staff.talk_news", "staff.looking"})
"""Asked for by scripts. An empty chair must not stay signed in."""

FIRST_PAGES: Final = (
    (Right.READ_REQUESTS, "staff.queue"),
    (Right.MANAGE_ACCOUNTS, "staff.accounts"),
    (Right.OWN_ACCOUNT, "staff.password"),
)
"""Where signing in leads: the first of these that one may open."""

_needs: dict[str, Right | None] = {}


def require_rights(blueprint: Blueprint, needs: Mapping[str, Right | None]) -> None:
    """Let the guard know who may reach what. Without a line here an endpoint of the blueprint is refused."""
    prefix = f"{blueprint.name}."
    _needs.update({endpoint: needed for endpoint, needed in needs.items() if endpoint.startswith(prefix)})


def guard() -> ResponseReturnValue | None:
    """Run before every staff page: who is it, and may they come in? Staff pages speak Swedish."""
    use_language(SOURCE)
    endpoint = request.endpoint or ""
    if endpoint not in _needs:
        return refused(gettext("Sidan är inte öppen för någon."))
    needed = _needs[endpoint]
    if needed is None:
        return None
    member = signed_in.find_member(is_sign_of_life=request.endpoint not in NO_SIGN_OF_LIFE)
    if member is None:
        return _ask_to_sign_in()
    signed_in.remember(member)
    if not may(member.roles, needed):
        return refused(_why_not(needed))
    if needed in (Right.READ_REQUESTS, Right.WORK_REQUESTS) and Role.TRAINEE not in member.roles:
        signed_in.note_present()
    return None


def sign_in() -> ResponseReturnValue:
    form = SignInForm()
    sentence, status = None, 200
    if form.validate_on_submit():
        try:
            with limited("sign-in"):
                if _sign_in(form.username.data or "", form.password.data or ""):
                    return redirect(_own_page(form.next.data) or url_for("staff.home"), 303)
            sentence, status = _wrong(), 401
        except LimitReached:
            sentence, status = gettext("Det blev för många försök. Vänta tio minuter och försök igen."), 429
    elif form.is_submitted():
        status = 400
    elif signed_in.find_member(is_sign_of_life=True) is not None:
        return redirect(url_for("staff.home"))
    else:
        form.next.data = _own_page(request.args.get("next"))
    return render_template("staff/sign_in.html", form=form, sentence=sentence), status


def sign_out() -> ResponseReturnValue:
    if PlainForm().validate_on_submit():
        signed_in.note_gone()
        signed_in.end()
        flash(gettext("Du har loggat ut."))
        return redirect(url_for("staff.sign_in"), 303)
    return refused(gettext("Sidan var för gammal. Gå tillbaka och försök igen."), status=400)


def home() -> ResponseReturnValue:
    """The first page that the signed-in person may open."""
    roles = signed_in.who().roles
    return redirect(url_for(next(endpoint for right, endpoint in FIRST_PAGES if may(roles, right))))


def _sign_in(username: str, password: str) -> StaffMember | None:
    with current.writing() as db:
        member = verify_password(db, username=username, password=password, now=clock.now())
        if member is not None:
            signed_in.begin(member, sign_in_mark(db, staff_id=member.id))
    return member


def _ask_to_sign_in() -> ResponseReturnValue:
    timed_out = signed_in.was_signed_in()
    if timed_out:
        signed_in.end()
    if request.method not in ("GET", "HEAD"):
        return signed_out()
    if timed_out:
        flash(gettext("Du behöver logga in igen. Vi loggar ut den som är borta mer än 30 minuter."))
    going_to = request.full_path.removesuffix("?")
    return redirect(url_for("staff.sign_in", next=going_to if _own_page(going_to) else None))


def _own_page(address: str | None) -> str | None:
    """The address if it is one of the staff pages and nothing else."""
    if not address or not address.startswith("/staff/") or len(address) > 200:
        return None
    return address if address.isascii() and address.isprintable() and "\\" not in address else None


def _wrong() -> str:
    return str(
        gettext(
            "Namnet eller lösenordet stämmer inte. Efter %(tries)s fel är kontot låst i %(minutes)s minuter.",
            tries=FAILURES_BEFORE_LOCK,
            minutes=int(LOCKED_FOR.total_seconds() // 60),
        )
    )


def _why_not(needed: Right) -> str:
    if needed in (Right.READ_REQUESTS, Right.WORK_REQUESTS):
        return str(gettext("Din roll läser inga frågor. Logga in med ett konto för den som svarar på frågor."))
    return str(gettext("Din roll får inte öppna den här sidan. Fråga den som sköter konton om du behöver den."))
