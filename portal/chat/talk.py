"""One turn of the talk. Danger is looked for first, then the bot is asked; a silent bot loses nothing."""

from __future__ import annotations

import secrets
import unicodedata
from contextlib import suppress
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from portal import clock, current
from portal.chat import possible_danger
from portal.chat.card import staff_card
from portal.chat.corrections import said_outright, take_back, taken_back_in
from portal.chat.lines import knows_key, lines_of, own_words, say
from portal.chat.live import bot_is_mute, holder_now
from portal.chat.misunderstanding import UNDERSTOOD, misunderstood_again, words_were_understood
from portal.chat.plain_text import for_the_bot, plain
from portal.chat.without_bot import topics_in
from portal.desk.filing import answer_due, file_request
from portal.desk.follow_up import person_writes
from portal.i18n.written import written_in, written_language
from portal.records.daily_count import Counted
from portal.triage.facts import UnknownFact, from_codes
from portal.triage.questions import question_about, with_answer
from portal.understanding.bot import BotSilent, Reply
from portal.understanding.reading import find_signals
from portal.understanding.told_rules import told_facts
from portal.understood import take_told
from portal.visitor import Visit

SIDE_REPLIES: Final = frozenset({"greeting", "i_am_a_machine", "who_sees_this", "thanks", "not_understood"})
"""Replies after which a question that was open still waits for its answer."""

LONGEST_TEXT: Final = 10_000
"""Characters of one message that is answered. A longer one is kept and read for danger, and may be sent."""

NOTICED: Final = ("facts", "heard", "corrected", "declined")
"""What comes with a reply and is not said: see `chat.actions`."""

OUTLIVES_FORGETTING: Final = ("sent", "open", "chat_left")


def begin(visit: Visit) -> None:
    """Open a talk with the bot's first lines, if there is none.

    The key under which it will be filed is made here, so that it is kept before "send" can be pressed twice at once.
    """
    visit.data.setdefault("chat_key", secrets.token_urlsafe(24))
    if not lines_of(visit):
        visit.data["chat"] = _new_talk()
        say(visit, "bot", clock.now(), key="greeting")
        say(visit, "bot", clock.now(), key="no_name_needed")


def _new_talk() -> dict[str, Any]:
    return {"conversation": secrets.token_hex(16), "lines": [], "asking": None}


def hear_text(visit: Visit, text: str, language: str, meant: frozenset[str] = frozenset()) -> None:
    """The person wrote something. Danger words are answered by the portal; the bot never sees that message.

    `meant` are danger signals that a pressed button means beside its words.
    """
    now, text = clock.now(), plain(text)
    say(visit, "person", now, text=text)
    visit.save()  # before the bot is waited for, so that nothing written is lost, whatever happens meanwhile
    signals = find_signals(current.rules().danger, text) | meant
    if signals:
        _show_danger(visit, signals)
    take_told(visit, told_facts(current.ruleset(), text, now, in_danger=bool(signals)))
    if bot_is_mute(visit):
        _pass_on(visit, text, language, signals, now)
        return
    if len(text) > LONGEST_TEXT:
        say(visit, "portal", now, key="too_long")
    elif not signals:
        number = _whole_number(text) if visit.data["chat"].get("asking") == "age" else None
        if number is not None:
            answer(visit, "age", str(number), language)
        else:
            _ask_bot(visit, {"text": for_the_bot(text)}, written_language(text, written_in(visit.data)))


def notice_danger(visit: Visit, text: str) -> None:
    """Danger in words that are written but not sent yet shows its card, once."""
    _show_new_danger(visit, find_signals(current.rules().danger, text))


def _show_new_danger(visit: Visit, signals: frozenset[str]) -> None:
    """Show the cards of dangers that were neither shown nor denied before."""
    if new := signals - visit.facts.signals - frozenset(visit.data.get("denied_signals", [])):
        _show_danger(visit, new)


def _show_danger(visit: Visit, signals: frozenset[str]) -> None:
    visit.facts = visit.facts.with_fact("signals", signals)
    say(visit, "portal", clock.now(), key="danger", signals=sorted(signals))


def choose_topic(visit: Visit, topic: str, language: str) -> None:
    """A topic button. Buttons that mean danger show their card at once."""
    label = current.ruleset().topic_label(topic)
    if label is None:
        return
    now = clock.now()
    say(visit, "person", now, key="chosen", label=label, told=f"topics:{topic}")
    said_outright(visit, f"topics:{topic}")
    visit.facts = with_answer(visit.facts, "topics", topic)
    signals = current.ruleset().signals_of_topics(frozenset({topic}))
    if signals:
        _show_danger(visit, signals)
    elif closer := _dangerous_subtopics(topic):
        say(visit, "portal", now, key="offer_topics", topics=closer)
    else:
        _ask_bot(visit, {"intent": "answer", "entities": {"fact": "topics", "value": topic}}, language)


