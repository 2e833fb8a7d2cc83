"""The block of conditions after `if:` in a rule, as the rule file writes it."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final, Literal, TypeVar

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag

from portal.triage.shapes import Language, Refusal, Shape, Slug, TopicId, word

MOST_ALTERNATIVES: Final = 64
"""Ways in which one rule may come true: each `any` in a block multiplies them, and each costs memory in the index."""

Word = TypeVar("Word", bound=str)

OneOrMore = Annotated[
    Annotated[Word, Tag("<one>")] | Annotated[list[Word], Field(min_length=1), Tag("<several>")],
    Discriminator(lambda value: "<several>" if isinstance(value, list) else "<one>"),
]
"""One word, or a list of which one must hold."""


def _age_meant(text: str) -> str:
    """`<18`, `25 - 10` and `over 18` mean under 18, 10-25 and 19+."""
    plain = text.lower().replace("ålder", "").strip()
    soft = "about " if re.match(r"about|around|ca|cirka|~|omkring", plain) else ""
    numbers = [int(number) for number in re.findall(r"\d{1,3}", plain)]
    if len(numbers) == 2:
        return f"{soft}{min(numbers)}-{max(numbers)}"
    if len(numbers) != 1:
        return ""
    (age,) = numbers
    if re.search(r"<=|=<|till och med|up to|högst|max", plain):
        return f"{soft}under {age + 1}"
    if re.search(r"<|under|below|yngre|younger", plain):
        return f"{soft}under {age}"
    if re.search(r">=|=>|från|from|minst|\+", plain):
        return f"{soft}{age}+"
    if re.search(r">|over|över|above|äldre|older", plain):
        return f"{soft}{age + 1}+"
    return f"{soft}{age}-{age}"


AGE_WORDS: Final = "an age as 10-25, about 10-25 (soft edges), under 18 or 18+"


def _age_is_text(value: Any) -> Any:
    if isinstance(value, int) and not isinstance(value, bool):
        raise Refusal("", meant=f"{value}-{value}", remedy=f"Write {AGE_WORDS}")
    return value


Age = Annotated[
    str,
    BeforeValidator(_age_is_text),
    *word(r"^(?:about )?(?:[0-9]{1,3}-[0-9]{1,3}|under [0-9]{1,3}|[0-9]{1,3}\+)$", AGE_WORDS, guess=_age_meant),
]
About = Literal["self", "my-child", "sibling", "partner", "relative", "friend", "neighbour", "pupil-or-client", "place"]
When = Literal["now", "today", "soon", "no-rush"]
YesNo = Literal["yes", "no"]
ActingAs = Literal["private", "professional"]


def asks(description: str, **more: Any) -> Any:
    """A condition: it may be left out, which `Block.plain` does too, but not be written without a value."""
    return Field(default=None, description=description, **more)


def _says_something(block: Block) -> Block:
    if not block.model_fields_set:
        raise Refusal("this block is empty and says nothing", remedy="Write a condition in it, or remove it")
    return block


class Block(Shape):
    """Conditions that must all hold. A key left out asks nothing; a list is a choice."""

    topic: OneOrMore[TopicId] = asks("What it is about: a topic, or topic.subtopic. A topic holds for its subtopics.")
    signal: OneOrMore[Slug] = asks("A danger signal that was heard. One that was not heard counts as unknown.")
    about: OneOrMore[About] = asks("Whom it concerns.")
    age: OneOrMore[Age] = asks("The age of whom it concerns: 10-25, about 10-25, under 18 or 18+.")
    area: OneOrMore[Slug] = asks("An area of areas.yaml.")
    language: OneOrMore[Language] = asks("The language of the person asking, as a tag such as ar.")
    when: OneOrMore[When] = asks("When help is needed.")
    roof_tonight: OneOrMore[YesNo] = asks("Is there a place to sleep tonight?", alias="roof-tonight")
    children_present: OneOrMore[YesNo] = asks("Are children there when it happens?", alias="children-present")
    tried_before: OneOrMore[YesNo] = asks("Has help been asked for before, in vain?", alias="tried-before")
    as_: OneOrMore[ActingAs] = asks("Does somebody ask for themselves or at work?", alias="as")
    not_: InnerBlock = asks("A block that must not hold.", alias="not")
    any_: list[InnerBlock] = asks("Blocks of which at least one must hold.", alias="any", min_length=1)

    def plain(self) -> dict[str, Any]:
        """The block as the file has it: keys as written there, single values or lists, blocks nested."""
        return self.model_dump(by_alias=True, exclude_unset=True)


InnerBlock = Annotated[Block, AfterValidator(_says_something), Field(json_schema_extra={"minProperties": 1})]


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
