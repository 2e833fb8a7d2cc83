"""Asking for a human in the chat, and going back to the bot. Works without the bot, which is never asked for it."""

from __future__ import annotations

from typing import Final

from portal import clock, current
from portal.chat import live, talk
from portal.chat.lines import lines_of, say, transcript
from portal.desk import takeover
from portal.desk.filing import answer_due
from portal.i18n.languages import content_text
from portal.triage.engine import decide
from portal.visitor import Visit

FORGETTING: Final = "forget_me"
OFFER: Final = "offer_human"
"""The line under which the way to a human is shown, whoever said it."""

PASSED_BY: Final = (FORGETTING, "send", "put-away")
"""Buttons that mean what they say also while the bot is mute."""


def takes(visit: Visit, act: str, rest: str, language: str) -> bool:
    """Do what a button means where it is about humans, or where none but humans may hear it. False for the others."""
    sent = live.request_of(visit) is not None
    if act in ("want_human", "human") and not sent:
        offer(visit)
    elif act in ("want_human", "human", "send") and sent:
        ask(visit, language)
    elif act == "bot" and sent:
        back_to_bot(visit)
    elif act not in PASSED_BY and live.bot_is_mute(visit):
        _hear_button(visit, act, rest, language)
    else:
        if act == FORGETTING and sent:
            back_to_bot(visit)
        elif act == "send":
            visit.data["chat"]["wants_human"] = lines_of(visit)[-1].get("key") == OFFER
        return False
    return True


def is_wanted(visit: Visit) -> bool:
    """Whether the person came to the card to talk with a human, and not for an answer with the code."""
    return bool(visit.data.get("chat", {}).get("wants_human"))


def offer(visit: Visit) -> None:
    """Say who is there, and lead to the card that shows what a human will read. Nothing is sent by this."""
    visit.data["chat"]["asking"] = None
    say(visit, "person", clock.now(), key="want_human")
    say(visit, "portal", clock.now(), key=OFFER)


def ask(visit: Visit, language: str) -> None:
    """Wait for a human in a talk that was sent. What was said with the bot since a human gave it back goes along."""
    request_id, now, parts = live.request_of(visit), clock.now(), current.parts()
    if request_id is None:
        return
    denied = visit.data.get("denied_signals", [])
    decision = decide(current.ruleset(), visit.facts.with_fact("signals", denied), now)
    with current.writing() as db:
        before = takeover.read_sent_talk(db, keys=parts.content_keys, request_id=request_id, now=now)
        takeover.ask_for_human(
            db,
            keys=parts.content_keys,
            request_id=request_id,
            now=now,
            lines=live.unread_lines(transcript(visit, language), before.events),
            signals=decision.signals,
            answer_due_at=answer_due(current.ruleset(), decision.urgency, now),
            ruleset=current.ruleset(),
        )


def back_to_bot(visit: Visit) -> None:
    """The person stops waiting, or ends the talk with the human. What was sent stays with staff."""
    request_id = live.request_of(visit)
    if request_id is not None:
        with current.writing() as db:
            takeover.go_back_to_bot(db, request_id=request_id, now=clock.now())


def _hear_button(visit: Visit, act: str, rest: str, language: str) -> None:
    """A button of an older page, pressed while the bot is mute: a topic is told to the humans, danger and all."""
    topic = rest.removeprefix("topics:") if act == "answer" else rest
    label = current.ruleset().topic_label(topic) if act in ("topic", "answer") else None
    if label is not None:
        signals = current.ruleset().signals_of_topics(frozenset({topic}))
        talk.hear_text(visit, content_text(label), language, signals)
