"""How soon a human acts on a request, and who is told when nobody does: what municipality.yaml says of the queue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Final, Literal

from pydantic import Field

from portal.triage.blocks import Block
from portal.triage.conditions import TRUE, compile_block
from portal.triage.facts import Facts
from portal.triage.shapes import Shape, TopicId, needed

Minutes = Annotated[int, Field(gt=0, le=60 * 24 * 60)]
Rank = Annotated[int, Field(ge=1, le=5)]
Receiver = Literal["supervisor", "on-call", "unit-head"]
HowUrgent = Literal["emergency", "today", "soon", "planned"]

DANGER: Final = 1
"""The priority of what cannot wait for opening hours."""

ORDINARY: Final = 4
"""The priority of what no entry asks for."""


class Step(Shape):
    """One step of an escalation."""

    to: Receiver = needed("Who is told.", "supervisor")
    after_minutes: Minutes = needed("Minutes from when the person began to wait, by the clock of the priority.", 60)
    next_morning: bool = Field(default=False, description="Not then, but when the contact centre opens the next day.")
    again: bool = Field(default=False, description="Told again each time as many minutes have passed.")


class Target(Shape):
    """One priority: what belongs to it, how soon a human acts, and who is told when nobody does."""

    priority: Rank = needed("1 is danger, 2 a child at risk, 3 the same day, 4 ordinary, 5 information.", 2)
    act_within_minutes: Minutes = needed("Minutes until a human acts.", 30)
    clock: Literal["always", "open-hours"] = needed("Does the time run day and night, or in opening hours?", "always")
    nobody_there: Literal["wait", "on-call"] = Field(
        default="wait", description="When no agent is there: the clock goes on, or those on call are told at once."
    )
    urgency: list[HowUrgent] = Field(default=[], description="Requests of this urgency belong here.")
    when: list[Block] = Field(default=[], description="Blocks as after if: in rules; one that holds is enough.")
    only_topics: list[TopicId] = Field(default=[], description="Requests about nothing but these topics belong here.")
    escalate: list[Step] = Field(default=[], description="Who is told when nobody has acted, in order.")

    def claims(self, facts: Facts, urgency: str) -> bool:
        """Whether a situation belongs here. What is unknown does not count."""
        return (
            urgency in self.urgency
            or any(compile_block(block.plain()).truth(facts) == TRUE for block in self.when)
            or (bool(facts.topics) and facts.topics <= frozenset(self.only_topics))
        )


class ReportTime(Shape):
    """The time for one assessment of a report on a child."""

    clock: Literal["safety", "preliminary"] = needed(
        "safety: is the child safe now; preliminary: an inquiry?", "safety"
    )
    hours: Annotated[int, Field(gt=0, le=24 * 365)] = needed("Hours from receipt, weekends included.", 24)
    warn_after_hours: Annotated[int, Field(gt=0, le=24 * 365)] = needed("Hours after which staff are warned.", 12)


def priority_of(targets: Sequence[Target], facts: Facts, urgency: str) -> int | None:
    """The most urgent priority that claims the situation, else ORDINARY; None where no priorities are written."""
    if not targets:
        return None
    return min((each.priority for each in targets if each.claims(facts, urgency)), default=ORDINARY)


def target_of(targets: Sequence[Target], priority: int) -> Target | None:
    return next((each for each in targets if each.priority == priority), None)


def blocks_of(targets: Sequence[Target]) -> list[tuple[tuple[Any, ...], Block]]:
    """Every block with its place in the file."""
    return [
        (("priorities", number, "when", place), block)
        for number, target in enumerate(targets)
        for place, block in enumerate(target.when)
    ]
