"""One gentle question where danger is possible but not certain. A model may lead to it; only the person's own words
in reviewed phrases, or a button, make a danger certain."""

from __future__ import annotations

from collections.abc import Iterable

from portal import clock, current
from portal.chat.lines import Line, lines_of, say
from portal.page_words import danger_cards, first_numbers
from portal.triage.grammar import Helpline
from portal.visitor import Visit

KEY = "possible_danger"


def ask_about_danger(visit: Visit, signals: Iterable[str] = ()) -> None:
    """Ask once in a turn. Nothing is asked about dangers that are certain already, or that were denied by name.

    `signals` are the dangers that are possible; empty when nothing says which.
    """
    named = [signal for signal in signals if signal in current.ruleset().dangers]
    known = visit.facts.signals | frozenset(visit.data.get("denied_signals", []))
    new = sorted(set(named) - known - frozenset(visit.data["chat"].get("calm", [])))
    if (named or visit.facts.signals) and not new:
        return
    if (asked := open_question(visit)) is not None:
        asked["args"]["signals"] = sorted({*asked["args"]["signals"], *new})
        return
    say(visit, "bot", clock.now(), key=KEY, signals=new)


def open_question(visit: Visit) -> Line | None:
    """The gentle question that waits for its answer, if the person has not spoken since."""
    for line in reversed(lines_of(visit)):
        if line["author"] == "person":
            return None
        if line.get("key") == KEY:
            found: Line = line
            found["args"].setdefault("signals", [])
            return found
    return None


def confirm(visit: Visit) -> frozenset[str]:
    """The person says that it is dangerous: the dangers that were meant, none when nothing said which."""
    asked = open_question(visit)
    say(visit, "person", clock.now(), key="is_danger")
    return frozenset(asked["args"]["signals"]) if asked else frozenset()


def deny(visit: Visit) -> None:
    """The person says that it is not: these dangers are not asked about again. The talk goes on."""
    if (asked := open_question(visit)) is not None:
        talk = visit.data["chat"]
        talk["calm"] = sorted({*talk.get("calm", []), *asked["args"]["signals"]})
    go_on(visit, "no_danger")


def go_on(visit: Visit, said: str) -> None:
    """Take the answer `said`, and go on where the turn left the talk."""
    asked = open_question(visit)
    if asked is None:
        return
    left = lines_of(visit)[-1]
    say(visit, "person", clock.now(), key=said)
    if left is not asked:
        say(visit, left["author"], clock.now(), key=left.get("key", ""), **left.get("args", {}))


def helplines(line: Line) -> list[Helpline]:
    """The numbers that go with the question: those of the dangers meant, else the first ones of the municipality."""
    cards = danger_cards(frozenset(line["args"]["signals"]))
    return list({number.slug: number for card in cards for number in card.helplines}.values()) or first_numbers()
