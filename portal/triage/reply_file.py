"""The file of ready-made replies, and the facts that a reply may leave to the rules: `{centre_phone}` and the like."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from pydantic import Field

from portal.triage.rule_errors import nearest
from portal.triage.shapes import Day, Language, Shape, Slug, Text, TopicId, needed

CENTRE_FACTS: Final = ("centre", "centre_phone", "centre_hours")
"""Name, number and opening hours of the contact centre."""

PHONE_OF: Final = "phone_"
"""Before a helpline's slug: its number."""

PLACEHOLDER: Final = re.compile(r"\{([^{}]*)\}")
_LOOKS_LIKE_NUMBER: Final = re.compile(r"\d(?:[\s/-]?\d){4,}")


def placeholders(text: str) -> list[str]:
    """What stands in braces, in order."""
    return PLACEHOLDER.findall(text)


def known_placeholders(helplines: Iterable[str]) -> list[str]:
    """Every placeholder that can be filled with these helplines."""
    return [*CENTRE_FACTS, *(f"{PHONE_OF}{slug}" for slug in helplines)]


def unknown_placeholders(text: str, helplines: Iterable[str]) -> list[str]:
    """What stands in braces and cannot be filled; a lone brace too."""
    known = known_placeholders(helplines)
    lone = [brace for brace in "{}" if brace in PLACEHOLDER.sub("", text)]
    return [*(name for name in placeholders(text) if name not in known), *lone]


def holds_number(text: str) -> str:
    """The first thing in a text that looks like a phone number, or nothing. Numbers belong in municipality.yaml."""
    found = _LOOKS_LIKE_NUMBER.search(text)
    return found[0] if found else ""


def refused(text: str, helplines: Iterable[str]) -> tuple[str, str, str] | None:
    """What is wrong with a reply's text, what was probably meant and what to do; None for one that can be sent."""
    known = known_placeholders(helplines)
    if wrong := unknown_placeholders(text, helplines):
        return f"there is no placeholder {{{wrong[0]}}}", nearest(wrong[0], known), "Write one of those allowed"
    if number := holds_number(text):
        remedy = f"Phone numbers stand in municipality.yaml; write {{centre_phone}} or {{{PHONE_OF}<helpline>}} instead"
        return f"this text holds a number, {number!r}", "", remedy
    return None


class Reply(Shape):
    """A reply that staff pick by its Swedish text."""

    slug: Slug = needed("Its name.", "thanks")
    called: Text = needed("What staff pick it by, in Swedish.", "Tack för att du skrev")
    swedish: Text = needed("The text in Swedish. {centre_phone} and the like are filled in later.", "Tack.")
    topics: list[TopicId] = Field(default=[], description="Topics it suits; left out, it suits all.")
    owner_note: Text | None = Field(default=None, description="A word to other editors.")
    law_date: Day | None = Field(default=None, description="The law that the text follows is the one of this day.")
    review_date: Day | None = Field(default=None, description="The day by which it should be read again.")
    drafts: dict[Language, Text] = Field(
        default={}, description="The same in other languages, not reviewed by anybody yet."
    )


class Replies(Shape):
    """Ready-made replies to begin with. Once loaded, editors change them in the portal."""

    replies: list[Reply] = needed("The replies.", [{"slug": "thanks", "called": "Tack", "swedish": "Tack."}])
