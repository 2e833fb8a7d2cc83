"""What is wrong with a code that somebody typed."""

from __future__ import annotations

from flask_babel import gettext

from portal.desk.errors import CodeExpired, CodeMistyped, CodeUnknown
from portal.records.receipt_code import LENGTH


def code_sentence(error: CodeMistyped | CodeUnknown | CodeExpired, typed: str) -> str:
    """What is wrong with a code, and what to do."""
    if isinstance(error, CodeExpired):
        return str(gettext("Den koden går inte att använda längre. Du kan skriva till oss på nytt."))
    if isinstance(error, CodeUnknown):
        return str(gettext("Vi hittar ingen sådan kod. Se efter om någon siffra har blivit fel."))
    if error.reason == "characters":
        return str(gettext("Koden har bara siffror. Ta bort det som inte är siffror."))
    return str(
        gettext(
            "Koden har %(length)s siffror, men du skrev %(count)s. Se efter om någon saknas eller är för mycket.",
            length=LENGTH,
            count=sum(map(str.isdecimal, typed)),
        )
    )
