"""The lines of a talk, kept in the visit as keys and codes, so that they can be read again in another language."""

from __future__ import annotations

import secrets
from collections.abc import Container
from datetime import datetime
from typing import Any, Final, Literal, TypedDict

from flask_babel import force_locale, gettext, lazy_gettext

from portal import clock
from portal.current import ruleset
from portal.desk.conversation import Line as KeptLine
from portal.i18n.languages import SOURCE, content_text
from portal.page_words import GENTLE_QUESTION, danger_cards
from portal.records.daily_count import Counted
from portal.records.message import Author as KeptAuthor
from portal.triage.engine import decide
from portal.triage.facts import Facts
from portal.visitor import Visit

Author = Literal["person", "bot", "portal"]
MOST_LINES: Final = 200
"""Lines of one talk. Beyond this the oldest that the machine said make room; what the person wrote stays."""


class Line(TypedDict, total=False):
    """One line: what a person wrote (`text`), or what bot or portal said (`key`, `args`)."""

    id: str
    author: Author
    at: str
    text: str
    key: str
    args: dict[str, Any]


TEXTS: Final = {
    "greeting": lazy_gettext(
        "Hej. Jag är en dator, inte en människa. Jag kan visa vem som kan hjälpa dig. Skriv vad det handlar om."
    ),
    "no_name_needed": lazy_gettext("Du behöver inte säga vad du heter. Skriv inte namn på andra heller."),
    "i_am_a_machine": lazy_gettext("Jag är en dator. En människa svarar om du skickar det du skrivit."),
    "who_sees_this": lazy_gettext(
        "Ingen läser det här nu. Först när du skickar det läser de som arbetar i kontaktcentret. "
        "Står det att ett barn far illa måste de göra något åt det."
    ),
    "thanks": lazy_gettext("Tack för att du skrev."),
    "goodbye": lazy_gettext("Hej då. Du kan komma tillbaka när du vill. Numren du kan ringa står längst ner på sidan."),
    "offer_human": lazy_gettext("Du kan få svar av en människa. Skicka det du skrivit, eller ring."),
    "offer_send": lazy_gettext("Vill du att vi skickar det du skrivit till en människa?"),
    "not_understood": lazy_gettext("Jag förstod inte riktigt. Kan du säga det på ett annat sätt?"),
    "possible_danger": GENTLE_QUESTION,
    "result": lazy_gettext("De här kan hjälpa dig."),
    "forgotten": lazy_gettext("Nu är samtalet borta. Jag minns inget av det du skrev."),
    "corrected": lazy_gettext("Förlåt, då förstod jag fel. Berätta med egna ord vad det handlar om."),
    "taken_back": lazy_gettext("Förlåt, då förstod jag fel. Nu är det borta."),
    "offer_topics": lazy_gettext("Är det något av det här det handlar om?"),
    "danger": lazy_gettext("Tack för att du skrev. Det här är det viktigaste nu."),
    "bot_silent": lazy_gettext(
        "Jag kan inte svara just nu. Det du skrev finns kvar. Formuläret och telefonen fungerar."
    ),
    "passed_on": lazy_gettext("Jag har lagt till det i det du skickade. En människa läser det."),
    "receipt": lazy_gettext("Nu är det skickat. En människa läser det och svarar."),
    "want_human": lazy_gettext("Jag vill prata med en människa."),
    "none_of_these": lazy_gettext("Inget av det"),
    "own_words_please": lazy_gettext("Berätta med egna ord vad det handlar om."),
    "is_danger": lazy_gettext("Ja, det är farligt."),
    "no_danger": lazy_gettext("Det är inte farligt just nu."),
    "declined": lazy_gettext("Jag vill inte svara på det."),
    "too_long": lazy_gettext(
        "Texten är för lång för mig. Den finns kvar och följer med om du skickar till en människa."
    ),
}
"""What bot and portal say, by key. Every key that the bot may answer with stands here or in SAID_APART."""

SAID_APART: Final = ("ask", "outside")
"""Keys whose words come from the rule files."""


def say(visit: Visit, author: Author, now: datetime, *, text: str = "", key: str = "", **args: Any) -> None:
    """Add a line to the talk."""
    line: Line = {"id": secrets.token_hex(4), "author": author, "at": now.isoformat()}
    if key:
        line["key"], line["args"] = key, args
    else:
        line["text"] = text
    talk = visit.data.setdefault("chat", {}).setdefault("lines", [])
    if author == "person" and not any(said["author"] == "person" for said in talk):
        visit.to_count.append(Counted.CHAT_BEGUN)
    talk.append(line)
    if len(talk) > MOST_LINES:
        talk.pop(next((place for place, said in enumerate(talk) if said.get("key", "danger") != "danger"), 0))


def lines_of(visit: Visit) -> list[Line]:
    lines: list[Line] = visit.data.get("chat", {}).get("lines", [])
    return lines


def line_id(line: Line) -> str:
    """What names a line in forms."""
    return line.get("id") or line["at"]


def own_lines(visit: Visit) -> list[Line]:
    """What the person wrote, message by message."""
    return [line for line in lines_of(visit) if line["author"] == "person" and "text" in line]


def own_words(visit: Visit, left_out: Container[str] = ()) -> str:
    """Everything the person wrote in this talk, one message a paragraph, less the lines that are `left_out` by id."""
    return "\n\n".join(line["text"] for line in own_lines(visit) if line_id(line) not in left_out)


def spoken(line: Line) -> str:
    """The line as a sentence in the page's language."""
    key = line.get("key", "")
    args = line.get("args", {})
    if not key:
        return line.get("text", "")
    if key == "chosen":
        return content_text(str(args.get("label")))
    if key == "ask":
        return _question_text(args)
    if key == "outside":
        matter = ruleset().outside.get(str(args.get("matter")))
        return content_text(matter.turn_to) if matter else str(TEXTS["not_understood"])
    return str(TEXTS.get(key, TEXTS["not_understood"]))


def transcript(
    visit: Visit, language: str, *, facts: Facts | None = None, left_out: Container[str] = ()
) -> list[KeptLine]:
    """The talk as staff will read it: the person's words as written, everything else in Swedish.

    `facts` are those that go along (all that are known, when not told), `left_out` the ids of lines that do not.
    """
    facts = visit.facts if facts is None else facts
    with force_locale(SOURCE):
        return [_kept(line, language, facts) for line in lines_of(visit) if line_id(line) not in left_out]


def _kept(line: Line, language: str, facts: Facts) -> KeptLine:
    body = spoken(line)
    if line.get("key") == "result":
        doors = decide(ruleset(), facts, clock.now()).doors[:3]
        names = ", ".join(ruleset().services[door.service].name for door in doors)
        body = f"{body} {names}"
    if line.get("key") == "danger":
        cards = danger_cards(frozenset(line["args"]["signals"]))
        body = " ".join([body, *(card.danger.card.title for card in cards)])
    by_person = line["author"] == "person"
    return KeptLine(
        author=KeptAuthor.PERSON if by_person else KeptAuthor.BOT,
        body=body,
        language=language if by_person and "text" in line else SOURCE,
        at=datetime.fromisoformat(line["at"]),
    )


def _question_text(args: dict[str, Any]) -> str:
    fact = str(args.get("fact"))
    question = ruleset().questions.get(fact)
    return content_text(question.ask) if question else str(gettext("Vad stämmer bäst?"))


def knows_key(key: str) -> bool:
    return key in TEXTS or key in SAID_APART
