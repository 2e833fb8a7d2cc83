"""Facts as an example situation writes them."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Discriminator, Field, GetCoreSchemaHandler, Tag
from pydantic_core import CoreSchema, core_schema

from portal.triage.blocks import About, ActingAs, When, YesNo, asks
from portal.triage.facts import OLDEST
from portal.triage.shapes import Language, Shape, Slug, TopicId

YesNoFact = Annotated[
    Annotated[YesNo, Tag("<word>")] | Annotated[bool, Tag("<truth>")],
    Discriminator(lambda value: "<truth>" if isinstance(value, bool) else "<word>"),
]


class Situation(Shape):
    """What is known of a situation. A fact left out is unknown."""

    topics: list[TopicId] = asks("What it is about.")
    signals: list[Slug] = asks("Danger signals that were heard.")
    about: About = asks("Whom it concerns.")
    age: Annotated[int, Field(ge=0, le=OLDEST)] = asks("The age of whom it concerns.")
    area: Slug = asks("An area of areas.yaml.")
    language: Language = asks("The language of the person asking.")
    when: When = asks("When help is needed.")
    roof_tonight: YesNoFact = asks("Is there a place to sleep tonight?", alias="roof-tonight")
    children_present: YesNoFact = asks("Are children there when it happens?", alias="children-present")
    tried_before: YesNoFact = asks("Has help been asked for before, in vain?", alias="tried-before")
    as_: ActingAs = asks("Does somebody ask for themselves or at work?", alias="as")
    declined: list[Slug] = asks("Facts that the person did not want to tell.")

    def plain(self) -> dict[str, Any]:
        """The facts as `facts.from_codes` reads them."""
        return self.model_dump(by_alias=True, exclude_unset=True)


class WrittenAs:
    """Annotates plain data that must have the shape of a model: read through it, kept as it was written."""

    def __init__(self, shape: type[Situation]) -> None:
        self.shape = shape

    def __get_pydantic_core_schema__(self, _source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.shape.plain, handler.generate_schema(self.shape))
