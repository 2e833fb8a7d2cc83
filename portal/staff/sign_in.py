"""Signing in and out, and the guard in front of every staff page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal import clock, current
from portal.desk.accounts import verify_password
from portal.desk.audit import Act
from portal.desk.known_browsers import FAILURES_BEFORE_LOCK, LOCKED_FOR
from portal.desk.rights import Right, may
from portal.desk.roster import id_of
from portal.i18n.languages import SOURCE, use_language
from portal.limits import LimitReached, limited
from portal.records.staff_account import Role
from portal.staff import signed_in
from portal.staff.forms import PlainForm, SignInForm
from portal.staff.menu import menu_for
from portal.staff.problems import refused, signed_out
from portal.staff.signed_in import Standing
from portal.staff.site import page_for_passkeys

NO_SIGN_OF_LIFE: Final = frozenset(
    f"staff.{page}" for page in ("queue_news", "waiting_chats", "talk_news", "watch_news", "looking")
)
"""Asked for by scripts. An empty chair must not stay signed in."""

WHILE_UNFINISHED: Final = {
    Standing.CODE_NEEDED: frozenset({"staff.code", "staff.sign_out"}),
    Standing.SET_UP_NEEDED: frozenset(
        {"staff.second_factor", "staff.confirm_app", "staff.passkey_to_add", "staff.add_passkey", "staff.sign_out"}
    ),
}
"""What a sign-in opens before it is whole. The first page asks for what is missing."""

ASKING: Final = {Standing.CODE_NEEDED: "staff.code", Standing.SET_UP_NEEDED: "staff.second_factor"}

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
    if not signed_in.look_up(is_sign_of_life=endpoint not in NO_SIGN_OF_LIFE):
        return _ask_to_sign_in()
    if signed_in.standing() is not Standing.WHOLE:
        return None if endpoint in WHILE_UNFINISHED[signed_in.standing()] else _ask_to_finish()
    return _let_in(needed)


def sign_in() -> ResponseReturnValue:
    form = SignInForm()
    sentence, status = None, 200
    if form.validate_on_submit():
        try:
            with limited(signed_in.limit()):
                standing = _sign_in(form.username.data or "", form.password.data or "")
                if standing is not None:
                    return redirect(next_page(standing, form.next.data), 303)
            sentence, status = _wrong(), 401
        except LimitReached:
            sentence, status = gettext("Det blev för många försök. Vänta tio minuter och försök igen."), 429
    elif form.is_submitted():
        status = 400
    elif signed_in.look_up(is_sign_of_life=True):
        return redirect(next_page(signed_in.standing(), request.args.get("next")))
    else:
        form.next.data = _own_page(request.args.get("next"))
    return page(form, sentence, status)


def page(form: SignInForm | None = None, sentence: str | None = None, status: int = 200) -> ResponseReturnValue:
    """The page for signing in, with a sentence about what went wrong."""
    given = form or SignInForm(formdata=None)
    page = render_template(
        "staff/sign_in.html",
        form=given,
        sentence=sentence,
        elsewhere=page_for_passkeys(),
        municipality_accounts=current.settings().has_municipality_accounts,
    )
    return make_response(page, status)


def next_page(standing: Standing, wanted: str | None = None) -> str:
    """Where to go after a step of signing in: to what is still missing, else to the wanted page of ours."""
    wanted = _own_page(wanted)
    if standing is Standing.WHOLE:
        return wanted or url_for("staff.home")
    return url_for(ASKING[standing], next=wanted)


def sign_out() -> ResponseReturnValue:
    if PlainForm().validate_on_submit():
        signed_in.note_gone()
        with current.writing() as db:
            signed_in.end(db)
            signed_in.write_down(db, Act.SIGNED_OUT, subject=str(signed_in.who().id), who=signed_in.who())
        flash(gettext("Du har loggat ut."))
        return redirect(url_for("staff.sign_in"), 303)
    return refused(gettext("Sidan var för gammal. Gå tillbaka och försök igen."), status=400)


def home() -> ResponseReturnValue:
    """The first page that the signed-in person may open."""
    return redirect(url_for(menu_for(signed_in.who().roles)[0].leads_to))


def _sign_in(username: str, password: str) -> Standing | None:
    """Begin a sign-in if the password is right; what is written down of a failure never holds what was typed."""
    known_as, now = signed_in.known_as(), clock.now()
    with current.writing() as db:
        member = verify_password(db, username=username, password=password, now=now, browser=known_as)
        if member is None:
            account = id_of(db, username=username)
            signed_in.write_down(db, Act.SIGN_IN_FAILED, subject=str(account or "unknown"), who=None, how="password")
            return None
        return signed_in.begin(db, member, factor=None)


def _let_in(needed: Right) -> ResponseReturnValue | None:
    member = signed_in.who()
    if not may(member.roles, needed):
        return refused(_why_not(needed))
    if needed in (Right.READ_REQUESTS, Right.WORK_REQUESTS) and Role.TRAINEE not in member.roles:
        signed_in.note_present()
    return None


def _ask_to_finish() -> ResponseReturnValue:
    """The password was right, but it is not all that is needed."""
    if request.method not in ("GET", "HEAD"):
        return signed_out()
    return redirect(next_page(signed_in.standing(), request.full_path.removesuffix("?")))


def _ask_to_sign_in() -> ResponseReturnValue:
    timed_out = signed_in.was_signed_in()
    if timed_out:
        signed_in.forget()
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
            "Namnet eller lösenordet stämmer inte. Efter %(tries)s fel måste man vänta %(minutes)s minuter"
            " i en webbläsare där ingen har loggat in på kontot förut.",
            tries=FAILURES_BEFORE_LOCK,
            minutes=int(LOCKED_FOR.total_seconds() // 60),
        )
    )


def _why_not(needed: Right) -> str:
    if needed in (Right.READ_REQUESTS, Right.WORK_REQUESTS):
        return str(gettext("Din roll läser inga frågor. Logga in med ett konto för den som svarar på frågor."))
    return str(gettext("Din roll får inte öppna den här sidan. Fråga den som sköter konton om du behöver den."))
