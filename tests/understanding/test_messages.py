"""What the open test set promises: it is large, in every language, of our own ids, and nothing has learnt from it."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from understanding_scores import FACTS, Message, read_messages

from portal.settings import ROOT
from portal.triage.facts import Facts, UnknownFact, from_codes
from portal.triage.reader import content_of, read_folder, read_sources
from portal.triage.ruleset import Ruleset

FOLDER = Path(__file__).parent / "messages"
LANGUAGES = "ar bs ckb en es fa fa-AF fi ku pl ru so sv ti tr uk".split()
KINDS = {"scenario", "danger", "near-miss", "calm", "hard", "outside"}
MESSAGES = read_messages(FOLDER)


def plain(text: str) -> str:
    """A text as the training compares it: two that differ in case and spaces only are the same."""
    return " ".join(text.casefold().split())


@pytest.fixture(scope="module")
def ruleset() -> Ruleset:
    return read_folder(ROOT / "triage_rules")


@pytest.fixture(scope="module")
def texts_of_rules() -> set[str]:
    """Every text in the rule files, whatever it is there for."""
    return {plain(text) for text in texts_in(content_of(read_sources(ROOT / "triage_rules")))}


def texts_in(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for part in value.values():
                yield from texts_in(part)
        case list():
            for part in value:
                yield from texts_in(part)


def test_there_are_enough_messages() -> None:
    assert len(MESSAGES) >= 1200


def test_every_language_has_enough_messages() -> None:
    counts = Counter(message.language for message in MESSAGES)
    assert sorted(counts) == LANGUAGES
    assert min(counts.values()) >= 75


def test_every_message_has_an_id_and_a_text_of_its_own() -> None:
    assert [name for name, times in Counter(message.id for message in MESSAGES).items() if times > 1] == []
    assert [text for text, times in Counter(plain(message.text) for message in MESSAGES).items() if times > 1] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_holds_one_language_and_every_kind(language: str) -> None:
    found = read_messages(FOLDER, [language])
    assert {message.language for message in found} == {language}
    assert {message.kind for message in found} == KINDS


def test_what_messages_ask_for_exists_in_the_rules(ruleset: Ruleset) -> None:
    unknown = {message.id: missing for message in MESSAGES if (missing := unknown_in(message, ruleset))}
    assert unknown == {}


def unknown_in(message: Message, ruleset: Ruleset) -> set[str]:
    """Ids in a message that the rules do not have."""
    matters = {message.outside} - {None}
    return {
        *(set(message.first) - set(ruleset.services)),
        *(set(message.topics) - set(ruleset.topic_ids())),
        *(set(message.danger) - set(ruleset.dangers)),
        *(str(matter) for matter in matters - set(ruleset.outside)),
        *(set(message.urgency) - {"emergency", "today", "soon", "planned"}),
    }


def test_the_facts_of_messages_are_facts_of_ours(ruleset: Ruleset) -> None:
    def is_sound(message: Message) -> bool:
        try:
            facts: Facts = from_codes(message.facts)
        except UnknownFact:
            return False
        return facts.area is None or facts.area in ruleset.areas

    assert [message.id for message in MESSAGES if not is_sound(message)] == []
    assert {name for message in MESSAGES for name in message.facts} <= {*FACTS, "area"}


def test_every_message_says_what_would_be_right() -> None:
    assert [message.id for message in MESSAGES if not message.urgency] == []
    assert [message.id for message in MESSAGES if message.kind == "outside" and not message.outside] == []
    assert [message.id for message in MESSAGES if message.kind == "danger" and not message.danger] == []
    harmless = ("near-miss", "calm", "outside")
    assert [message.id for message in MESSAGES if message.kind in harmless and message.danger] == []


def test_nothing_has_learnt_from_the_messages(texts_of_rules: set[str]) -> None:
    assert len(texts_of_rules) > 10_000, "the texts of the rules are not found where this test looks"
    assert [message.id for message in MESSAGES if plain(message.text) in texts_of_rules] == []
