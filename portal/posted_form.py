"""The base of every form: only what a browser posts as fields of a page counts.

Flask-WTF would also take files and JSON. No page of ours sends either, and a file or a list in the place of a text is
nothing that any field expects.
"""

from __future__ import annotations

from typing import Any, Final

from flask import request
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict

POSTED: Final = object()
"""Stands for what was posted with this request, if anything was."""


class PostedForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF carries no types
    def __init__(self, formdata: Any = POSTED, **details: Any) -> None:
        """`formdata`: POSTED, or None for a form that is to be shown with `details` in it."""
        if formdata is POSTED:
            formdata = _storable(request.form) if self.is_submitted() else None
        super().__init__(formdata=formdata, **details)


def _storable(form: MultiDict[str, str]) -> MultiDict[str, str]:
    """The fields without null characters, which nobody can see and PostgreSQL keeps in no text."""
    return MultiDict((name, value.replace("\0", "")) for name, value in form.items(multi=True))
