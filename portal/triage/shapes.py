"""What every rule file is made of: the base of all shapes, and the kinds of words they hold.

Each kind of word has one pattern, which the reader and the JSON Schema both use.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

LONGEST_TEXT: Final = 1500


class Refusal(ValueError):
    """A value that has the right type and still cannot be used; says why, what was meant and what to do instead."""

    def __init__(self, says: str, *, meant: str = "", remedy: str = "") -> None:
        super().__init__(says)
        self.says = says
        self.meant = meant
        self.remedy = remedy


Guess = Callable[[str], str]
"""From what stands there to what was probably meant; empty for no idea."""


def no_guess(_text: str) -> str:
    return ""


def word(pattern: str, what: str, *, guess: Guess = no_guess, longest: int = 200, title: str = "") -> Any:
    """An annotation for text of one form. `what` says in words how it is written."""
    form = re.compile(pattern)

    def check(text: str) -> str:
        if len(text) > longest:
            raise Refusal(f"this has {len(text):,} characters", remedy=f"At most {longest:,} are allowed")
        if not form.fullmatch(text):
            meant = guess(text)
            raise Refusal("", meant=meant if form.fullmatch(meant) else "", remedy=f"Write {what}")
        return text

    schema = {"type": "string", "pattern": pattern, "maxLength": longest, "description": f"Write {what}."}
    return AfterValidator(check), WithJsonSchema({**schema, **({"title": title} if title else {})})


def _slug_of(text: str) -> str:
    plain = text.strip().lower().translate(str.maketrans("åäöéü_ ", "aaoeu--"))
    return re.sub(r"[^a-z0-9.-]", "", plain)


def _day_of(text: str) -> str:
    found = re.fullmatch(r"\s*(\d{4})[-/. ]?(\d{1,2})[-/. ]?(\d{1,2})\s*", text)
    return f"{found[1]}-{found[2]:0>2}-{found[3]:0>2}" if found else ""


DAY_FORM: Final = (
    r"(?!0000)(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    r"|02-(?:0[1-9]|1[0-9]|2[0-8]))"
    r"|(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)"
)
"""Days that exist, leap years counted."""
TEXT_FORM: Final = r"^[^\u0000-\u0008\u000b-\u001f\u007f]*[^\u0000-\u0020\u007f\s][^\u0000-\u0008\u000b-\u001f\u007f]*$"

_SLUG = word(r"^[a-z0-9]+(-[a-z0-9]+)*$", "it with a-z, digits and single hyphens", guess=_slug_of, longest=60)
_TOPIC = word(
    r"^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)?$",
    "topic or topic.subtopic, with a-z, digits and single hyphens",
    guess=_slug_of,
    longest=121,
)
_LANGUAGE = word(r"^[a-z]{2,3}(-[A-Za-z]{2,8})?$", "a language tag such as sv, en or ar", guess=_slug_of, longest=12)
_TEXT = word(TEXT_FORM, "a text", longest=LONGEST_TEXT)
_DAY = word(f"^{DAY_FORM}$", "a day that exists as year-month-day, for example 2026-06-19", guess=_day_of)
_MOMENT = word(
    f"^{DAY_FORM}[T ](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?$",
    "a local moment, for example 2026-03-10T22:00",
)
_URL = word(r"^https?://[^\s]+$", "a full web address, for example https://example.org/", longest=500)
_MAIL_ADDRESS = word(
    r"^[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$", "an e-mail address, as unit@example.org", longest=200
)

Slug = Annotated[str, *_SLUG]
TopicId = Annotated[str, *_TOPIC]
Language = Annotated[str, *_LANGUAGE]
Text = Annotated[str, *_TEXT, AfterValidator(str.strip)]
Url = Annotated[str, *_URL]
MailAddress = Annotated[str, *_MAIL_ADDRESS]


def _must_be_text(value: Any) -> Any:
    """Dates are written as text; the check of their form follows before they are turned into dates."""
    if not isinstance(value, str):
        raise Refusal("", remedy="Write a day or moment, for example 2026-06-19 or 2026-03-10T22:00")
    return value


def _written_as(check: Any, turn: Callable[[str], Any]) -> BeforeValidator:
    return BeforeValidator(lambda value: turn(check.func(_must_be_text(value))))


Day = Annotated[date, _written_as(_DAY[0], date.fromisoformat), _DAY[1]]
Moment = Annotated[datetime, _written_as(_MOMENT[0], datetime.fromisoformat), _MOMENT[1]]


class Shape(BaseModel):
    """One block of a rule file. Frozen; a key that is not declared is refused, and text is not taken for a number."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


def needed(description: str, example: Any, **more: Any) -> Any:
    """A key that must be written, with an example of its value."""
    return Field(description=description, examples=[example], **more)


def schema_name(shape: type[Shape]) -> str:
    """The file in the folder schema/ that describes this kind of file."""
    return f"{shape.__name__.lower()}.schema.json"
