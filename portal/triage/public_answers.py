"""What editors decide about public answers: how many questions a day, how long they wait, and common questions."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from portal.triage.shapes import Day, Language, Refusal, Shape, Slug, Text, TopicId, needed

Days = Annotated[int, Field(ge=0, le=3650)]


class PublishAfterDays(Shape):
    """Days between the answer and its publication, so that nobody can guess from the time who asked."""

    least: Days = needed("At least so many days.", 3)
    most: Days = needed("At most so many days; the moment between is drawn by lot.", 10)

    @model_validator(mode="after")
    def _in_order(self) -> PublishAfterDays:
        if self.most <= self.least:
            raise Refusal("most is not more than least", remedy="Leave at least one day between them")
        return self


class PublicAnswers(Shape):
    """Questions that may be answered in public."""

    per_day: int = Field(default=6, ge=0, le=1000, description="Questions taken in a day; more are asked in private.")
    answer_within: float = Field(
        default=40, gt=0, le=2000, allow_inf_nan=False, description="Opening hours until the answer."
    )
    publish_after_days: PublishAfterDays = Field(
        default=PublishAfterDays(least=3, most=10), description="Days until an answer is published."
    )
    review_after_days: Days = Field(default=365, description="Days after which an answer must be read again.")
    unlink_after_days: Days = Field(
        default=30, description="Days after publication for which we can tell which request an answer came from."
    )


class EditorialAnswer(Shape):
    """A common question with its answer, written by the editors."""

    key: Slug = needed("Its name, which never changes.", "report-anonymously")
    question: Text = needed("The question as people ask it.", "Kan jag vara anonym?")
    answer: list[Text] = needed("The answer, paragraph by paragraph.", ["Ja."], min_length=1, max_length=12)
    topics: list[TopicId] = Field(default=[], description="What it is about.")
    language: Language = Field(default="sv", description="The language it is written in.")
    owner: Text = needed("Who answers for the text: a role, never a name.", "Redaktionen")
    reviewed: Day = needed("The day when somebody last read it through.", "2026-01-15")
    review_by: Day = needed("The day by which somebody must read it again.", "2027-01-15")
    law_date: Day = needed("The law as it stood on this day.", "2025-07-01")
    source: Text = needed("Where this comes from, or where it was decided. Not shown.", "beslut 2026-01-15")


class EditorialAnswers(Shape):
    """Common questions with their answers. They are no rules: `flask answers load` takes them in."""

    answers: list[EditorialAnswer] = needed("The questions.", [])

    @model_validator(mode="after")
    def _each_once(self) -> EditorialAnswers:
        keys = [answer.key for answer in self.answers]
        if twice := next((key for key in keys if keys.count(key) > 1), None):
            raise Refusal(f"the key {twice!r} stands here twice", remedy="Give one of them another key")
        return self