def _dangerous_subtopics(topic: str) -> list[str]:
    """The subtopics to choose among when one of them may mean danger: found out here, without the bot."""
    ruleset = current.ruleset()
    parent = ruleset.topics.get(topic)
    subtopics = [f"{topic}.{subtopic.id}" for subtopic in parent.subtopics] if parent else []
    return subtopics if any(subtopic in ruleset.topic_signals for subtopic in subtopics) else []


def answer(visit: Visit, fact: str, value: str, language: str) -> None:
    """An answer to the open question, by button or as a number. Answers that do not exist are not taken."""
    question = question_about(current.ruleset(), visit.facts, fact, clock.now())
    if question is None:
        return
    if fact == "topics":
        choose_topic(visit, value, language)
        return
    try:
        number = _whole_number(value) if fact == "age" else None
        read = from_codes({fact: value if number is None else number})
        current.ruleset().check_facts(read)
    except UnknownFact:
        return
    label = next((label for offered, label in question.answers if str(offered) == value), "")
    if fact == "area" and not label:
        return  # an area of another day
    if label:
        say(visit, "person", clock.now(), key="chosen", label=label, told=fact)
    said_outright(visit, f"{fact}:{read.value(fact)}")
    visit.facts = with_answer(visit.facts, fact, read.value(fact))
    _note_asked(visit, fact)
    _ask_bot(visit, {"intent": "answer", "entities": {"fact": fact, "value": value}}, language)


def decline(visit: Visit, fact: str, language: str) -> None:
    """The person does not want to answer: the question is not asked again."""
    if fact == possible_danger.KEY:
        possible_danger.go_on(visit, "declined")
        return
    if fact != "topics" and question_about(current.ruleset(), visit.facts, fact, clock.now()) is None:
        return
    say(visit, "person", clock.now(), key="declined")
    visit.facts = visit.facts.decline(fact)
    _note_asked(visit, fact)
    _ask_bot(visit, {"intent": "will_not_answer"}, language)


def confirm_danger(visit: Visit) -> None:
    """Yes to the gentle question: the card of what was meant, or the dangers to choose among."""
    if signals := possible_danger.confirm(visit):
        _show_new_danger(visit, signals)
        return
    topics = current.ruleset().topics
    urgent = next((topic for topic in topics if _dangerous_subtopics(topic)), None)
    if urgent:
        say(visit, "portal", clock.now(), key="offer_topics", topics=_dangerous_subtopics(urgent))


def none_of_these(visit: Visit) -> None:
    """None of the topics offered is right: they are not learnt from text any more, and own words are asked for."""
    last = lines_of(visit)[-1] if lines_of(visit) else {}
    offered = [f"topics:{topic}" for topic in last.get("args", {}).get("topics", [])]
    visit.data["chat"]["taken_back"] = sorted({*taken_back_in(visit), *offered})
    say(visit, "person", clock.now(), key="none_of_these")
    if not misunderstood_again(visit):
        say(visit, "bot", clock.now(), key="own_words_please")


def press(visit: Visit, intent: str, language: str) -> None:
    """One of the standing buttons (a human, who sees this …)."""
    _ask_bot(visit, {"intent": intent}, language)


def forget(visit: Visit, language: str) -> None:
    """Forget everything that was not sent, also when the bot is silent and cannot say so."""
    with suppress(BotSilent):
        _bot_replies(visit, {"intent": "forget_me"}, language)
    _forget(visit)
    say(visit, "bot", clock.now(), key="forgotten")


def _forget(visit: Visit) -> None:
    """What was sent is with people already: only the way back to it stays. What they answer is not shown here."""
    if sent := visit.data.get("chat_sent"):
        visit.data["chat_left"] = sent
    visit.end_code()
    visit.data = {key: value for key, value in visit.data.items() if key in OUTLIVES_FORGETTING}
    visit.data["chat"] = _new_talk()


def no_danger(visit: Visit) -> None:
    """The person says that danger was misunderstood. The card stays in the talk, and the talk goes on.

    Staff still see the signals when the talk is sent: nothing but a person at the desk takes danger away.
    """
    denied = visit.facts.signals | frozenset(visit.data.get("denied_signals", []))
    visit.data["denied_signals"] = sorted(denied)
    visit.facts = visit.facts.without("signals")
    say(visit, "person", clock.now(), key="no_danger")
    say(visit, "bot", clock.now(), key="corrected")


def send(visit: Visit, language: str) -> None:
    """File the card as it was shown, without a name. Sent twice, also at the same moment, it is filed once."""
    if visit.data.get("chat_sent"):
        return
    parts = current.parts()
    card = staff_card(visit, language)
    with current.writing() as session:
        submitted = file_request(
            session,
            keys=parts.content_keys,
            code_key=parts.code_key,
            ruleset=current.ruleset(),
            facts=card.facts,
            words=card.words,
            language=language,
            channel="chat",
            now=clock.now(),
            conversation=card.talk,
            protected=bool(visit.data.get("chat_protected")),
            idempotency_key=visit.data["chat_key"],
        )
    visit.data["chat_sent"] = {
        "reference": submitted.reference,
        "code": submitted.code,
        "request_id": str(submitted.request_id),
        "due": submitted.answer_due_at.isoformat() if submitted.answer_due_at else None,
    }
    say(visit, "portal", clock.now(), key="receipt")


