"""What editors fill in about replies."""

from __future__ import annotations

from typing import Final

from flask_babel import lazy_gettext
from wtforms import DateField, IntegerField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import DataRequired, InputRequired, Length, Optional, Regexp
from wtforms.widgets import HiddenInput

from portal.desk.reply_editing import ReplyView, Written
from portal.staff.forms import EMPTY, TOO_LONG, PlainForm

LONGEST_REPLY: Final = 1500
LONGEST_LABEL: Final = 200
LONGEST_SLUG: Final = 60
"""Characters."""


class VersionForm(PlainForm):
    """A change of something as it was shown: `version` says which it was."""

    version = IntegerField(validators=[InputRequired()], widget=HiddenInput())


class ReplyForm(VersionForm):
    label = StringField(
        lazy_gettext("Vad personalen väljer det på"),
        [DataRequired(EMPTY), Length(max=LONGEST_LABEL, message=TOO_LONG)],
    )
    text = TextAreaField(
        lazy_gettext("Svarstext på svenska"), [DataRequired(EMPTY), Length(max=LONGEST_REPLY, message=TOO_LONG)]
    )
    topics = SelectMultipleField(lazy_gettext("Ämnen det passar"), [Optional()])
    note = TextAreaField(lazy_gettext("Anteckning för redaktörer"), [Length(max=LONGEST_REPLY, message=TOO_LONG)])
    law_date = DateField(lazy_gettext("Följer lagen den dag som"), [Optional()])
    review_date = DateField(lazy_gettext("Läs igen senast"), [Optional()])

    def offer_topics(self, topics: list[tuple[str, str]]) -> ReplyForm:
        """Offer these topics: id and label."""
        self.topics.choices = [SelectChoice(topic, label) for topic, label in topics]
        return self

    def written(self) -> Written:
        return Written(
            label=self.label.data or "",
            text=self.text.data or "",
            topics=tuple(self.topics.data or ()),
            note=self.note.data or "",
            law_date=self.law_date.data,
            review_date=self.review_date.data,
        )

    @classmethod
    def filled_with(cls, reply: ReplyView) -> ReplyForm:
        """The form as the reply stands."""
        there = reply.written
        return cls(
            formdata=None,
            version=reply.version,
            label=there.label,
            text=there.text,
            topics=list(there.topics),
            note=there.note,
            law_date=there.law_date,
            review_date=there.review_date,
        )


class NewReplyForm(ReplyForm):
    slug = StringField(
        lazy_gettext("Kortnamn"),
        [
            DataRequired(EMPTY),
            Length(max=LONGEST_SLUG, message=TOO_LONG),
            Regexp(
                r"^[a-z0-9]+(-[a-z0-9]+)*$",
                message=lazy_gettext("Skriv kortnamnet med a–z, siffror och bindestreck, till exempel hyra-sent."),
            ),
        ],
    )


class VariantForm(VersionForm):
    """`version` is the variant's, `reply_version` that of the Swedish it was written from."""

    reply_version = IntegerField(validators=[InputRequired()], widget=HiddenInput())
    text = TextAreaField(
        lazy_gettext("Texten på språket"), [DataRequired(EMPTY), Length(max=LONGEST_REPLY, message=TOO_LONG)]
    )


class ReviewForm(VersionForm):
    reply_version = IntegerField(validators=[InputRequired()], widget=HiddenInput())
