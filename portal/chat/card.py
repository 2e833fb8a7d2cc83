"""The card that staff will get: shown before sending, with lines that can be struck, and filed as it was shown."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from portal import clock, current
from portal.chat.lines import Line, line_id, lines_of, own_lines, own_words, transcript
from portal.citizen.told import ToldLine, keep_only, told_lines
from portal.desk.conversation import Line as KeptLine
from portal.triage.engine import decide
from portal.triage.facts import Facts
from portal.visitor import Visit


@dataclass(frozen=True, slots=True)
class Strikable:
    """Something that can be left out. `id` names it in forms; `told` is set for a fact, else `text` holds own words."""

    id: str
    kept: bool
    text: str = ""
    told: ToldLine | None = None


@dataclass(frozen=True, slots=True)
class StaffCard:
    """What goes to the contact centre. `facts`, `words` and `talk` are filed as they stand here.

    `signals` cannot be struck; those in `denied` the person has said are no danger. `services` are slugs, best first.
    `mark` is the same for two cards that show the same.
    """

    own: tuple[Strikable, ...]
    told: tuple[Strikable, ...]
    facts: Facts
    words: str
    talk: tuple[KeptLine, ...]
    services: tuple[str, ...]
    urgency: str
    signals: tuple[str, ...]
    denied: frozenset[str]
    mark: str


def staff_card(visit: Visit, language: str) -> StaffCard:
    """The card as it stands now, less what was struck."""
    ruleset, known, struck = current.ruleset(), visit.facts, struck_in(visit)
    messages = [(f"line:{line_id(line)}", line["text"]) for line in own_lines(visit)]
    own = tuple(Strikable(message, message not in struck, text=text) for message, text in messages)
    told = tuple(Strikable(line.id, line.id not in struck, told=line) for line in told_lines(ruleset, known))
    denied = frozenset(visit.data.get("denied_signals", []))
    facts = keep_only(ruleset, known, [line.id for line in told if line.kept])
    if signals := frozenset(decide(ruleset, known, clock.now()).signals) | denied:
        facts = facts.with_fact("signals", signals)
    decision = decide(ruleset, facts, clock.now())
    left_out = _left_out(visit, own, facts)
    talk = tuple(transcript(visit, language, facts=facts, left_out=left_out))
    services = tuple(door.service for door in decision.doors)
    shown = [[line.id, line.text] for line in (*own, *told)]
    mark = _digest([shown, services, decision.urgency, sorted(decision.signals), language, len(lines_of(visit))])
    return StaffCard(
        own=own,
        told=told,
        facts=facts,
        words=own_words(visit, left_out),
        talk=talk,
        services=services,
        urgency=decision.urgency,
        signals=tuple(decision.signals),
        denied=denied,
        mark=mark,
    )


def struck_in(visit: Visit) -> set[str]:
    """The ids that were struck out of the card."""
    return set(visit.data.get("chat", {}).get("struck", []))


def keep_struck(visit: Visit, shown: Collection[str], kept: Collection[str]) -> None:
    """Take over the boxes: of what was shown, all that is not ticked is struck."""
    visit.data["chat"]["struck"] = sorted((struck_in(visit) - set(shown)) | (set(shown) - set(kept)))


def _left_out(visit: Visit, own: tuple[Strikable, ...], facts: Facts) -> set[str]:
    """Lines that stay here: struck messages, and pressed answers whose fact does not go along."""
    left_out = {line.id.removeprefix("line:") for line in own if not line.kept}
    return left_out | {line_id(line) for line in lines_of(visit) if not _goes_along(line, facts)}


def _goes_along(line: Line, facts: Facts) -> bool:
    told = str(line.get("args", {}).get("told", ""))
    key, _, topic = told.partition(":")
    if not told:
        return True
    if key == "topics":
        return any(known == topic or known.startswith(f"{topic}.") for known in facts.topics)
    return facts.knows(key)


def _digest(shown: Any) -> str:
    return hashlib.sha256(json.dumps(shown).encode()).hexdigest()[:32]