def _pass_on(visit: Visit, text: str, language: str, signals: frozenset[str], now: datetime) -> None:
    """What is written after sending goes to the same request, so that nothing is left behind in the talk."""
    ruleset = current.ruleset()
    with current.writing() as session:
        person_writes(
            session,
            keys=current.parts().content_keys,
            request_id=UUID(visit.data["chat_sent"]["request_id"]),
            body=text,
            language=language,
            now=now,
            signals=sorted(signals),
            answer_due_at=answer_due(ruleset, "emergency", now) if signals else None,
            ruleset=ruleset,
        )
    if holder_now(visit) is None:  # who waits for a human, or talks with one, knows that
        say(visit, "portal", now, key="passed_on")


def _ask_bot(visit: Visit, said: dict[str, Any], language: str) -> None:
    """Let the bot answer, and take its replies into the talk."""
    try:
        replies = _bot_replies(visit, said, language)
    except BotSilent:
        say(visit, "portal", clock.now(), key="bot_silent", topics=topics_in(said))
        _hand_to_form(visit)
        return
    if bot_is_mute(visit):  # a human took over while the bot was thinking
        if text := lines_of(visit)[-1].get("text"):
            _pass_on(visit, text, language, frozenset(), clock.now())
        return
    if not replies or any(reply.key not in SIDE_REPLIES for reply in replies):
        visit.data["chat"]["asking"] = None
    for reply in replies:
        _take_reply(visit, reply)
    if "text" in said and any(reply.key in UNDERSTOOD for reply in replies):
        words_were_understood(visit)


def _hand_to_form(visit: Visit) -> None:
    """Fill the form's text box with what was said here, unless the person has written something else there."""
    talk = visit.data["chat"]
    if visit.words == talk.get("given_to_form", ""):
        visit.data["words"] = talk["given_to_form"] = own_words(visit)


def _bot_replies(visit: Visit, said: dict[str, Any], language: str) -> list[Reply]:
    talk = visit.data["chat"]
    metadata = {
        "language": language,
        "facts": visit.facts.to_codes(),
        "taken_back": taken_back_in(visit),
        "asking": talk.get("asking"),
        "asked": len(visit.asked),
    }
    return current.parts().bot.message(talk["conversation"], said, metadata)


def _take_reply(visit: Visit, reply: Reply) -> None:
    """Add one reply, and what the bot's turn has noticed."""
    if not knows_key(reply.key):
        return
    args = dict(reply.args)
    if reply.key == "corrected" or args.get("corrected"):
        take_back(visit)
    _take_noticed(visit, {name: args.pop(name) for name in NOTICED if name in args})
    if reply.key == "not_understood":
        visit.to_count.append(Counted.NOT_UNDERSTOOD)
    if reply.key == "ask":
        visit.data["chat"]["asking"] = args.get("fact")
    if reply.key == "forgotten":
        _forget(visit)
    if reply.key == possible_danger.KEY:
        possible_danger.ask_about_danger(visit, args.get("signals", ()))
    elif reply.key != "corrected" and (reply.key != "not_understood" or not misunderstood_again(visit)):
        say(visit, "bot", clock.now(), key=reply.key, **args)


def _take_noticed(visit: Visit, noticed: dict[str, Any]) -> None:
    """Facts are added to the visit's, never taken away; a question that was refused in words is not asked again."""
    if declined := noticed.get("declined"):
        visit.facts = visit.facts.decline(declined)
        _note_asked(visit, declined)
    if "heard" in noticed:
        visit.data["chat"]["heard"] = noticed["heard"]
    if learnt := noticed.get("facts"):
        _learn(visit, learnt)


def _learn(visit: Visit, learnt: dict[str, Any]) -> None:
    """Take up what a turn has understood. A topic that means danger only leads to the gentle question: a model may
    ask, and the person says whether it is so."""
    try:
        facts = current.ruleset().forget_unknown(from_codes(learnt))
    except UnknownFact:
        return
    ruleset = current.ruleset()
    new = facts.topics - visit.facts.topics
    if topics := {topic for topic in new if not ruleset.signals_of_topics(frozenset({topic}))}:
        visit.facts = visit.facts.with_fact("topics", topics)
    if signals := ruleset.signals_of_topics(new):
        possible_danger.ask_about_danger(visit, signals)


def _note_asked(visit: Visit, fact: str) -> None:
    visit.data["chat"]["asking"] = None
    if fact not in visit.asked:
        visit.asked.append(fact)


def _whole_number(text: str) -> int | None:
    """The one whole number in a short answer, in any script's digits; None otherwise."""
    digits = "".join(str(unicodedata.digit(c)) if c.isdigit() else " " for c in text).split()
    return int(digits[0]) if len(digits) == 1 and len(digits[0]) <= 3 else None
