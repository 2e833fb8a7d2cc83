"""What the talk can still do while the bot does not answer."""

from __future__ import annotations

from typing import Any

from portal import current
from portal.understanding.key_phrases import key_phrases_for
from portal.understanding.reading import WORTH_OFFERING_WITHOUT_BOT, Reading


def topics_in(said: dict[str, Any]) -> list[str]:
    """Topics to offer as buttons, found in what the person wrote by the portal's own key phrases; best first."""
    found = key_phrases_for(current.ruleset()).read(str(said.get("text", "")))
    return list(Reading(topics=found.topics, worth_offering=WORTH_OFFERING_WITHOUT_BOT).offered_topics())
