"""The block of conditions after `if:` in a rule, as the rule file writes it."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal, TypeVar

from pydantic import AfterValidator, Discriminator, Field, Tag, model_validator

from portal.triage.conditions import AGE_FORMS, BadCondition, parse_age
from portal.triage.shapes import Language, Shape, Slug, TopicId

MOST_ALTERNATIVES: Final = 64
"""Ways in which one rule may come true: each `any` in a block multiplies them, and each costs memory in the index."""

_LEFT_OUT: Final[Any] = None
"""The value of a key that is not written; `Block.plain` leaves it out."""

Word = TypeVar("Word", bound=str)

OneOrMore = Annotated[
    Annotated[Word, Tag("one")] | Annotated[list[Word], Field(min_length=1), Tag("several")],
    Discriminator(lambda value: "several" if isinstance(value, list) else "one"),
]
"""One word, or a list of which one must hold."""


def _age_is_readable(text: str) -> str:
    try:
        parse_age(text)
    except BadCondition as error:
        raise ValueError(f"{text!r} is no age that can be read; write it as one of {AGE_FORMS}") from error
    return text


Age = Annotated[str, AfterValidator(_age_is_readable)]
About = Literal["self", "my-child", "sibling", "partner", "relative", "friend", "neighbour", "pupil-or-client", "place"]
When = Literal["now", "today", "soon", "no-rush"]
YesNo = Literal["yes", "no"]
ActingAs = Literal["private", "professional"]


class Block(Shape):
    """Conditions that must all hold. A key left out asks nothing; a list is a choice."""

    topic: OneOrMore[TopicId] = Field(default=_LEFT_OUT)
    signal: OneOrMore[Slug] = Field(default=_LEFT_OUT)
    about: OneOrMore[About] = Field(default=_LEFT_OUT)
    age: OneOrMore[Age] = Field(default=_LEFT_OUT)
    area: OneOrMore[Slug] = Field(default=_LEFT_OUT)
    language: OneOrMore[Language] = Field(default=_LEFT_OUT)
    when: OneOrMore[When] = Field(default=_LEFT_OUT)
    roof_tonight: OneOrMore[YesNo] = Field(default=_LEFT_OUT, alias="roof-tonight")
    children_present: OneOrMore[YesNo] = Field(default=_LEFT_OUT, alias="children-present")
    tried_before: OneOrMore[YesNo] = Field(default=_LEFT_OUT, alias="tried-before")
    as_: OneOrMore[ActingAs] = Field(default=_LEFT_OUT, alias="as")
    not_: Block = Field(default=_LEFT_OUT, alias="not")
    any_: list[Block] = Field(default=_LEFT_OUT, alias="any", min_length=1)

    def plain(self) -> dict[str, Any]:
        """The block as the file has it: keys as written there, single values or lists, blocks nested."""
        return self.model_dump(by_alias=True, exclude_unset=True)

    @model_validator(mode="after")
    def _inner_blocks_say_something(self) -> Block:
        inner = [(f"any, number {number}", block) for number, block in enumerate(self.any_ or (), start=1)]
        if self.not_ is not None:
            inner.append(("not", self.not_))
        for where, block in inner:
            if not block.model_fields_set:
                raise ValueError(f"the block under {where} is empty and says nothing; write a condition or remove it")
        return self


def alternatives(block: Block) -> int:
    """In how many ways the block can come true: what its index entry is expanded to."""
    return _ways(block.plain(), holds=True)


def _ways(block: dict[str, Any], *, holds: bool) -> int:
    """Ways in which a block holds, or does not: "not" is pushed inwards, so that a choice becomes a conjunction."""
    ways = 1 if holds else 0
    for key, value in block.items():
        part = _ways_of(key, value, holds=holds)
        ways = ways * part if holds else ways + part
    return ways


def _ways_of(key: str, value: Any, *, holds: bool) -> int:
    if key == "not":
        return _ways(value, holds=not holds)
    if key != "any":
        return 1
    total = 0 if holds else 1
    for inner in value:
        part = _ways(inner, holds=holds)
        total = total + part if holds else total * part
    return total
