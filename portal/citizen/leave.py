"""The quick way out: the draft is destroyed, the cookie let go of, and a harmless page opened."""

from __future__ import annotations

import logging

from flask import make_response, render_template, session
from werkzeug.wrappers import Response

from portal import current
from portal.citizen import blueprint
from portal.desk import visits
from portal.desk.errors import DomainError
from portal.visitor import COOKIE_FIELD

log = logging.getLogger(__name__)


@blueprint.route("/leave", methods=["GET", "POST"])
def leave() -> Response:
    """Leave at once. Asks for no token: nobody may be kept here by a page that is too old.

    The answer is a page that moves on by itself and not a redirect, because browsers apply `form-action` to
    redirects. The draft is destroyed after the answer is on its way, so that a slow database delays nobody.

    The cookie emptied here holds nothing of staff: a sign-in in the same browser has one of its own, which never
    reaches the person's pages (`portal.staff.cookies`), so leaving takes nothing from a colleague who tries them out.
    """
    cookie = session.get(COOKIE_FIELD)
    session.clear()
    exit_url = current.ruleset().municipality.exit_url
    answer = make_response(render_template("citizen/leave.html", exit_url=exit_url))
    answer.headers["Refresh"] = f"0; url={exit_url}"
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    if isinstance(cookie, str):
        database = current.parts().database

        @answer.call_on_close
        def destroy() -> None:
            try:
                with database.session() as db:
                    visits.forget(db, cookie=cookie)
            except DomainError as error:
                log.warning("A draft could not be removed now (%s); it expires by itself.", error.code)

    return answer
